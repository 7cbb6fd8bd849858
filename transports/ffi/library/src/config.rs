//! From the settings of `tg_open` to an engine: the same checks in the same order as in
//! `c/tollgate.c`.

use abi::{RawConfig, SERVICE_NONE, SERVICE_SLEEP, SERVICE_SPIN, code_of};
use api::{CallError, EngineKind, EngineSource, ErrorKind, Limits, ServiceTime};
use fixtures::{
    Catalog,
    npy::{self, Matrix},
};
use std::{borrow::Cow, sync::Arc, time::Duration};

/// `product_` and ten digits.
const MAX_ID_BYTES: usize = 18;

/// What the engine is made from. `matrices` gives products and users, if the caller gave them.
pub(crate) fn source(
    config: &RawConfig,
    matrices: impl FnOnce() -> Option<(Matrix, Matrix)>,
) -> Result<EngineSource, CallError> {
    let limits = Limits::from(&config.limits);
    if limits.max_results < 0 {
        let detail = format!("the limit of max_results is {}", limits.max_results);
        return Err(CallError::new(ErrorKind::InvalidArgument, detail));
    }
    let time = Duration::from_nanos(config.service_ns);
    let service_time = match config.service_kind {
        SERVICE_NONE => None,
        SERVICE_SLEEP => Some(ServiceTime::Sleep(time)),
        SERVICE_SPIN => Some(ServiceTime::Spin(time)),
        other => return Err(unknown("service_kind", other)),
    };
    let kind = EngineKind::ALL.into_iter().find(|kind| code_of(*kind) == config.engine);
    let kind = kind.ok_or_else(|| unknown("engine", config.engine))?;
    let catalog = match kind {
        EngineKind::Catalog => Some(Arc::new(catalog(matrices())?)),
        EngineKind::Stub | EngineKind::Wrong => {
            check_ids(limits.max_results as usize)?;
            None
        }
    };
    Ok(EngineSource { kind, limits, service_time, catalog })
}

fn unknown(what: &str, code: u32) -> CallError {
    CallError::new(ErrorKind::Unsupported, format!("{what} {code} is not known"))
}

/// Refuses more ids than one text with 32-bit offsets can hold.
fn check_ids(count: usize) -> Result<(), CallError> {
    if count > u32::MAX as usize / MAX_ID_BYTES {
        let detail = format!("{count} ids do not fit into one text with 32-bit offsets");
        return Err(CallError::new(ErrorKind::TooLarge, detail));
    }
    Ok(())
}

fn catalog(matrices: Option<(Matrix, Matrix)>) -> Result<Catalog, CallError> {
    let (products, users) =
        matrices.ok_or_else(|| invalid("the catalog engine needs products and users"))?;
    check_ids(products.rows)?;
    // The one way to make a catalog, with all its checks, reads files.
    Catalog::from_npy(&npy::write(&products), &npy::write(&users)).map_err(invalid)
}

fn invalid(detail: impl Into<Cow<'static, str>>) -> CallError {
    CallError::new(ErrorKind::InvalidArgument, detail)
}
