//! What a caller lends by pointer, as slices: NULL with a length is told apart. Whether pointers
//! are good is the caller's word.

use abi::RawMatrix;
use fixtures::npy::Matrix;
use std::{
    mem::MaybeUninit,
    slice::{from_raw_parts, from_raw_parts_mut},
};

/// What a caller lends for reading. `None` for NULL with a length.
///
/// # Safety
/// `at` is NULL or good for `length` bytes that nobody writes.
pub(super) unsafe fn bytes<'a>(at: *const u8, length: usize) -> Option<&'a [u8]> {
    match (at.is_null(), length) {
        (true, 0) => Some(&[]),
        (true, _) => None,
        // SAFETY: as the caller says.
        (false, length) => Some(unsafe { from_raw_parts(at, length) }),
    }
}

/// What a caller lends for writing. `None` for NULL with a length.
///
/// # Safety
/// `at` is NULL or good for `length` entries that nobody else uses.
pub(super) unsafe fn room<'a, T>(at: *mut T, length: usize) -> Option<&'a mut [MaybeUninit<T>]> {
    match (at.is_null(), length) {
        (true, 0) => Some(&mut []),
        (true, _) => None,
        // SAFETY: as the caller says; what is not yet written is allowed for this type.
        (false, length) => Some(unsafe { from_raw_parts_mut(at.cast(), length) }),
    }
}

/// A copy of a caller's matrix. `None` where there is none.
///
/// # Safety
/// Its pointer is NULL or good for rows times columns values.
pub(super) unsafe fn matrix(raw: &RawMatrix) -> Option<Matrix> {
    let &RawMatrix { values, rows, columns } = raw;
    let count = rows.checked_mul(columns)?;
    // SAFETY: as the caller says.
    let values =
        (!values.is_null() && rows > 0).then(|| unsafe { from_raw_parts(values, count) })?;
    Some(Matrix { rows, columns, values: values.to_vec() })
}
