//! Lanes of version 1, which said of themselves that they are default ones, and no role.

use crate::record::{DEFAULT_SET, Lane, role_of_version_1};

/// The lane with a role and sets.
pub(super) fn upgraded(old: Lane) -> Lane {
    let role = role_of_version_1(
        &old.transport,
        old.in_process,
        &old.class,
        old.codec.as_deref(),
        old.looseness,
    );
    let sets = if old.default { vec![DEFAULT_SET.to_owned()] } else { Vec::new() };
    Lane { role: role.to_owned(), sets, ..old }
}
