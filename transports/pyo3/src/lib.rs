//! The engines of the in-process lanes as a module that Python imports (`module/`), for the lane
//! `python/pyo3/rust`. Rust does not call it: no lane of this program's is here.

use api::Registrar;

/// The module as a file; empty on systems where Python's peer would not load it.
const MODULE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/tollgate_pyo3.so"));

/// Registers the module under the name that lanes in files have for it.
pub fn lanes(registrar: &mut impl Registrar) {
    registrar.library("pyo3", MODULE);
}
