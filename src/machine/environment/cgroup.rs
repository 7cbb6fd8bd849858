//! What the control groups of this process allow it, and what they took back: a CPU quota stops
//! every thread of a group until the period is over, which no figure of a visit tells.
//!
//! Version 1: Documentation/scheduler/sched-bwc.rst and cgroup-v1/memory.rst of the kernel.
//! Version 2: Documentation/admin-guide/cgroup-v2.rst.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What is allowed. What is not limited, or not told, is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Allowed {
    /// CPU time by wall time, in cores: the tightest quota of all groups around this process.
    pub(crate) quota_cores: Option<f64>,
    pub(crate) memory: Option<Memory>,
}

/// The tightest memory limit, bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory {
    pub(crate) limit_bytes: u64,
    /// Of which this is used, without files that the kernel may drop at any time.
    pub(crate) used_bytes: u64,
}

/// How often a quota stopped the groups of this process so far, and for how long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Throttled {
    pub(crate) periods: u64,
    pub(crate) time_ns: u64,
}

/// The control groups around this process.
pub(crate) struct Groups {
    cpu: Vec<Group>,
    memory: Vec<Group>,
}

/// A group's folder.
struct Group {
    folder: PathBuf,
    version: Version,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

impl Groups {
    /// As /proc tells.
    pub(crate) fn own() -> Self {
        Self::below(Path::new("/"))
    }

    /// The same with /proc and the mounts below this folder.
    fn below(root: &Path) -> Self {
        let read = |file: &str| fs::read_to_string(root.join(file)).unwrap_or_default();
        let (groups, mounts) = (read("proc/self/cgroup"), read("proc/self/mountinfo"));
        let of = |controller: &str| folders(root, &groups, &mounts, controller);
        Self { cpu: of("cpu"), memory: of("memory") }
    }

    pub(crate) fn allowed(&self) -> Allowed {
        let quotas = self.cpu.iter().filter_map(Group::quota_cores);
        let limits = self.memory.iter().filter_map(Group::memory);
        Allowed {
            quota_cores: quotas.min_by(f64::total_cmp),
            memory: limits.min_by_key(|memory| memory.limit_bytes),
        }
    }

    /// Absent where no group has a quota.
    pub(crate) fn throttled(&self) -> Option<Throttled> {
        let limited = self.cpu.iter().filter(|group| group.quota_cores().is_some());
        let mut sum: Option<Throttled> = None;
        for throttled in limited.filter_map(Group::throttled) {
            let so_far = sum.unwrap_or_default();
            sum = Some(Throttled {
                periods: so_far.periods.saturating_add(throttled.periods),
                time_ns: so_far.time_ns.saturating_add(throttled.time_ns),
            });
        }
        sum
    }
}

impl Throttled {
    /// What came since `before`.
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            periods: self.periods.saturating_sub(before.periods),
            time_ns: self.time_ns.saturating_sub(before.time_ns),
        }
    }
}

impl Group {
    fn line(&self, file: &str) -> Option<String> {
        let text = fs::read_to_string(self.folder.join(file)).ok()?;
        Some(text.lines().next()?.trim().to_owned())
    }

    fn number(&self, file: &str) -> Option<u64> {
        self.line(file)?.parse().ok()
    }

    /// A line `name number` of a file of such lines.
    fn counted(&self, file: &str, name: &str) -> Option<u64> {
        let text = fs::read_to_string(self.folder.join(file)).ok()?;
        let value = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok();
        text.lines().find_map(value)
    }

    fn quota_cores(&self) -> Option<f64> {
        let (quota, period) = match self.version {
            // -1 stands for none, and is no number here.
            Version::One => (self.number("cpu.cfs_quota_us")?, self.number("cpu.cfs_period_us")?),
            Version::Two => {
                let line = self.line("cpu.max")?;
                let (quota, period) = line.split_once(' ')?;
                // `max` stands for none.
                (quota.parse().ok()?, period.parse().ok()?)
            }
        };
        (period > 0).then(|| quota as f64 / period as f64)
    }

    fn throttled(&self) -> Option<Throttled> {
        let time_ns = match self.version {
            Version::One => self.counted("cpu.stat", "throttled_time")?,
            Version::Two => self.counted("cpu.stat", "throttled_usec")?.saturating_mul(1_000),
        };
        Some(Throttled { periods: self.counted("cpu.stat", "nr_throttled")?, time_ns })
    }

    fn memory(&self) -> Option<Memory> {
        /// Version 1 writes the largest number of whole pages for "no limit".
        const NO_LIMIT: u64 = 1 << 62;
        let (limit, used, droppable) = match self.version {
            Version::One => {
                ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            }
            Version::Two => ("memory.max", "memory.current", "inactive_file"),
        };
        let limit_bytes = self.number(limit).filter(|bytes| *bytes < NO_LIMIT)?;
        let droppable = self.counted("memory.stat", droppable).unwrap_or(0);
        Some(Memory {
            limit_bytes,
            used_bytes: self.number(used)?.saturating_sub(droppable),
        })
    }
}

/// The folders of a controller's groups around this process, its own first. `groups` is
/// /proc/self/cgroup, `mounts` /proc/self/mountinfo (cgroups(7), proc(5)).
fn folders(root: &Path, groups: &str, mounts: &str, controller: &str) -> Vec<Group> {
    let mut found = Vec::new();
    for line in groups.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(group)) = (parts.next(), parts.next()) else {
            continue;
        };
        let version = if controllers.is_empty() { Version::Two } else { Version::One };
        if version == Version::One && !controllers.split(',').any(|name| name == controller) {
            continue;
        }
        let Some(mount) = mounts.lines().find_map(|line| mounted(line, version, controller)) else {
            continue;
        };
        let below = group.strip_prefix(mount.root.trim_end_matches('/')).unwrap_or(group);
        let top = root.join(mount.point.trim_start_matches('/'));
        let own = top.join(below.trim_start_matches('/'));
        let around = own.ancestors().take_while(|folder| folder.starts_with(&top));
        found.extend(around.map(|folder| Group { folder: folder.into(), version }));
    }
    found
}

/// Where a hierarchy of groups can be seen.
struct Mount<'t> {
    /// The group that is the mount's top.
    root: &'t str,
    point: &'t str,
}

/// A line of mountinfo where it is that of the controller's hierarchy: the fourth and fifth word
/// are root and mount point; the type, the device and the options of the file system stand behind a
/// dash.
fn mounted<'t>(line: &'t str, version: Version, controller: &str) -> Option<Mount<'t>> {
    let (before, behind) = line.split_once(" - ")?;
    let mut behind = behind.split(' ');
    let kind = behind.next()?;
    let is_it = match version {
        Version::One => {
            kind == "cgroup" && behind.nth(1)?.split(',').any(|option| option == controller)
        }
        Version::Two => kind == "cgroup2",
    };
    let mut words = before.split(' ').skip(3);
    let (root, point) = (words.next()?, words.next()?);
    is_it.then_some(Mount { root, point })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine made of these files.
    fn machine(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        root
    }

    #[test]
    fn the_tightest_quota_around_a_process_counts_in_version_2() {
        let group = "sys/fs/cgroup/work/job";
        let root = machine(&[
            ("proc/self/cgroup", "0::/work/job\n"),
            ("proc/self/mountinfo", "30 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"),
            (&format!("{group}/cpu.max"), "150000 100000\n"),
            (
                &format!("{group}/cpu.stat"),
                "usage_usec 9\nnr_throttled 3\nthrottled_usec 40\n",
            ),
            (&format!("{group}/memory.max"), "1000000\n"),
            (&format!("{group}/memory.current"), "950000\n"),
            (&format!("{group}/memory.stat"), "anon 1\ninactive_file 50000\n"),
            ("sys/fs/cgroup/work/cpu.max", "20000 100000\n"),
            ("sys/fs/cgroup/work/cpu.stat", "nr_throttled 4\nthrottled_usec 2\n"),
            ("sys/fs/cgroup/cpu.max", "max 100000\n"),
            ("sys/fs/cgroup/cpu.stat", "nr_throttled 100\nthrottled_usec 100\n"),
        ]);
        let groups = Groups::below(root.path());
        let memory = Memory { limit_bytes: 1_000_000, used_bytes: 900_000 };
        assert_eq!(groups.allowed(), Allowed { quota_cores: Some(0.2), memory: Some(memory) });
        let throttled = groups.throttled().expect("there are quotas");
        assert_eq!(throttled, Throttled { periods: 7, time_ns: 42_000 });
        let before = Throttled { periods: 5, time_ns: 40_000 };
        assert_eq!(throttled.since(before), Throttled { periods: 2, time_ns: 2_000 });
    }

    #[test]
    fn a_quota_is_seen_in_version_1_and_below_the_root_of_a_container() {
        let root = machine(&[
            ("proc/self/cgroup", "9:memory:/\n2:cpu,cpuacct:/docker/a/inner\n0::/\n"),
            (
                "proc/self/mountinfo",
                "30 1 0:26 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n\
                31 1 0:27 /docker/a /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n",
            ),
            ("sys/fs/cgroup/cpu/inner/cpu.cfs_quota_us", "-1\n"),
            ("sys/fs/cgroup/cpu/inner/cpu.cfs_period_us", "100000\n"),
            ("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n"),
            ("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"),
            (
                "sys/fs/cgroup/cpu/cpu.stat",
                "nr_periods 9\nnr_throttled 2\nthrottled_time 77\n",
            ),
        ]);
        let groups = Groups::below(root.path());
        assert_eq!(groups.allowed(), Allowed { quota_cores: Some(0.5), memory: None });
        assert_eq!(groups.throttled(), Some(Throttled { periods: 2, time_ns: 77 }));
    }

    #[test]
    fn no_limit_is_absent_and_so_is_what_is_not_told() {
        let root = machine(&[
            ("proc/self/cgroup", "2:cpu:/\n4:memory:/\n"),
            (
                "proc/self/mountinfo",
                "31 1 0:27 / /cpu rw - cgroup cgroup rw,cpu\n\
                32 1 0:28 / /memory rw - cgroup cgroup rw,memory\n",
            ),
            ("cpu/cpu.cfs_quota_us", "-1\n"),
            ("cpu/cpu.cfs_period_us", "100000\n"),
            ("cpu/cpu.stat", "nr_throttled 2\nthrottled_time 77\n"),
            ("memory/memory.limit_in_bytes", "9223372036854771712\n"),
            ("memory/memory.usage_in_bytes", "5\n"),
        ]);
        let groups = Groups::below(root.path());
        assert_eq!((groups.allowed(), groups.throttled()), (Allowed::default(), None));
        let empty = machine(&[]);
        assert_eq!(Groups::below(empty.path()).allowed(), Allowed::default());
    }
}
