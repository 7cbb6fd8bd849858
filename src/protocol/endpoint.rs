//! Where a callee answers, or a server. The text of an endpoint is parsed here and nowhere else in
//! the harness; transports take the text as it is.

use crate::machine::socket_address::SocketAddress;
use std::{fmt, net::SocketAddr, path::PathBuf};

const LIBRARY: &str = "lib:";
const UNIX: &str = "unix:";
const TCP: &str = "tcp:";
const HTTP: &str = "http:";
/// Between the scheme of a URL and its host.
const HOST: &str = "://";

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
    /// `redis://127.0.0.1:6379/queue`: at a server of its own protocol, and what of it.
    Server(ServerUrl),
    /// Any other text, which only its transport understands.
    Other(String),
}

/// A URL of a scheme that is none of those above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerUrl {
    scheme: String,
    /// Host and port; before an `@` user and password, where somebody wrote them.
    authority: String,
    /// What stands behind them, with its `/`.
    path: String,
}

impl ServerUrl {
    /// The URL in this text, where it is one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once(HOST)?;
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        if scheme.is_empty() || !scheme.chars().all(is_scheme) {
            return None;
        }
        let at = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(at);
        Some(Self {
            scheme: scheme.into(),
            authority: authority.into(),
            path: path.into(),
        })
    }

    /// The scheme, as `redis`.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// True where user or password stand in it.
    pub fn has_credentials(&self) -> bool {
        self.authority.contains('@')
    }

    /// True where it names a server and nothing of it.
    pub fn is_whole_server(&self) -> bool {
        matches!(self.path.as_str(), "" | "/")
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{HOST}{}{}", self.scheme, self.authority, self.path)
    }
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
        } else if let Some(url) = ServerUrl::parse(text) {
            Self::Server(url)
        } else {
            Self::Other(text.into())
        }
    }

    /// Host and port, as they stand there, where it is reached over TCP.
    pub fn host_and_port(&self) -> Option<&str> {
        match self {
            Self::Tcp(rest) => Some(rest),
            Self::Http(rest) => rest.strip_prefix("//"),
            Self::Server(url) => url.authority.rsplit('@').next(),
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
            Self::Server(url) => write!(f, "{url}"),
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
            ("://host", Endpoint::Other("://host".into())),
        ] {
            assert_eq!(Endpoint::parse(text), endpoint);
            assert_eq!(endpoint.to_string(), text, "the text stays what it was");
        }
    }

    #[test]
    fn a_server_is_known_by_any_other_scheme_and_keeps_its_text() {
        for (text, host, whole, secret) in [
            ("redis://127.0.0.1:6379", "127.0.0.1:6379", true, false),
            ("redis://queue.internal:6379/", "queue.internal:6379", true, false),
            ("redis://127.0.0.1:6379/tollgate.1", "127.0.0.1:6379", false, false),
            ("redis://me:p@ss@host:1/q", "host:1", false, true),
        ] {
            let endpoint = Endpoint::parse(text);
            assert_eq!(endpoint.to_string(), text);
            assert_eq!(endpoint.host_and_port(), Some(host), "{text}");
            let Endpoint::Server(url) = endpoint else { panic!("{text} is at no server") };
            assert_eq!(url.scheme(), "redis");
            assert_eq!((url.is_whole_server(), url.has_credentials()), (whole, secret), "{text}");
        }
    }

    #[test]
    fn only_what_is_reached_over_tcp_has_an_address_and_only_a_number_is_one() {
        let address = |text| Endpoint::parse(text).tcp_address().map(|at| at.to_string());
        assert_eq!(address("tcp:127.0.0.1:8").as_deref(), Some("127.0.0.1:8"));
        assert_eq!(address("http://127.0.0.1:8/").as_deref(), Some("127.0.0.1:8"));
        assert_eq!(address("redis://127.0.0.1:8/q").as_deref(), Some("127.0.0.1:8"));
        for text in [
            "http://localhost:8",
            "http:127.0.0.1:8",
            "unix:/a",
            "127.0.0.1:8",
            "redis://host:8",
            "",
        ] {
            assert_eq!(address(text), None, "{text}");
        }
        assert_eq!(Endpoint::parse("http://localhost:8").host_and_port(), Some("localhost:8"));
    }
}
