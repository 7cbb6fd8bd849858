//! Groups of invented machines, both versions.

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
    let group = "sys/fs/cgroup/outer/job";
    let root = machine(&[
        ("proc/self/cgroup", "0::/outer/job\n"),
        ("proc/self/mountinfo", "30 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"),
        (&format!("{group}/cpu.max"), "150000 100000\n"),
        (
            &format!("{group}/cpu.stat"),
            "usage_usec 9\nnr_throttled 3\nthrottled_usec 40\n",
        ),
        (&format!("{group}/memory.max"), "1000000\n"),
        (&format!("{group}/memory.current"), "950000\n"),
        (&format!("{group}/memory.stat"), "anon 1\ninactive_file 50000\n"),
        // Not full, however tight.
        ("sys/fs/cgroup/outer/memory.max", "900000\n"),
        ("sys/fs/cgroup/outer/memory.current", "10\n"),
        ("sys/fs/cgroup/outer/cpu.max", "20000 100000\n"),
        ("sys/fs/cgroup/outer/cpu.stat", "nr_throttled 4\nthrottled_usec 2\n"),
        ("sys/fs/cgroup/cpu.max", "max 100000\n"),
        ("sys/fs/cgroup/cpu.stat", "nr_throttled 100\nthrottled_usec 100\n"),
    ]);
    let groups = Groups::below(root.path(), &["self".into()]);
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
    let groups = Groups::below(root.path(), &["self".into()]);
    assert_eq!(groups.allowed(), Allowed { quota_cores: Some(0.5), memory: None });
    assert_eq!(groups.throttled(), Some(Throttled { periods: 2, time_ns: 77 }));
}

#[test]
fn a_quota_of_one_of_several_processes_counts_once() {
    let root = machine(&[
        ("proc/self/mountinfo", "30 1 0:26 / /cg rw - cgroup2 cgroup2 rw\n"),
        ("proc/7/cgroup", "0::/free\n"),
        ("proc/8/cgroup", "0::/held\n"),
        ("proc/9/cgroup", "0::/held\n"),
        ("cg/held/cpu.max", "20000 100000\n"),
        ("cg/held/cpu.stat", "nr_throttled 3\nthrottled_usec 40\n"),
    ]);
    let around = |pids: [&str; 3]| Groups::below(root.path(), &pids.map(String::from));
    let groups = around(["7", "8", "9"]);
    assert_eq!(groups.allowed().quota_cores, Some(0.2));
    assert_eq!(groups.throttled(), Some(Throttled { periods: 3, time_ns: 40_000 }));
    assert_eq!(around(["7"; 3]).throttled(), None);
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
    let groups = Groups::below(root.path(), &["self".into()]);
    assert_eq!((groups.allowed(), groups.throttled()), (Allowed::default(), None));
    let empty = machine(&[]);
    assert_eq!(Groups::below(empty.path(), &["self".into()]).allowed(), Allowed::default());
}
