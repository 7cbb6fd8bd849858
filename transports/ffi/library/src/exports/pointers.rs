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
    if at.is_null() {
        return if length == 0 { Some(&[]) } else { None };
    }
    // SAFETY: as the caller says.
    Some(unsafe { from_raw_parts(at, length) })
}

/// What a caller lends for writing. `None` for NULL with a length.
///
/// # Safety
/// `at` is NULL or good for `length` entries that nobody else uses.
pub(super) unsafe fn room<'a, T>(at: *mut T, length: usize) -> Option<&'a mut [MaybeUninit<T>]> {
    if at.is_null() {
        return if length == 0 { Some(&mut []) } else { None };
    }
    // SAFETY: as the caller says; what is not yet written is allowed for this type.
    Some(unsafe { from_raw_parts_mut(at.cast(), length) })
}

/// A copy of a caller's matrix. `None` where there is none.
///
/// # Safety
/// Its pointer is NULL or good for rows times columns values.
pub(super) unsafe fn matrix(raw: &RawMatrix) -> Option<Matrix> {
    let &RawMatrix { values, rows, columns } = raw;
    let count = rows.checked_mul(columns)?;
    if values.is_null() || rows == 0 {
        return None;
    }
    // SAFETY: as the caller says.
    let values = unsafe { from_raw_parts(values, count) };
    Some(Matrix { rows, columns, values: values.to_vec() })
}
