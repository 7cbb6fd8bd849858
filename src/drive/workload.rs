//! The questions of a run and their right answers: embedded, or the user's own files.

use crate::shell::failure::Failure;
use fixtures::{Catalog, EngineKind, EngineSource, Limits, Reply, Request, generate, trace};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The user's own files, where given. Their flags are in the table of plan keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    /// Product vectors: a two-dimensional int8 .npy file.
    pub(crate) products: Option<PathBuf>,
    /// User vectors, with as many columns.
    pub(crate) users: Option<PathBuf>,
    /// Questions, as JSON lines.
    pub(crate) trace: Option<PathBuf>,
}

/// The questions of a run, and what the engines answer with.
pub(crate) struct Workload {
    /// The user's own catalog, if there is one.
    catalog: Option<Arc<Catalog>>,
    /// The trace.
    pub(crate) requests: Vec<Request>,
    products_npy: Vec<u8>,
    users_npy: Vec<u8>,
    own_files: bool,
}

impl Workload {
    /// Reads the user's files, or takes the embedded ones.
    pub(crate) fn load(files: &Files) -> Result<Self, Failure> {
        let products_npy = bytes_of(files.products.as_deref(), fixtures::data::PRODUCTS_NPY)?;
        let users_npy = bytes_of(files.users.as_deref(), fixtures::data::USERS_NPY)?;
        let own_catalog = files.products.is_some() || files.users.is_some();
        let catalog = if own_catalog {
            let catalog = Catalog::from_npy(&products_npy, &users_npy)
                .map_err(|error| Failure::usage(format!("the catalog does not fit: {error}")))?;
            Some(Arc::new(catalog))
        } else {
            None
        };
        let requests = match &files.trace {
            None => embedded_trace(),
            Some(path) => own_trace(path)?,
        };
        Ok(Self {
            catalog,
            requests,
            products_npy,
            users_npy,
            own_files: own_catalog || files.trace.is_some(),
        })
    }

    /// What a record says of it.
    pub(crate) fn about(&self) -> reports::record::Data {
        let catalog = self.source(EngineKind::Catalog).catalog();
        let mut bytes = [self.products_npy.as_slice(), &self.users_npy].concat();
        bytes.extend(
            self.requests
                .iter()
                .flat_map(|request| trace::write_line(request, None).into_bytes()),
        );
        reports::record::Data {
            own_files: self.own_files,
            products: catalog.products().rows as u64,
            users: catalog.users().rows as u64,
            dimensions: catalog.users().columns as u64,
            requests: self.requests.len() as u64,
            digest: format!("{:016x}", fixtures::fnv1a_64(&bytes)),
        }
    }

    /// What an engine of this kind is made from.
    pub(crate) fn source(&self, kind: EngineKind) -> EngineSource {
        EngineSource {
            catalog: self.catalog.clone(),
            ..EngineSource::embedded(kind)
        }
    }

    /// The trace with `max_results` in the place of each request's own, and the right answers of
    /// this engine, as JSON lines. Both engines answer prefixes, so these serve every smaller
    /// `max_results` too.
    pub(crate) fn golden(&self, kind: EngineKind, max_results: i32) -> String {
        let requests: Vec<Request> = self
            .requests
            .iter()
            .map(|request| Request::new(request.user_id.clone(), max_results))
            .collect();
        generate::golden(&self.source(kind), &requests)
    }

    /// Writes the catalog's two files into a folder, for programs that read them there.
    pub(crate) fn write_catalog(&self, folder: &Path) -> Result<(PathBuf, PathBuf), Failure> {
        let products = folder.join("products.npy");
        let users = folder.join("users.npy");
        fs::write(&products, &self.products_npy)
            .and_then(|()| fs::write(&users, &self.users_npy))
            .map_err(|error| {
                Failure::failed(format!("cannot write the catalog for callees: {error}"))
            })?;
        Ok((products, users))
    }
}

fn bytes_of(path: Option<&Path>, embedded: &[u8]) -> Result<Vec<u8>, Failure> {
    let Some(path) = path else { return Ok(embedded.to_vec()) };
    fs::read(path)
        .map_err(|error| Failure::usage(format!("cannot read {}: {error}", path.display())))
}

fn embedded_trace() -> Vec<Request> {
    trace::read(fixtures::data::TRACE_JSONL)
        .expect("the embedded trace is checked by the tests of fixtures")
}

fn own_trace(path: &Path) -> Result<Vec<Request>, Failure> {
    let shown = path.display();
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::usage_at(&shown, format!("cannot be read: {error}")))?;
    let requests = trace::read(&text).map_err(|what| Failure::usage_at(&shown, what))?;
    for (at, request) in requests.iter().enumerate() {
        Limits::DEFAULT.check(&request.user_id, request.max_results).map_err(|error| {
            Failure::usage_at(&shown, format!("request {}: {}", at + 1, error.detail()))
        })?;
    }
    Ok(requests)
}

/// The golden lines of a driver: requests, and the right answers to them.
pub(crate) fn read_golden(path: &str) -> Result<Vec<(Request, Reply)>, String> {
    let text = fs::read_to_string(path)
        .map_err(|error| format!("cannot read the golden answers: {error}"))?;
    trace::read_golden(&text)
}
