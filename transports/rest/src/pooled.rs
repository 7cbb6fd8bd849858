//! The caller that people use: reqwest, with its pool, its URLs and its layers.
//!
//! It repeats no question that may have arrived: a connection that breaks during a call is
//! reported.

use crate::{
    variant::Variant,
    wire::{Answer, Chunks, Question, Route, SCHEME, Wire, failed, stamps_in, whole},
};
use api::{CallError, ErrorKind};
use hyper::{body::Bytes, header::CONTENT_TYPE};
use net::{Carrier, Tcp, Unix};
use reqwest::{ClientBuilder, Response, Url};
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
pub trait Settings: Variant<Carrier: Reach> {
    /// Several calls can be in flight on the connection.
    const MULTIPLEXES: bool = false;

    /// The settings; by default HTTP/1.1, and a pool of one connection that never gets too old.
    fn settle(builder: ClientBuilder) -> ClientBuilder {
        builder.http1_only().pool_max_idle_per_host(1).pool_idle_timeout(None)
    }
}

/// The pool, the place of each route, and the largest message that is taken either way.
pub struct Pooled<V> {
    http: reqwest::Client,
    urls: Arc<[Url]>,
    max_bytes: usize,
    variant: PhantomData<V>,
}

impl<V: Settings> Wire for Pooled<V> {
    async fn open(endpoint: &str, max_bytes: usize) -> Result<Self, CallError> {
        let address = V::Carrier::address(endpoint, SCHEME)?;
        let builder = V::settle(reqwest::Client::builder().no_proxy());
        let (builder, root) = V::Carrier::reach(address, builder);
        let http = builder.build().map_err(|error| failed(&error))?;
        let no_url = |error| {
            CallError::new(ErrorKind::Unsupported, format!("endpoint `{endpoint}`: {error}"))
        };
        let urls = Route::ALL
            .into_iter()
            .map(|route| Url::parse(&format!("{root}{}", route.path())));
        let urls = urls.collect::<Result<_, _>>().map_err(no_url)?;
        Ok(Self { http, urls, max_bytes, variant: PhantomData })
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
        let (status, stamps) = (response.status(), stamps_in(response.headers(), asked));
        Ok(Answer {
            status,
            stamps,
            body: whole(&mut response, self.max_bytes).await?,
        })
    }

    fn share(&self) -> Option<Self> {
        let Self { http, urls, max_bytes, .. } = self;
        V::MULTIPLEXES.then(|| Self {
            http: http.clone(),
            urls: urls.clone(),
            max_bytes: *max_bytes,
            variant: PhantomData,
        })
    }
}

impl Chunks for Response {
    fn announced_bytes(&self) -> Option<u64> {
        self.content_length()
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>, CallError> {
        Response::chunk(self).await.map_err(|error| failed(&error))
    }
}
