//! The caller that people use: reqwest, with its pool, its URLs and its layers.
//!
//! It repeats no question that may have arrived: a connection that breaks during a call is
//! reported. It follows no redirect and asks no proxy.

use crate::exchange::{Answer, Chunks, Question, Route, SCHEME, Wire, failed, stamps_in, whole};
use api::{CallError, ErrorKind};
use hyper::{body::Bytes, header::CONTENT_TYPE};
use net::{Carrier, Tcp, Unix};
use reqwest::{ClientBuilder, Response, Url, redirect::Policy, retry};
use std::{marker::PhantomData, net::SocketAddr, path::PathBuf, sync::Arc};

/// How reqwest gets to an endpoint: by a setting and by the root of every URL.
pub trait Reach: Carrier {
    /// The builder with the setting, and the root.
    fn reach(address: Self::Address, builder: ClientBuilder) -> (ClientBuilder, String);
}

impl Reach for Tcp {
    fn reach(address: SocketAddr, builder: ClientBuilder) -> (ClientBuilder, String) {
        (builder.tcp_nodelay(true), format!("{SCHEME}{address}"))
    }
}

impl Reach for Unix {
    fn reach(path: PathBuf, builder: ClientBuilder) -> (ClientBuilder, String) {
        // The host of the URL is not looked up then.
        (builder.unix_socket(path), format!("{SCHEME}localhost"))
    }
}

/// What reqwest is told beside that.
pub trait Settings: 'static {
    /// Several calls can be in flight on the connection.
    const MULTIPLEXES: bool = false;

    /// The settings; by default HTTP/1.1, and a pool of one connection that never gets too old.
    fn settle(builder: ClientBuilder) -> ClientBuilder {
        builder.http1_only().pool_max_idle_per_host(1).pool_idle_timeout(None)
    }
}

/// The pool, the place of each route, and the largest message that is taken either way.
pub struct Pooled<C, S> {
    http: reqwest::Client,
    urls: Arc<[Url]>,
    max_bytes: usize,
    kind: PhantomData<(C, S)>,
}

impl<C: Reach, S: Settings> Wire for Pooled<C, S> {
    async fn open(endpoint: &str, max_bytes: usize) -> Result<Self, CallError> {
        let address = C::address(endpoint, SCHEME)?;
        let builder = S::settle(to_one_server(reqwest::Client::builder()));
        let (builder, root) = C::reach(address, builder);
        let http = builder.build().map_err(|error| failed(&error))?;
        let mut urls = Vec::with_capacity(Route::ALL.len());
        for route in Route::ALL {
            let url = Url::parse(&format!("{root}{}", route.path())).map_err(|error| {
                CallError::new(ErrorKind::Unsupported, format!("endpoint `{endpoint}`: {error}"))
            })?;
            urls.push(url);
        }
        let urls = urls.into();
        Ok(Self { http, urls, max_bytes, kind: PhantomData })
    }

    fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    async fn exchange(
        &mut self,
        Question { route, body, header }: Question,
    ) -> Result<Answer, CallError> {
        let url = self.urls[route as usize].clone();
        let mut request = self
            .http
            .request(route.method(), url)
            .header(CONTENT_TYPE, route.media_type())
            .body(body);
        let asked = header.is_some();
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        let mut response = request.send().await.map_err(|error| failed(&error))?;
        let status = response.status();
        let stamps = stamps_in(response.headers(), asked);
        Ok(Answer {
            status,
            stamps,
            body: whole(&mut response, self.max_bytes).await?,
        })
    }

    fn share(&self) -> Option<Self> {
        if !S::MULTIPLEXES {
            return None;
        }
        Some(Self {
            http: self.http.clone(),
            urls: self.urls.clone(),
            max_bytes: self.max_bytes,
            kind: PhantomData,
        })
    }
}

/// What every lane sets: a question goes to the server that was named and to no other, once. With
/// reqwest's defaults a proxy of the environment, or a redirect, would have two servers timed as
/// one, and the question sent to a host that nobody named; and what HTTP/2 refused would be asked
/// again within the same time.
fn to_one_server(builder: ClientBuilder) -> ClientBuilder {
    builder.no_proxy().redirect(Policy::none()).retry(retry::never())
}

impl Chunks for Response {
    fn announced_bytes(&self) -> Option<u64> {
        self.content_length()
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>, CallError> {
        Response::chunk(self).await.map_err(|error| failed(&error))
    }
}
