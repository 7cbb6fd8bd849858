//! How the address of a local socket is written, and what is said of one that is none or cannot be
//! used. For lanes that wait asynchronously ([`crate::Carrier`]) and for those that block.
//!
//! `scheme` is what stands before the address of a TCP endpoint in the lane's protocol: `http://`,
//! `tcp:`.

use api::{CallError, ErrorKind, ServeError};
use std::{io, net::SocketAddr, path::PathBuf};

/// Where a TCP callee is to listen.
///
/// # Errors
/// `Address` when the text is neither `127.0.0.1:PORT` nor that with the scheme.
pub fn tcp_to_listen(listen: &str, scheme: &str) -> Result<SocketAddr, ServeError> {
    // Loopback needs no name to be resolved, so an address is numbers only.
    listen.strip_prefix(scheme).unwrap_or(listen).parse().map_err(|_| {
        ServeError::Address(format!(
            "`{listen}` is no address of this lane; wanted is 127.0.0.1:PORT or \
            {scheme}127.0.0.1:PORT"
        ))
    })
}

/// Where a TCP callee is.
///
/// # Errors
/// `Unsupported` when the text is no endpoint of this scheme.
pub fn tcp_to_call(endpoint: &str, scheme: &str) -> Result<SocketAddr, CallError> {
    let address = endpoint.strip_prefix(scheme).and_then(|text| text.parse().ok());
    address.ok_or_else(|| no_endpoint(endpoint, &format!("{scheme}127.0.0.1:PORT")))
}

/// The socket file that a callee is to listen on.
///
/// # Errors
/// `Address` when the text is not `unix:/path`.
pub fn unix_to_listen(listen: &str) -> Result<PathBuf, ServeError> {
    socket_file(listen).ok_or_else(|| {
        ServeError::Address(format!("`{listen}` is no Unix socket; wanted is unix:/path/to.sock"))
    })
}

/// The socket file of a callee.
///
/// # Errors
/// `Unsupported` when the text is not `unix:/path`.
pub fn unix_to_call(endpoint: &str) -> Result<PathBuf, CallError> {
    socket_file(endpoint).ok_or_else(|| no_endpoint(endpoint, "unix:/path"))
}

/// The operating system's refusal to listen, with the address.
pub fn cannot_listen(listen: &str, error: &io::Error) -> ServeError {
    ServeError::Io(io::Error::new(error.kind(), format!("cannot listen on {listen}: {error}")))
}

/// The operating system's refusal to connect: `Gone`.
pub fn nobody(endpoint: &str, error: &io::Error) -> CallError {
    CallError::new(ErrorKind::Gone, format!("no callee at {endpoint}: {error}"))
}

fn socket_file(text: &str) -> Option<PathBuf> {
    text.strip_prefix("unix:").filter(|path| !path.is_empty()).map(PathBuf::from)
}

fn no_endpoint(endpoint: &str, wanted: &str) -> CallError {
    CallError::new(ErrorKind::Unsupported, format!("endpoint `{endpoint}`; wanted is {wanted}"))
}
