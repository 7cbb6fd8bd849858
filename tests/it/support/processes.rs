//! Processes as /proc shows them: whom a program has started, and who is still there. It ends none.

use super::some;
use std::fs;

/// A line of /proc/PID/stat.
struct Stat {
    pid: u32,
    state: char,
    parent: u32,
}

/// `None` where the process has ended meanwhile.
fn stat(pid: u32) -> Option<Stat> {
    let line = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before it, in parentheses, may hold anything.
    let mut fields = line.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?.chars().next()?;
    Some(Stat { pid, state, parent: fields.next()?.parse().ok()? })
}

/// Every process of this machine.
fn all() -> Vec<Stat> {
    let entries = fs::read_dir("/proc").expect("Linux").map_while(Result::ok);
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    some(pids.filter_map(stat), "processes in /proc")
}

/// The processes that this one has started, and those that they have.
pub(crate) fn descendants(pid: u32) -> Vec<u32> {
    let all = all();
    let mut found = vec![pid];
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        found.extend(all.iter().filter(|one| one.parent == parent).map(|one| one.pid));
        next += 1;
    }
    found.split_off(1)
}

/// True while it runs; one that has ended and was not asked for its exit code does not.
pub(crate) fn runs(pid: u32) -> bool {
    stat(pid).is_some_and(|stat| stat.state != 'Z' && stat.state != 'X')
}
