//! The address of a socket that somebody listens on: what its two ends are found by.

use std::{net::SocketAddr, path::PathBuf};

/// Where somebody listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SocketAddress {
    /// By TCP.
    Tcp(SocketAddr),
    /// On a Unix socket with this path.
    Unix(PathBuf),
}
