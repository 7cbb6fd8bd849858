//! The two kinds of local socket for lanes that block, beside what `net` says of them for those of
//! tokio. It moves no bytes.

use api::{CallError, ErrorKind, ServeError};
use net::{Bound, Tcp, Unix, address};
use socket2::{Domain, SockAddr, Type};
use std::{
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    os::{
        fd::{AsFd, OwnedFd},
        unix::net::{UnixListener, UnixStream},
    },
    path::Path,
    time::Duration,
};

/// What stands before the address of a TCP endpoint.
pub(crate) const SCHEME: &str = "tcp:";

/// A kind of socket whose calls block.
pub trait Carrier: net::Carrier {
    /// A connected socket.
    type Socket: Read + Write + AsFd + Send + 'static;
    /// Accepts connections.
    type Acceptor;

    /// The lanes count the bytes, because the kernel does not.
    const COUNTED: bool;

    /// Listens.
    ///
    /// # Errors
    /// `Address` when the text is no address of this carrier, `Io` when it cannot be used.
    fn listen(listen: &str) -> Result<Bound<Self::Acceptor>, ServeError>;

    /// The next connection.
    ///
    /// # Errors
    /// The operating system's.
    fn admit(acceptor: &Self::Acceptor) -> io::Result<Self::Socket>;

    /// Connects.
    ///
    /// # Errors
    /// `Unsupported` when the text is no endpoint of this carrier, `Gone` when nobody listens
    /// there, `Deadline` when somebody does and has no room.
    fn dial(endpoint: &str, deadline: Duration) -> Result<Self::Socket, CallError>;
}

impl Carrier for Tcp {
    type Socket = TcpStream;
    type Acceptor = TcpListener;

    const COUNTED: bool = false;

    fn listen(listen: &str) -> Result<Bound<TcpListener>, ServeError> {
        let listener = TcpListener::bind(address::tcp_to_listen(listen, SCHEME)?)
            .map_err(|error| address::cannot_listen(listen, &error))?;
        let endpoint = format!("{SCHEME}{}", listener.local_addr()?);
        Ok(Bound { listener, endpoint })
    }

    fn admit(acceptor: &TcpListener) -> io::Result<TcpStream> {
        let (socket, _) = acceptor.accept()?;
        // A socket that is gone by now needs no option.
        drop(socket.set_nodelay(true));
        Ok(socket)
    }

    fn dial(endpoint: &str, deadline: Duration) -> Result<TcpStream, CallError> {
        let address = <Self as net::Carrier>::address(endpoint, SCHEME)?;
        let socket = TcpStream::connect_timeout(&address, deadline);
        socket
            .and_then(|socket| socket.set_nodelay(true).map(|()| socket))
            .map_err(|error| not_in(endpoint, &error))
    }
}

impl Carrier for Unix {
    type Socket = UnixStream;
    type Acceptor = UnixListener;

    const COUNTED: bool = true;

    fn listen(listen: &str) -> Result<Bound<UnixListener>, ServeError> {
        let listener = UnixListener::bind(address::unix_to_listen(listen)?)
            .map_err(|error| address::cannot_listen(listen, &error))?;
        Ok(Bound { listener, endpoint: listen.to_owned() })
    }

    fn admit(acceptor: &UnixListener) -> io::Result<UnixStream> {
        Ok(acceptor.accept()?.0)
    }

    fn dial(endpoint: &str, deadline: Duration) -> Result<UnixStream, CallError> {
        let path = <Self as net::Carrier>::address(endpoint, SCHEME)?;
        connect_unix(&path, deadline).map_err(|error| not_in(endpoint, &error))
    }
}

fn connect_unix(path: &Path, deadline: Duration) -> io::Result<UnixStream> {
    let socket = socket2::Socket::new(Domain::UNIX, Type::STREAM, None)?;
    // Where the backlog is full, Linux lets a connect wait as long as it would let a write wait.
    socket.set_write_timeout(Some(deadline))?;
    socket.connect(&SockAddr::unix(path)?)?;
    Ok(UnixStream::from(OwnedFd::from(socket)))
}

fn not_in(endpoint: &str, error: &io::Error) -> CallError {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
            CallError::new(ErrorKind::Deadline, format!("{endpoint} has no room for a connection"))
        }
        _ => address::nobody(endpoint, error),
    }
}
