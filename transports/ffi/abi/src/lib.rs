//! The structs and constants of `fixtures/contract/tollgate.h` in Rust, and domain values written
//! as those structs. Both sides of the Rust library and the caller of the C library share them.
//!
//! Nothing here calls or is called; fields mean what the header says. Tests of `ffi` hold all of it
//! to the header.
#![allow(missing_docs)]

use fixtures::{Catalog, EngineKind, EngineSource, Limits, Request, ServiceTime, npy::Matrix};
use std::{ffi::c_void, mem::size_of, ptr::null};

/// `TG_MAGIC`.
pub const MAGIC: u32 = 0x4241_4754;
/// `TG_ABI_VERSION`.
pub const VERSION: u32 = 1;
/// `TG_OK`.
pub const OK: i32 = 0;
/// `TG_BUFFER_TOO_SMALL`.
pub const BUFFER_TOO_SMALL: i32 = 1;

/// `TG_ENGINE_..`.
pub const ENGINE_STUB: u32 = 0;
pub const ENGINE_CATALOG: u32 = 1;
pub const ENGINE_WRONG: u32 = 2;

/// The code of an engine.
pub fn code_of(kind: EngineKind) -> u32 {
    match kind {
        EngineKind::Stub => ENGINE_STUB,
        EngineKind::Catalog => ENGINE_CATALOG,
        EngineKind::Wrong => ENGINE_WRONG,
    }
}

/// `TG_SERVICE_..`.
pub const SERVICE_NONE: u32 = 0;
pub const SERVICE_SLEEP: u32 = 1;
pub const SERVICE_SPIN: u32 = 2;

/// `tg_abi_info`. The first two fields are the same in every version.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AbiInfo {
    pub magic: u32,
    pub version: u32,
    pub sizes: [u32; 7],
}

impl AbiInfo {
    /// What this build speaks.
    pub const OURS: Self = {
        let mut sizes = [0; STRUCTS.len()];
        let mut at = 0;
        while at < sizes.len() {
            sizes[at] = STRUCTS[at].1 as u32;
            at += 1;
        }
        Self { magic: MAGIC, version: VERSION, sizes }
    };
}

/// The names and sizes of the structs, in the order of [`AbiInfo::sizes`].
pub const STRUCTS: [(&str, usize); 7] = [
    ("tg_abi_info", size_of::<AbiInfo>()),
    ("tg_request", size_of::<RawRequest>()),
    ("tg_reply", size_of::<RawReply>()),
    ("tg_limits", size_of::<RawLimits>()),
    ("tg_matrix", size_of::<RawMatrix>()),
    ("tg_config", size_of::<RawConfig>()),
    ("tg_stamps", size_of::<RawStamps>()),
];

/// `tg_engine`: a handle that only the library looks into.
pub type Handle = c_void;

/// `tg_request`.
#[repr(C)]
pub struct RawRequest {
    pub user_id: *const u8,
    pub user_id_len: usize,
    pub max_results: i32,
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
pub struct RawReply {
    pub text: *mut u8,
    pub text_cap: usize,
    pub text_len: usize,
    pub ends: *mut u32,
    pub ends_cap: usize,
    pub ends_len: usize,
}

/// `tg_limits`.
#[repr(C)]
pub struct RawLimits {
    pub max_items: usize,
    pub max_results: i32,
    pub max_user_id_bytes: usize,
    pub max_message_bytes: usize,
}

impl From<Limits> for RawLimits {
    fn from(limits: Limits) -> Self {
        let Limits { max_items, max_results, max_user_id_bytes, max_message_bytes } = limits;
        Self { max_items, max_results, max_user_id_bytes, max_message_bytes }
    }
}

impl From<&RawLimits> for Limits {
    fn from(limits: &RawLimits) -> Self {
        let &RawLimits { max_items, max_results, max_user_id_bytes, max_message_bytes } = limits;
        Self { max_items, max_results, max_user_id_bytes, max_message_bytes }
    }
}

/// `tg_matrix`.
#[repr(C)]
pub struct RawMatrix {
    pub values: *const i8,
    pub rows: usize,
    pub columns: usize,
}

impl From<&Matrix> for RawMatrix {
    fn from(matrix: &Matrix) -> Self {
        Self {
            values: matrix.values.as_ptr(),
            rows: matrix.rows,
            columns: matrix.columns,
        }
    }
}

const NO_MATRIX: RawMatrix = RawMatrix { values: null(), rows: 0, columns: 0 };

/// `tg_config`.
#[repr(C)]
pub struct RawConfig {
    pub struct_size: usize,
    pub engine: u32,
    pub service_kind: u32,
    pub service_ns: u64,
    pub limits: RawLimits,
    pub products: RawMatrix,
    pub users: RawMatrix,
}

impl RawConfig {
    /// The settings of an engine; they point into `catalog`, which the catalog engine needs.
    pub fn new(source: &EngineSource, catalog: Option<&Catalog>) -> Self {
        let (service_kind, time) = match source.service_time {
            None => (SERVICE_NONE, Default::default()),
            Some(ServiceTime::Sleep(time)) => (SERVICE_SLEEP, time),
            Some(ServiceTime::Spin(time)) => (SERVICE_SPIN, time),
        };
        Self {
            struct_size: size_of::<Self>(),
            engine: code_of(source.kind),
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
pub struct RawStamps {
    pub decode_ns: u64,
    pub compute_ns: u64,
    pub encode_ns: u64,
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
