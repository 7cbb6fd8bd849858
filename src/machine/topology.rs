//! Which logical cores are hardware threads of one physical core: those share caches and pipelines,
//! and are not two cores.

use std::{fs, ops::RangeInclusive, sync::LazyLock};

/// Two of these logical cores that are not of one physical core: the first that has such a partner,
/// and that partner.
pub(crate) fn apart(cores: &[usize]) -> Option<[usize; 2]> {
    apart_by(cores, siblings)
}

fn apart_by(cores: &[usize], siblings: impl Fn(usize) -> Vec<usize>) -> Option<[usize; 2]> {
    cores.iter().find_map(|one| {
        let beside = siblings(*one);
        let other = cores.iter().find(|other| *other != one && !beside.contains(other))?;
        Some([*one, *other])
    })
}

/// The logical cores of this machine, as Linux tells; none where that is not known.
pub(crate) fn online() -> &'static [usize] {
    static ONLINE: LazyLock<Vec<usize>> =
        LazyLock::new(|| listed_in("/sys/devices/system/cpu/online"));
    &ONLINE
}

/// Hardware threads that share a physical core with one of these and are none of them.
pub(crate) fn siblings_outside(cores: &[usize]) -> Vec<usize> {
    // Looked at around every visit: where all are usable, nothing needs to be read.
    if cores.len() >= online().len() {
        return Vec::new();
    }
    let mut outside: Vec<usize> = cores.iter().flat_map(|core| siblings(*core)).collect();
    outside.retain(|core| !cores.contains(core));
    outside.sort_unstable();
    outside.dedup();
    outside
}

/// The logical cores of the physical core of this one, as Linux tells; none where that is not
/// known.
fn siblings(core: usize) -> Vec<usize> {
    listed_in(&format!("/sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list"))
}

fn listed_in(path: &str) -> Vec<usize> {
    fs::read_to_string(path).map_or_else(|_| Vec::new(), |list| listed(list.trim()))
}

/// A list of cores as the kernel writes it: `0-1,8`.
fn listed(list: &str) -> Vec<usize> {
    list.split(',').filter_map(range).flatten().collect()
}

fn range(part: &str) -> Option<RangeInclusive<usize>> {
    let (first, last) = part.split_once('-').unwrap_or((part, part));
    Some(first.parse().ok()?..=last.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_of_one_core_are_not_apart() {
        let two_of_two = |core: usize| vec![core % 2, core % 2 + 2];
        assert_eq!(apart_by(&[0, 2, 3], two_of_two), Some([0, 3]));
        assert_eq!(apart_by(&[0, 2], two_of_two), None);
        assert_eq!(apart_by(&[1], two_of_two), None);
        assert_eq!(
            apart_by(&[4, 7], |_| Vec::new()),
            Some([4, 7]),
            "what is not known is no hindrance"
        );
    }

    #[test]
    fn a_list_of_cores_is_read_as_the_kernel_writes_it() {
        assert_eq!(listed("0-2,8"), [0, 1, 2, 8]);
        assert_eq!(listed("5"), [5]);
        assert_eq!(listed(""), [0; 0]);
    }
}
