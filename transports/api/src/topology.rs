//! Where the engine of a lane is, and what stands between it and its caller.

/// Where the engine is, seen from the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topology {
    /// In the caller's own process: no callee is started.
    InProcess,
    /// In a callee process. `listen` is the address to listen on by default: `127.0.0.1:0` for a
    /// free TCP port, `unix:` for a socket in a fresh folder.
    Callee {
        /// The default address.
        listen: &'static str,
    },
    /// In a callee process that callers reach through a server, which is neither of the two: a
    /// broker. The server is started first, then the callee, then the caller; both are told the
    /// server's address, the callee as its address to listen on. It says under which endpoint
    /// callers find it there.
    Broker {
        /// The server's name in `servers/servers.toml`.
        server: &'static str,
    },
    /// In a callee process behind a server that stands for it: a gateway. The callee is started
    /// first, then the server, which is told where the callee is, then the caller, which is told
    /// where the server is.
    Gateway {
        /// The server's name in `servers/servers.toml`.
        server: &'static str,
        /// The default address of the callee.
        listen: &'static str,
    },
}

impl Topology {
    /// The server that stands between caller and callee, where one does.
    pub fn server(self) -> Option<&'static str> {
        match self {
            Self::InProcess | Self::Callee { .. } => None,
            Self::Broker { server } | Self::Gateway { server, .. } => Some(server),
        }
    }
}
