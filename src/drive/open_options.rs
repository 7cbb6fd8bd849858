//! What connections are opened with: kept, because a load opens several.

use crate::protocol::Open;
use api::{CallError, EngineKind, EngineSource, ErrorKind, ServiceTime};
use fixtures::Catalog;
use std::{fs, sync::Arc, time::Duration};

/// What connections are opened with.
pub(crate) struct OpenOptions {
    endpoint: String,
    deadline: Duration,
    engine: EngineSource,
}

impl OpenOptions {
    /// As the order says.
    ///
    /// # Errors
    /// `Unsupported` for an engine that is not there, `InvalidArgument` for a catalog that is none.
    pub(crate) fn from_order(order: &Open) -> Result<Self, CallError> {
        Ok(Self {
            endpoint: order.endpoint.clone(),
            deadline: Duration::from_millis(order.deadline_ms),
            engine: engine_of(order)?,
        })
    }

    /// As a lane takes them.
    pub(crate) fn as_open(&self) -> api::Open<'_> {
        api::Open {
            endpoint: &self.endpoint,
            deadline: self.deadline,
            engine: &self.engine,
        }
    }

    /// What answers in this process: in-process lanes always, any lane where its engine is timed
    /// alone.
    pub(crate) fn engine(&self) -> &EngineSource {
        &self.engine
    }
}

/// What in-process lanes answer with, and what computes where an engine is timed alone.
fn engine_of(order: &Open) -> Result<EngineSource, CallError> {
    let kind = EngineKind::from_name(&order.engine).ok_or_else(|| {
        CallError::new(ErrorKind::Unsupported, format!("no engine `{}`", order.engine))
    })?;
    let mut source = EngineSource::embedded(kind);
    source.service_time =
        order.service_time_us.map(|us| ServiceTime::Sleep(Duration::from_micros(us)));
    if let (Some(products), Some(users), EngineKind::Catalog) =
        (&order.products, &order.users, kind)
    {
        let catalog = Catalog::from_npy(&read(products)?, &read(users)?)
            .map_err(|error| CallError::new(ErrorKind::InvalidArgument, error))?;
        source.catalog = Some(Arc::new(catalog));
    }
    Ok(source)
}

fn read(path: &str) -> Result<Vec<u8>, CallError> {
    fs::read(path)
        .map_err(|error| CallError::new(ErrorKind::InvalidArgument, format!("{path}: {error}")))
}
