//! The module that the lane `python/pyo3/rust` imports: the engines of the in-process lanes as a
//! class of Python's. No C interface is between: questions are Python's objects, and answers are
//! lists of `str`. What is refused is raised as the caller's own kind of exception.

use api::{CallError, Engine, EngineKind, EngineSource, Limits};
use fixtures::Catalog;
use pyo3::{
    exceptions::PyValueError,
    prelude::*,
    types::{PyBytes, PyList, PyString, PyType},
};
use std::{sync::Arc, time::Instant};

/// Fills the module.
#[pymodule]
fn tollgate_pyo3(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<RustEngine>()
}

/// One engine. A call holds the interpreter's lock, as any function of Python's does.
#[pyclass(unsendable)]
struct RustEngine {
    engine: Engine,
    /// What is raised: `Failure(kind, detail)`.
    failure: Py<PyType>,
}

#[pymethods]
impl RustEngine {
    /// `kind` is `stub`, `catalog` or `wrong`; `products` and `users` are the bytes of two `.npy`
    /// files, for the catalog.
    #[new]
    fn new(
        kind: &str,
        products: Option<&[u8]>,
        users: Option<&[u8]>,
        failure: Py<PyType>,
    ) -> PyResult<Self> {
        let kind = EngineKind::ALL.into_iter().find(|known| known.name() == kind);
        let kind = kind.ok_or_else(|| PyValueError::new_err("there is no such engine"))?;
        let catalog = match (kind, products, users) {
            (EngineKind::Catalog, Some(products), Some(users)) => {
                Some(Arc::new(Catalog::from_npy(products, users).map_err(PyValueError::new_err)?))
            }
            (EngineKind::Catalog, ..) => {
                return Err(PyValueError::new_err("the catalog engine needs products and users"));
            }
            (EngineKind::Stub | EngineKind::Wrong, ..) => None,
        };
        let limits = Limits::default();
        let source = EngineSource { kind, limits, service_time: None, catalog };
        Ok(Self { engine: source.engine(), failure })
    }

    /// The ids for one question `(user_id, max_results)`.
    fn call<'py>(
        &mut self,
        py: Python<'py>,
        question: (&str, i64),
    ) -> PyResult<Bound<'py, PyList>> {
        match find(&mut self.engine, question) {
            Ok((text, ends)) => ids(py, text, ends),
            Err(error) => Err(raised(py, &self.failure, &error)),
        }
    }

    /// The ids for each question of a list.
    fn batched<'py>(
        &mut self,
        py: Python<'py>,
        questions: Vec<(Bound<'py, PyString>, i64)>,
    ) -> PyResult<Bound<'py, PyList>> {
        let checked = self.engine.limits().check_items(questions.len());
        checked.map_err(|error| raised(py, &self.failure, &error))?;
        let answers = PyList::empty(py);
        for (user_id, max_results) in questions {
            answers.append(self.call(py, (user_id.to_cow()?.as_ref(), max_results))?)?;
        }
        Ok(answers)
    }

    /// The ids for one question, and how long the engine took for it, in ns.
    fn stamped<'py>(
        &mut self,
        py: Python<'py>,
        question: (&str, i64),
    ) -> PyResult<(Bound<'py, PyList>, u64)> {
        let start = Instant::now();
        let found = find(&mut self.engine, question);
        let compute_ns = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        match found {
            Ok((text, ends)) => Ok((ids(py, text, ends)?, compute_ns)),
            Err(error) => Err(raised(py, &self.failure, &error)),
        }
    }

    /// The payload, repeated and cut to `reply_bytes`; zeros for an empty one.
    #[staticmethod]
    fn echo<'py>(
        py: Python<'py>,
        payload: &[u8],
        reply_bytes: usize,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let payload = if payload.is_empty() { &[0] } else { payload };
        PyBytes::new_with(py, reply_bytes, |back| {
            for part in back.chunks_mut(payload.len()) {
                part.copy_from_slice(&payload[..part.len()]);
            }
            Ok(())
        })
    }
}

/// What the engine answers. A number beyond those of the contract is refused as the nearest of
/// them.
fn find<'a>(
    engine: &'a mut Engine,
    (user_id, max_results): (&str, i64),
) -> Result<(&'a str, &'a [u32]), CallError> {
    let nearest = max_results.clamp(i32::MIN.into(), i32::MAX.into());
    engine.find(user_id, i32::try_from(nearest).unwrap_or(i32::MAX))
}

/// The ids in a text, given where each ends.
fn ids<'py>(py: Python<'py>, text: &str, ends: &[u32]) -> PyResult<Bound<'py, PyList>> {
    let mut start = 0;
    PyList::new(
        py,
        ends.iter().map(|end| {
            let end = *end as usize;
            let id = &text[start..end];
            start = end;
            PyString::new(py, id)
        }),
    )
}

fn raised(py: Python<'_>, failure: &Py<PyType>, error: &CallError) -> PyErr {
    match failure.bind(py).call1((error.kind().name(), error.detail())) {
        Ok(made) => PyErr::from_value(made),
        Err(error) => error,
    }
}
