//! Which lanes stand for their roles: the base lane of each, where it was measured.

use crate::{
    figures::{row::Row, summary::Summary},
    record::{FFI, FUNCTION, HTTP, RPC, SOCKET},
    say::folklore::lanes::usable,
};

/// The base lanes of the usual roles that were measured, tight to loose.
pub(super) fn bases<'s, 'a>(summary: &'s Summary<'a>) -> Vec<&'s Row<'a>> {
    let roles = [FUNCTION, FFI, SOCKET, HTTP, RPC];
    roles.iter().filter_map(|role| base(summary, role)).collect()
}

/// The base lane of a role in the main scene, where a whole single call over it was measured.
pub(super) fn base<'s, 'a>(summary: &'s Summary<'a>, role: &str) -> Option<&'s Row<'a>> {
    let lane = summary.base_of_role(role)?;
    let rows = &summary.main()?.rows;
    rows.iter().find(|row| row.lane.name == lane.name && usable(row))
}
