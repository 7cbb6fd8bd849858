//! What engines answer from.

use crate::stats::units::count;
use serde::{Deserialize, Serialize};

/// What the engines answer from, so that records over different data are not compared in silence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Data {
    /// True when any file is the user's own.
    pub own_files: bool,
    /// Products in the catalog.
    pub products: u64,
    /// Users in the catalog.
    pub users: u64,
    /// Dimensions of both.
    pub dimensions: u64,
    /// Requests in the trace.
    pub requests: u64,
    /// FNV-1a 64 over catalog and trace, hexadecimal: runs over the same data share it.
    pub digest: String,
}

impl Data {
    /// In words, as `own data: 800 products, 50 users, 32 dimensions, 400 requests, digest
    /// 5f0c`.
    pub fn text(&self) -> String {
        let whose = if self.own_files { "own" } else { "built-in" };
        let [products, users, dimensions, requests] =
            [self.products, self.users, self.dimensions, self.requests].map(count);
        let digest = &self.digest;
        format!(
            "{whose} data: {products} products, {users} users, {dimensions} dimensions, \
            {requests} requests, digest {digest}"
        )
    }
}
