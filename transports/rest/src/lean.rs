//! The bare caller: one HTTP/1.1 connection of hyper on one socket. No pool, no redirects, no URLs,
//! no second task.
//!
//! It repeats no question: a connection that breaks is reported.

use crate::exchange::{Answer, Chunks, Question, SCHEME, Wire, failed, stamps_in, whole};
use api::{CallError, ErrorKind};
use http_body_util::{BodyExt, Full};
use hyper::{
    HeaderMap, Request, Uri,
    body::{Body, Bytes, Incoming},
    client::conn::http1::{self, Connection, SendRequest},
    header::{CONTENT_TYPE, HOST, HeaderValue},
};
use hyper_util::rt::TokioIo;
use net::{Carrier, Tcp};
use std::mem;
use tokio::net::TcpStream;

/// One connection, and what each call on it takes up again.
pub struct Lean {
    sender: SendRequest<Full<Bytes>>,
    connection: Connection<TokioIo<TcpStream>, Full<Bytes>>,
    host: HeaderValue,
    max_bytes: usize,
    /// Memory of the last answer's headers, for the next question's.
    headers: HeaderMap,
    /// Memory of the last question's body.
    spare: Vec<u8>,
}

impl Lean {
    fn request(
        &mut self,
        Question { route, header, .. }: &Question,
        body: Bytes,
    ) -> Request<Full<Bytes>> {
        let mut headers = mem::take(&mut self.headers);
        headers.clear();
        headers.insert(HOST, self.host.clone());
        headers.insert(CONTENT_TYPE, route.media_type());
        if let Some((name, value)) = header {
            headers.insert(name, value.clone());
        }
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = route.method();
        *request.uri_mut() = Uri::from_static(route.path());
        *request.headers_mut() = headers;
        request
    }
}

impl Wire for Lean {
    async fn open(endpoint: &str, max_bytes: usize) -> Result<Self, CallError> {
        let stream = Tcp::connect(endpoint, SCHEME).await?;
        let host = endpoint.strip_prefix(SCHEME).and_then(|host| host.parse().ok());
        let host = host.ok_or_else(|| {
            CallError::new(ErrorKind::Unsupported, format!("endpoint `{endpoint}`"))
        })?;
        let opened = http1::handshake(TokioIo::new(stream)).await;
        let (sender, connection) = opened.map_err(|error| failed(&error))?;
        Ok(Self {
            sender,
            connection,
            host,
            max_bytes,
            headers: HeaderMap::new(),
            spare: Vec::new(),
        })
    }

    fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    fn spare(&mut self) -> Vec<u8> {
        let mut spare = mem::take(&mut self.spare);
        spare.clear();
        spare
    }

    async fn exchange(&mut self, mut question: Question) -> Result<Answer, CallError> {
        let body = Bytes::from(mem::take(&mut question.body));
        let request = self.request(&question, body.clone());
        let Self { sender, connection, max_bytes, .. } = self;
        let call = async {
            sender.ready().await.map_err(|error| failed(&error))?;
            let response = sender.send_request(request).await.map_err(|error| failed(&error))?;
            let (head, mut incoming) = response.into_parts();
            Ok((head, whole(&mut incoming, *max_bytes).await?))
        };
        let (head, answer) = net::drive_connection(connection, call, ended).await?;
        let stamps = stamps_in(&head.headers, question.header.is_some());
        self.headers = head.headers;
        // hyper lets go of a body when it is sent; if it has not yet, the memory is its own.
        if body.is_unique() {
            self.spare = body.into();
        }
        Ok(Answer { status: head.status, stamps, body: answer })
    }
}

/// What a call makes of a connection that ended before it.
#[cold]
fn ended<T>(outcome: hyper::Result<()>) -> Result<T, CallError> {
    Err(match outcome {
        Err(error) => failed(&error),
        Ok(()) => CallError::new(ErrorKind::Gone, "the callee closed the connection"),
    })
}

impl Chunks for Incoming {
    fn announced_bytes(&self) -> Option<u64> {
        self.size_hint().exact()
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>, CallError> {
        while let Some(frame) = self.frame().await {
            // Trailers say nothing here.
            if let Ok(data) = frame.map_err(|error| failed(&error))?.into_data() {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }
}
