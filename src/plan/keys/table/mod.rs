//! The table of plan keys. To add a key, add its row to one of these groups, and its typed field to
//! [`Plan`](crate::plan::Plan): flag, help, plan file, repeating command and their tests follow.
//! Rows are taken, shown and written in the order in which they stand.

mod cells;
mod circumstances;
pub(crate) mod data;
mod effort;
mod kept;
mod own_system;

use crate::plan::keys::key::{Heading, InFile, Key};

/// Keys that belong together, and where they stand in the help.
pub(crate) struct Group {
    pub(crate) heading: Heading,
    pub(crate) keys: &'static [Key],
}

pub(crate) static GROUPS: [Group; 6] = [
    Group { heading: Heading::What, keys: cells::KEYS },
    Group { heading: Heading::HowLong, keys: effort::KEYS },
    Group { heading: Heading::Expert, keys: circumstances::KEYS },
    Group { heading: Heading::YourService, keys: own_system::KEYS },
    Group { heading: Heading::YourService, keys: data::KEYS },
    Group { heading: Heading::Expert, keys: kept::KEYS },
];

/// The rows below a heading of the help.
pub(crate) fn keys_under(heading: Heading) -> impl Iterator<Item = &'static Key> {
    let groups = GROUPS.iter();
    let all = groups.flat_map(|group| group.keys.iter().map(|key| (group.heading, key)));
    let placed = all.map(|(of_group, key)| (key.heading.unwrap_or(of_group), key));
    placed.filter(move |(own, _)| *own == heading).map(|(_, key)| key)
}

/// Every row.
pub(crate) fn keys() -> impl Iterator<Item = &'static Key> {
    GROUPS.iter().flat_map(|group| group.keys)
}

/// The rows of the plan file.
pub(crate) fn keys_of_file() -> impl Iterator<Item = &'static Key> {
    keys().filter(|key| !matches!(key.file, InFile::No))
}
