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

/// The memory limit that is nearest to being reached, bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory {
    pub(crate) limit_bytes: u64,
    /// Of which this is used, without files that the kernel may drop at any time.
    pub(crate) used_bytes: u64,
}

impl Memory {
    fn used_share(&self) -> f64 {
        self.used_bytes as f64 / self.limit_bytes.max(1) as f64
    }
}

/// How often a quota stopped the groups of this process so far, and for how long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Throttled {
    pub(crate) periods: u64,
    pub(crate) time_ns: u64,
}

/// The control groups around some processes, each once.
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
    /// Those around this process, as /proc tells.
    pub(crate) fn own() -> Self {
        Self::below(Path::new("/"), &["self".into()])
    }

    /// Those around these processes: a callee may stand in a group of its own.
    pub(crate) fn around(pids: &[u32]) -> Self {
        let pids: Vec<String> = pids.iter().map(u32::to_string).collect();
        Self::below(Path::new("/"), &pids)
    }

    /// The same with /proc and the mounts below this folder.
    fn below(root: &Path, pids: &[String]) -> Self {
        let read = |file: String| fs::read_to_string(root.join(file)).unwrap_or_default();
        let mounts = read("proc/self/mountinfo".into());
        let mut texts: Vec<String> =
            pids.iter().map(|pid| read(format!("proc/{pid}/cgroup"))).collect();
        texts.sort_unstable();
        texts.dedup();
        let of = |controller: &str| {
            let each = texts.iter().flat_map(|text| folders(root, text, &mounts, controller));
            let mut groups: Vec<Group> = each.collect();
            groups.sort_unstable_by(|one, other| one.folder.cmp(&other.folder));
            groups.dedup_by(|one, other| one.folder == other.folder);
            groups
        };
        Self { cpu: of("cpu"), memory: of("memory") }
    }

    /// CPU time by wall time, in cores: the tightest quota.
    pub(crate) fn quota_cores(&self) -> Option<f64> {
        self.cpu.iter().filter_map(Group::quota_cores).min_by(f64::total_cmp)
    }

    pub(crate) fn allowed(&self) -> Allowed {
        let limits = self.memory.iter().filter_map(Group::memory);
        Allowed {
            quota_cores: self.quota_cores(),
            memory: limits.max_by(|one, other| one.used_share().total_cmp(&other.used_share())),
        }
    }

    /// Absent where no group has a quota.
    pub(crate) fn throttled(&self) -> Option<Throttled> {
        let limited = self.cpu.iter().filter(|group| group.quota_cores().is_some());
        limited.filter_map(Group::throttled).reduce(Throttled::plus)
    }
}

impl Throttled {
    /// Both together.
    pub(crate) fn plus(self, more: Self) -> Self {
        Self {
            periods: self.periods.saturating_add(more.periods),
            time_ns: self.time_ns.saturating_add(more.time_ns),
        }
    }

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
mod tests;
