//! The table of plan keys. To add a key, add its row to one of these groups, and its typed field to
//! [`Plan`](crate::plan::Plan): flag, help, plan file, repeating command and their tests follow.
//! Rows are taken, shown and written in the order in which they stand.

mod cells;
mod circumstances;
pub(crate) mod data;
mod effort;
mod kept;
mod own_system;

use crate::plan::keys::key::{InFile, Key};

/// Keys that stand below one heading in the help.
pub(crate) struct Group {
    pub(crate) heading: &'static str,
    pub(crate) keys: &'static [Key],
}

pub(crate) static GROUPS: [Group; 6] = [
    Group { heading: "What is measured", keys: cells::KEYS },
    Group { heading: "How often and how long", keys: effort::KEYS },
    Group {
        heading: "Under which circumstances",
        keys: circumstances::KEYS,
    },
    Group { heading: "For your own system", keys: own_system::KEYS },
    Group { heading: data::HEADING, keys: data::KEYS },
    Group { heading: "To keep and to repeat", keys: kept::KEYS },
];

/// Every row.
pub(crate) fn keys() -> impl Iterator<Item = &'static Key> {
    GROUPS.iter().flat_map(|group| group.keys)
}

/// The rows of the plan file.
pub(crate) fn keys_of_file() -> impl Iterator<Item = &'static Key> {
    keys().filter(|key| !matches!(key.file, InFile::No))
}
