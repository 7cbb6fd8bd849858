//! The two kinds of local socket, for lanes that wait asynchronously: how an address is written,
//! listened on and connected to. Sockets come as their protocol wants them: TCP without Nagle's
//! algorithm, on both ends.

use crate::address;
use api::{CallError, ServeError};
use std::{future::Future, io, net::SocketAddr, path::PathBuf};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
};

/// A listener, and the endpoint that callers are told.
pub struct Bound<L> {
    /// Accepts connections.
    pub listener: L,
    /// `SCHEME127.0.0.1:PORT` or `unix:/path`.
    pub endpoint: String,
}

/// A kind of socket. `scheme` is what stands before the address of a TCP endpoint in the lane's
/// protocol: `http://`, `tcp:`. An endpoint of a Unix socket is `unix:/path` in every protocol.
pub trait Carrier: Send + Sync + 'static {
    /// A connected socket.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;
    /// Accepts connections.
    type Listener: Send + Sync + 'static;
    /// Where an endpoint is, for lanes whose library connects by itself.
    type Address: Send;

    /// The address to listen on by default.
    const LISTEN: &'static str;
    /// What the fairness card says of the socket.
    const FAIRNESS: (&'static str, &'static str);

    /// Listens.
    ///
    /// # Errors
    /// `Address` when the text is no address of this carrier, `Io` when it cannot be used.
    fn bind(
        listen: &str,
        scheme: &str,
    ) -> impl Future<Output = Result<Bound<Self::Listener>, ServeError>> + Send;

    /// The next connection.
    ///
    /// # Errors
    /// The operating system's.
    fn accept(listener: &Self::Listener) -> impl Future<Output = io::Result<Self::Stream>> + Send;

    /// Where an endpoint is.
    ///
    /// # Errors
    /// `Unsupported` when the text is no endpoint of this carrier.
    fn address(endpoint: &str, scheme: &str) -> Result<Self::Address, CallError>;

    /// Connects.
    ///
    /// # Errors
    /// `Unsupported` when the text is no endpoint of this carrier, `Gone` when nobody listens
    /// there.
    fn connect(
        endpoint: &str,
        scheme: &str,
    ) -> impl Future<Output = Result<Self::Stream, CallError>> + Send;
}

/// TCP on loopback, `TCP_NODELAY` set.
pub struct Tcp;

impl Carrier for Tcp {
    type Stream = TcpStream;
    type Listener = TcpListener;
    type Address = SocketAddr;

    const LISTEN: &'static str = "127.0.0.1:0";
    const FAIRNESS: (&'static str, &'static str) = ("TCP_NODELAY", "on, both ends");

    async fn bind(listen: &str, scheme: &str) -> Result<Bound<TcpListener>, ServeError> {
        let to = address::tcp_to_listen(listen, scheme)?;
        let listener = TcpListener::bind(to)
            .await
            .map_err(|error| address::cannot_listen(listen, &error))?;
        let endpoint = format!("{scheme}{}", listener.local_addr()?);
        Ok(Bound { listener, endpoint })
    }

    async fn accept(listener: &TcpListener) -> io::Result<TcpStream> {
        let (stream, _) = listener.accept().await?;
        // A socket that is gone by now needs no option.
        drop(stream.set_nodelay(true));
        Ok(stream)
    }

    fn address(endpoint: &str, scheme: &str) -> Result<SocketAddr, CallError> {
        address::tcp_to_call(endpoint, scheme)
    }

    async fn connect(endpoint: &str, scheme: &str) -> Result<TcpStream, CallError> {
        let stream = TcpStream::connect(Self::address(endpoint, scheme)?)
            .await
            .map_err(|error| address::nobody(endpoint, &error))?;
        stream.set_nodelay(true).map_err(|error| address::nobody(endpoint, &error))?;
        Ok(stream)
    }
}

/// A Unix socket.
pub struct Unix;

impl Carrier for Unix {
    type Stream = UnixStream;
    type Listener = UnixListener;
    type Address = PathBuf;

    const LISTEN: &'static str = "unix:";
    const FAIRNESS: (&'static str, &'static str) =
        ("socket", "Unix stream socket, buffers as the kernel gives them");

    async fn bind(listen: &str, _: &str) -> Result<Bound<UnixListener>, ServeError> {
        let listener = UnixListener::bind(address::unix_to_listen(listen)?)
            .map_err(|error| address::cannot_listen(listen, &error))?;
        Ok(Bound { listener, endpoint: listen.to_owned() })
    }

    async fn accept(listener: &UnixListener) -> io::Result<UnixStream> {
        Ok(listener.accept().await?.0)
    }

    fn address(endpoint: &str, _: &str) -> Result<PathBuf, CallError> {
        address::unix_to_call(endpoint)
    }

    async fn connect(endpoint: &str, scheme: &str) -> Result<UnixStream, CallError> {
        let path = Self::address(endpoint, scheme)?;
        UnixStream::connect(path)
            .await
            .map_err(|error| address::nobody(endpoint, &error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Flavour;
    use api::ErrorKind;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    async fn crosses<C: Carrier>(listen: &str) {
        let bound = C::bind(listen, "tcp:").await.expect("binds");
        let mut near = C::connect(&bound.endpoint, "tcp:").await.expect("connects");
        let mut far = C::accept(&bound.listener).await.expect("accepts");
        near.write_all(b"toll").await.expect("writes");
        let mut bytes = [0; 4];
        far.read_exact(&mut bytes).await.expect("reads");
        assert_eq!(&bytes, b"toll");
        let error = C::connect("pigeon:1", "tcp:").await.err().expect("no endpoint");
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(matches!(C::bind("pigeon:1", "tcp:").await, Err(ServeError::Address(_))));
    }

    #[test]
    fn bytes_cross_either_carrier_and_other_addresses_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let runtime = Flavour::CurrentThread.runtime().expect("a runtime");
        runtime.block_on(async {
            crosses::<Tcp>("127.0.0.1:0").await;
            crosses::<Unix>(&format!("unix:{}/callee.sock", folder.path().display())).await;
            let nobody = Unix::connect("unix:/nowhere/at/all", "tcp:").await.expect_err("nobody");
            assert_eq!(nobody.kind(), ErrorKind::Gone);
        });
    }

    #[test]
    fn nagle_is_off_on_both_ends() {
        Flavour::MultiThread.runtime().expect("a runtime").block_on(async {
            let Bound { listener, endpoint } =
                Tcp::bind("127.0.0.1:0", "http://").await.expect("binds");
            let near = Tcp::connect(&endpoint, "http://").await.expect("connects");
            assert!(near.nodelay().expect("known"));
            let far = Tcp::accept(&listener).await.expect("accepts");
            assert!(far.nodelay().expect("known"));
        });
    }
}
