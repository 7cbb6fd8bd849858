//! A Unix socket that counts its bytes, for tonic to connect by: the kernel keeps counters of TCP
//! connections only.

use api::{CallError, WireBytes};
use hyper_util::rt::TokioIo;
use net::{Carrier, Unix};
use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tonic::codegen::{BoxFuture, Service, http::Uri};

/// Bytes that crossed, counted by the socket and read by whoever holds a handle.
#[derive(Clone, Default)]
pub struct Count {
    out: Arc<AtomicU64>,
    back: Arc<AtomicU64>,
}

impl Count {
    pub(crate) fn bytes(&self) -> WireBytes {
        WireBytes { out: self.out.load(Relaxed), back: self.back.load(Relaxed) }
    }
}

/// Connects to a socket file.
pub(crate) struct Connector {
    pub(crate) endpoint: String,
    pub(crate) count: Count,
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Counted<<Unix as Carrier>::Stream>>;
    type Error = CallError;
    type Future = BoxFuture<Self::Response, CallError>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), CallError>> {
        Poll::Ready(Ok(()))
    }

    /// The URI is tonic's stand-in: HTTP/2 wants an authority, and a file is none.
    fn call(&mut self, _: Uri) -> Self::Future {
        let endpoint = self.endpoint.clone();
        let count = self.count.clone();
        Box::pin(async move {
            let socket = Unix::connect(&endpoint, "").await?;
            Ok(TokioIo::new(Counted { socket, count }))
        })
    }
}

/// A socket and its count.
pub(crate) struct Counted<S> {
    socket: S,
    count: Count,
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        ready!(Pin::new(&mut self.socket).poll_read(cx, into))?;
        self.count.back.fetch_add((into.filled().len() - before) as u64, Relaxed);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.socket).poll_write(cx, bytes))?;
        self.count.out.fetch_add(written as u64, Relaxed);
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.socket).poll_write_vectored(cx, bytes))?;
        self.count.out.fetch_add(written as u64, Relaxed);
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}
