//! Where a callee answers. The text of an endpoint is parsed here and nowhere else in the harness;
//! transports take the text as it is.

use crate::machine::socket_address::SocketAddress;
use std::{fmt, net::SocketAddr, path::PathBuf};

const LIBRARY: &str = "lib:";
const UNIX: &str = "unix:";
const TCP: &str = "tcp:";
const HTTP: &str = "http:";

/// An endpoint, by its scheme. Its text is what it was parsed from, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// No text: the engine is in the caller's process, and nothing has to be found.
    None,
    /// `lib:/path`: a shared library that the caller loads.
    Library(PathBuf),
    /// `unix:/path`: a Unix socket. In a place to listen, no path stands for a fresh socket.
    Unix(PathBuf),
    /// `tcp:127.0.0.1:80`.
    Tcp(String),
    /// `http://127.0.0.1:80`; what stands behind `http:`.
    Http(String),
    /// Any other text, which only its transport understands.
    Other(String),
}

impl Endpoint {
    /// The endpoint of this text. Every text is one.
    pub fn parse(text: &str) -> Self {
        if text.is_empty() {
            Self::None
        } else if let Some(path) = text.strip_prefix(LIBRARY) {
            Self::Library(path.into())
        } else if let Some(path) = text.strip_prefix(UNIX) {
            Self::Unix(path.into())
        } else if let Some(rest) = text.strip_prefix(TCP) {
            Self::Tcp(rest.into())
        } else if let Some(rest) = text.strip_prefix(HTTP) {
            Self::Http(rest.into())
        } else {
            Self::Other(text.into())
        }
    }

    /// Host and port, as they stand there, where it is reached over TCP.
    pub fn host_and_port(&self) -> Option<&str> {
        match self {
            Self::Tcp(rest) => Some(rest),
            Self::Http(rest) => rest.strip_prefix("//"),
            _ => None,
        }
    }

    /// The address, where it is reached over TCP and its host is given by number.
    pub fn tcp_address(&self) -> Option<SocketAddr> {
        self.host_and_port()?.trim_end_matches('/').parse().ok()
    }

    /// The socket behind it, where there is one whose ends can be found.
    pub(crate) fn socket_address(&self) -> Option<SocketAddress> {
        match self {
            Self::Unix(path) => Some(SocketAddress::Unix(path.clone())),
            _ => self.tcp_address().map(SocketAddress::Tcp),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Library(path) => write!(f, "{LIBRARY}{}", path.display()),
            Self::Unix(path) => write!(f, "{UNIX}{}", path.display()),
            Self::Tcp(rest) => write!(f, "{TCP}{rest}"),
            Self::Http(rest) => write!(f, "{HTTP}{rest}"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_known_by_its_scheme() {
        for (text, endpoint) in [
            ("", Endpoint::None),
            ("lib:/a/b.so", Endpoint::Library("/a/b.so".into())),
            ("unix:/a/b.sock", Endpoint::Unix("/a/b.sock".into())),
            ("unix:", Endpoint::Unix("".into())),
            ("tcp:127.0.0.1:8", Endpoint::Tcp("127.0.0.1:8".into())),
            ("http://localhost:8/", Endpoint::Http("//localhost:8/".into())),
            ("127.0.0.1:0", Endpoint::Other("127.0.0.1:0".into())),
            ("carrier-pigeon:home", Endpoint::Other("carrier-pigeon:home".into())),
        ] {
            assert_eq!(Endpoint::parse(text), endpoint);
            assert_eq!(endpoint.to_string(), text, "the text stays what it was");
        }
    }

    #[test]
    fn only_tcp_and_http_have_an_address_and_only_a_number_is_one() {
        let address = |text| Endpoint::parse(text).tcp_address().map(|at| at.to_string());
        assert_eq!(address("tcp:127.0.0.1:8").as_deref(), Some("127.0.0.1:8"));
        assert_eq!(address("http://127.0.0.1:8/").as_deref(), Some("127.0.0.1:8"));
        for text in ["http://localhost:8", "http:127.0.0.1:8", "unix:/a", "127.0.0.1:8", ""] {
            assert_eq!(address(text), None, "{text}");
        }
        assert_eq!(Endpoint::parse("http://localhost:8").host_and_port(), Some("localhost:8"));
    }
}
