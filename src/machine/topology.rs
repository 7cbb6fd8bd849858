//! What lies between two logical cores: hardware threads of one physical core share caches and
//! pipelines, and are not two cores; others share a cache, or a socket, or neither.

use std::{fs, ops::RangeInclusive, path::Path, sync::LazyLock};

/// What lies between two logical cores, the nearest first. Two hardware threads of one physical
/// core are the last choice: they are not two cores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Distance {
    /// They share the cache of the last level.
    SameCache,
    /// The system does not tell.
    Untold,
    /// They are of one socket and share no cache of the last level.
    OtherCache,
    OtherSocket,
    /// Two hardware threads of one physical core.
    Threads,
}

impl Distance {
    /// As a record names it; none where it is not told.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::SameCache => Some("same cache"),
            Self::Untold => None,
            Self::OtherCache => Some("other cache"),
            Self::OtherSocket => Some("other socket"),
            Self::Threads => Some("threads"),
        }
    }
}

/// What the system tells of one logical core; what it does not tell is empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    pub(crate) number: usize,
    /// The logical cores of its physical core.
    pub(crate) threads: Vec<usize>,
    /// Those that share its cache of the last level.
    pub(crate) sharing_cache: Vec<usize>,
    pub(crate) socket: Option<String>,
}

impl Told {
    /// What Linux tells of this core in /sys.
    fn by_linux(number: usize) -> Self {
        let folder = format!("/sys/devices/system/cpu/cpu{number}");
        let socket = fs::read_to_string(format!("{folder}/topology/physical_package_id"));
        // A kernel that does not know says -1.
        let socket = socket.ok().filter(|socket| !socket.starts_with('-'));
        Self {
            number,
            threads: siblings(number),
            sharing_cache: last_level_sharers(Path::new(&format!("{folder}/cache"))),
            socket: socket.map(|socket| socket.trim().into()),
        }
    }

    fn distance_to(&self, other: &Self) -> Distance {
        let sockets = self.socket.as_ref().zip(other.socket.as_ref());
        if self.threads.contains(&other.number) {
            Distance::Threads
        } else if sockets.is_some_and(|(one, other)| one != other) {
            Distance::OtherSocket
        } else if self.sharing_cache.is_empty() {
            Distance::Untold
        } else if self.sharing_cache.contains(&other.number) {
            Distance::SameCache
        } else {
            Distance::OtherCache
        }
    }
}

/// The cores of a process: that of its main thread, and that of all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProcessSeat {
    pub(crate) main_thread: usize,
    pub(crate) other_threads: usize,
}

/// The logical cores that this process may use.
#[derive(Clone, Debug, Default)]
pub(crate) struct Topology {
    cores: Vec<Told>,
    nearest: Option<Distance>,
    farthest: Option<Distance>,
}

impl Topology {
    /// These, with what Linux tells of them.
    pub(crate) fn by_linux(numbers: &[usize]) -> Self {
        Self::of(numbers.iter().copied().map(Told::by_linux))
    }

    /// These.
    pub(crate) fn of(cores: impl IntoIterator<Item = Told>) -> Self {
        let cores: Vec<Told> = cores.into_iter().collect();
        let mut distances: Vec<Distance> = Vec::new();
        for (at, one) in cores.iter().enumerate() {
            distances.extend(cores[at + 1..].iter().map(|other| one.distance_to(other)));
        }
        let nearest = distances.iter().min().copied();
        let apart = distances.iter().filter(|distance| **distance != Distance::Threads);
        let farthest = apart.max().copied().or(nearest);
        Self { cores, nearest, farthest }
    }

    /// How many there are; none where the system does not tell.
    pub(crate) fn count(&self) -> usize {
        self.cores.len()
    }

    /// Their numbers.
    pub(crate) fn numbers(&self) -> Vec<usize> {
        self.cores.iter().map(|core| core.number).collect()
    }

    /// What lies between these two.
    pub(crate) fn between(&self, one: usize, other: usize) -> Distance {
        let of = |number: usize| self.cores.iter().find(|core| core.number == number);
        let both = of(one).zip(of(other));
        both.map_or(Distance::Untold, |(one, other)| one.distance_to(other))
    }

    /// What lies between the nearest two; none where there are no two.
    pub(crate) fn nearest(&self) -> Option<Distance> {
        self.nearest
    }

    /// What lies between the farthest two, which are hardware threads of one core only where all
    /// are.
    pub(crate) fn farthest(&self) -> Option<Distance> {
        self.farthest
    }
}

#[cfg(test)]
impl Topology {
    /// Cores of which nothing is told.
    pub(crate) fn untold(numbers: impl IntoIterator<Item = usize>) -> Self {
        Self::of(numbers.into_iter().map(|number| Told { number, ..Told::default() }))
    }

    /// The same where only these may be used.
    pub(crate) fn only(&self, numbers: &[usize]) -> Self {
        let is_one = |core: &&Told| numbers.contains(&core.number);
        Self::of(self.cores.iter().filter(is_one).cloned())
    }
}

/// The logical cores that share the cache of the highest level that this folder of /sys knows.
fn last_level_sharers(caches: &Path) -> Vec<usize> {
    let indices = fs::read_dir(caches).into_iter().flatten().flatten();
    let level_of = |folder: &Path| -> Option<u32> {
        fs::read_to_string(folder.join("level")).ok()?.trim().parse().ok()
    };
    let levels = indices.filter_map(|entry| Some((level_of(&entry.path())?, entry.path())));
    let last = levels.max_by_key(|(level, _)| *level);
    last.map_or_else(Vec::new, |(_, folder)| {
        fs::read_to_string(folder.join("shared_cpu_list"))
            .map_or_else(|_| Vec::new(), |list| listed(list.trim()))
    })
}

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
    fn of_several_caches_that_of_the_last_level_says_who_is_near() {
        let caches = tempfile::tempdir().expect("a folder");
        for (index, level, sharers) in
            [("index0", "1", "4"), ("index3", "3", "0-5"), ("index2", "2", "4-5")]
        {
            let folder = caches.path().join(index);
            fs::create_dir(&folder).expect("made");
            fs::write(folder.join("level"), level).expect("written");
            fs::write(folder.join("shared_cpu_list"), sharers).expect("written");
        }
        assert_eq!(last_level_sharers(caches.path()), [0, 1, 2, 3, 4, 5]);
        assert_eq!(last_level_sharers(&caches.path().join("none")), [0; 0]);
    }

    #[test]
    fn a_list_of_cores_is_read_as_the_kernel_writes_it() {
        assert_eq!(listed("0-2,8"), [0, 1, 2, 8]);
        assert_eq!(listed("5"), [5]);
        assert_eq!(listed(""), [0; 0]);
    }
}
