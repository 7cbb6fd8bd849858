//! Tests of the lanes from their caller's side, a theme a file. `lanes` is what they share.

mod answers;
mod lanes;
mod layout;
mod limits;
mod loading;
mod panicking_library;
mod panics;

pub(crate) use panicking_library::panicking_library;
