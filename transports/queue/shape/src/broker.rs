//! What a broker's client library has to do for the shape.

use crate::place::Place;
use api::CallError;
use std::{env, future::Future};

/// A connection to a broker that sends, and can be cloned. What fails on it has failed for good: a
/// caller opens another one.
pub trait Broker: Clone + Send + Sync + 'static {
    /// Takes the messages of one queue.
    type Inbox: Inbox;

    /// Of its URLs: `redis`.
    const SCHEME: &'static str;
    /// The server's name in `servers/servers.toml`, of which the names of its credentials are made.
    const SERVER: &'static str;
    /// The longest message that it takes, bytes.
    const MOST_BYTES: usize;

    /// Connects to the server.
    ///
    /// # Errors
    /// `Gone` when nobody answers there, `Unsupported` when it is another kind of server or does
    /// not let us in.
    fn connect(at: &Place) -> impl Future<Output = Result<Self, CallError>> + Send;

    /// Begins to read a queue. Where the client blocks while it reads, the inbox has a connection
    /// of its own.
    ///
    /// # Errors
    /// As [`Broker::connect`].
    fn read(
        &self,
        at: &Place,
        queue: &str,
    ) -> impl Future<Output = Result<Self::Inbox, CallError>> + Send;

    /// Puts a message into a queue.
    ///
    /// # Errors
    /// `Gone` when the connection broke.
    fn send(
        &self,
        queue: &str,
        message: Vec<u8>,
    ) -> impl Future<Output = Result<(), CallError>> + Send;

    /// False where nobody reads this queue; true also where the broker does not tell. It is asked
    /// only when an answer lets wait.
    fn has_reader(&self, queue: &str) -> impl Future<Output = bool> + Send;
}

/// The messages of one queue, in their order.
pub trait Inbox: Send + 'static {
    /// Waits for the next one, however long that is.
    ///
    /// # Errors
    /// `Gone` when the connection broke: nothing more comes.
    fn receive(&mut self) -> impl Future<Output = Result<Vec<u8>, CallError>> + Send;
}

/// What opens a server of the user's. They come from the environment alone, and are shown nowhere.
#[derive(Clone, Default)]
pub struct Credentials {
    /// The user; none for the server's usual one.
    pub user: Option<String>,
    /// The password, where the server wants one.
    pub password: Option<String>,
}

impl Credentials {
    /// Those of this server: `TOLLGATE_SERVER_NAME_USER` and `TOLLGATE_SERVER_NAME_PASSWORD`.
    pub(crate) fn of(server: &str) -> Self {
        let of = |what: &str| env::var(variable(server, what)).ok().filter(|text| !text.is_empty());
        Self { user: of("USER"), password: of("PASSWORD") }
    }
}

/// The variable that holds what opens a server, for errors that name the cure.
pub fn variable(server: &str, what: &str) -> String {
    let in_variable = |c: char| {
        if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }
    };
    let name: String = server.chars().map(in_variable).collect();
    format!("TOLLGATE_SERVER_{name}_{what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_has_the_servers_name_in_capitals() {
        assert_eq!(variable("redis", "PASSWORD"), "TOLLGATE_SERVER_REDIS_PASSWORD");
        assert_eq!(variable("my-own", "USER"), "TOLLGATE_SERVER_MY_OWN_USER");
    }
}
