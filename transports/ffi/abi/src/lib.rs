//! The structs and constants of `fixtures/contract/tollgate.h` in Rust, and domain values written as those structs.
//!
//! Nothing here calls anything; the calls are in `library.rs`. Tests hold all of it to the header.

use api::{EngineKind, EngineSource, Limits, Request, ServiceTime};
use fixtures::{Catalog, npy::Matrix};
use std::{ffi::c_void, mem::size_of, ptr::null};

/// `TG_MAGIC`.
pub(crate) const MAGIC: u32 = 0x4241_4754;
/// `TG_ABI_VERSION`.
pub(crate) const VERSION: u32 = 1;
/// `TG_OK`.
pub(crate) const OK: i32 = 0;
/// `TG_BUFFER_TOO_SMALL`.
pub(crate) const BUFFER_TOO_SMALL: i32 = 1;

/// `TG_ENGINE_..`.
pub(crate) const ENGINE_STUB: u32 = 0;
pub(crate) const ENGINE_CATALOG: u32 = 1;
pub(crate) const ENGINE_WRONG: u32 = 2;

/// `TG_SERVICE_..`.
pub(crate) const SERVICE_NONE: u32 = 0;
pub(crate) const SERVICE_SLEEP: u32 = 1;
pub(crate) const SERVICE_SPIN: u32 = 2;

/// `tg_abi_info`. The first two fields are the same in every version.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AbiInfo {
    pub(crate) magic: u32,
    pub(crate) version: u32,
    pub(crate) sizes: [u32; 7],
}

/// The names and sizes of the structs, in the order of [`AbiInfo::sizes`].
pub(crate) const STRUCTS: [(&str, usize); 7] = [
    ("tg_abi_info", size_of::<AbiInfo>()),
    ("tg_request", size_of::<RawRequest>()),
    ("tg_reply", size_of::<RawReply>()),
    ("tg_limits", size_of::<RawLimits>()),
    ("tg_matrix", size_of::<RawMatrix>()),
    ("tg_config", size_of::<RawConfig>()),
    ("tg_stamps", size_of::<RawStamps>()),
];

/// `tg_engine`: a handle that only the library looks into.
pub(crate) type Handle = c_void;

/// `tg_request`.
#[repr(C)]
pub(crate) struct RawRequest {
    pub(crate) user_id: *const u8,
    pub(crate) user_id_len: usize,
    pub(crate) max_results: i32,
}

impl From<&Request> for RawRequest {
    #[inline]
    fn from(request: &Request) -> Self {
        Self {
            user_id: request.user_id.as_ptr(),
            user_id_len: request.user_id.len(),
            max_results: request.max_results,
        }
    }
}

/// `tg_reply`.
#[repr(C)]
pub(crate) struct RawReply {
    pub(crate) text: *mut u8,
    pub(crate) text_cap: usize,
    pub(crate) text_len: usize,
    pub(crate) ends: *mut u32,
    pub(crate) ends_cap: usize,
    pub(crate) ends_len: usize,
}

/// `tg_limits`.
#[repr(C)]
pub(crate) struct RawLimits {
    pub(crate) max_items: usize,
    pub(crate) max_results: i32,
    pub(crate) max_user_id_bytes: usize,
    pub(crate) max_message_bytes: usize,
}

impl From<Limits> for RawLimits {
    fn from(limits: Limits) -> Self {
        let Limits { max_items, max_results, max_user_id_bytes, max_message_bytes } = limits;
        Self { max_items, max_results, max_user_id_bytes, max_message_bytes }
    }
}

/// `tg_matrix`.
#[repr(C)]
pub(crate) struct RawMatrix {
    pub(crate) values: *const i8,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

impl From<&Matrix> for RawMatrix {
    fn from(matrix: &Matrix) -> Self {
        Self { values: matrix.values.as_ptr(), rows: matrix.rows, columns: matrix.columns }
    }
}

const NO_MATRIX: RawMatrix = RawMatrix { values: null(), rows: 0, columns: 0 };

/// `tg_config`.
#[repr(C)]
pub(crate) struct RawConfig {
    pub(crate) struct_size: usize,
    pub(crate) engine: u32,
    pub(crate) service_kind: u32,
    pub(crate) service_ns: u64,
    pub(crate) limits: RawLimits,
    pub(crate) products: RawMatrix,
    pub(crate) users: RawMatrix,
}

impl RawConfig {
    /// The settings of an engine; they point into `catalog`, which the catalog engine needs.
    pub(crate) fn new(source: &EngineSource, catalog: Option<&Catalog>) -> Self {
        let (service_kind, time) = match source.service_time {
            None => (SERVICE_NONE, Default::default()),
            Some(ServiceTime::Sleep(time)) => (SERVICE_SLEEP, time),
            Some(ServiceTime::Spin(time)) => (SERVICE_SPIN, time),
        };
        Self {
            struct_size: size_of::<Self>(),
            engine: match source.kind {
                EngineKind::Stub => ENGINE_STUB,
                EngineKind::Catalog => ENGINE_CATALOG,
                EngineKind::Wrong => ENGINE_WRONG,
            },
            service_kind,
            service_ns: u64::try_from(time.as_nanos()).unwrap_or(u64::MAX),
            limits: source.limits.into(),
            products: catalog.map_or(NO_MATRIX, |catalog| catalog.products().into()),
            users: catalog.map_or(NO_MATRIX, |catalog| catalog.users().into()),
        }
    }
}

/// `tg_stamps`.
#[repr(C)]
#[derive(Default)]
pub(crate) struct RawStamps {
    pub(crate) decode_ns: u64,
    pub(crate) compute_ns: u64,
    pub(crate) encode_ns: u64,
}

/// The same asserts as in `c/tollgate.c`.
#[cfg(target_pointer_width = "64")]
const _: () = {
    use std::mem::offset_of;
    assert!(size_of::<AbiInfo>() == 36);
    assert!(size_of::<RawRequest>() == 24 && offset_of!(RawRequest, max_results) == 16);
    assert!(size_of::<RawReply>() == 48 && offset_of!(RawReply, ends) == 24);
    assert!(size_of::<RawLimits>() == 32 && offset_of!(RawLimits, max_user_id_bytes) == 16);
    assert!(size_of::<RawMatrix>() == 24);
    assert!(size_of::<RawConfig>() == 104 && offset_of!(RawConfig, limits) == 24);
    assert!(offset_of!(RawConfig, products) == 56 && offset_of!(RawConfig, users) == 80);
    assert!(size_of::<RawStamps>() == 24);
};
