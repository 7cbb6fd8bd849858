//! Lists of Redis as queues. How a call becomes messages is not here.

use api::{CallError, ErrorKind};
use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, IntoConnectionInfo, RedisConnectionInfo,
    RedisError, aio::MultiplexedConnection, io::tcp::TcpSettings,
};
use shape::{Broker, Inbox, Place, variable};

/// What nobody has read by then is nobody's: nothing is left on a server of the user's, ms.
const KEPT_MS: u32 = 600_000;

/// A connection that sends. Clones send over the same one; when it breaks, it is over.
#[derive(Clone)]
pub struct Redis {
    connection: MultiplexedConnection,
}

/// A connection that waits in blocking pops, and does nothing else.
pub struct List {
    connection: MultiplexedConnection,
    key: String,
}

impl Broker for Redis {
    type Inbox = List;

    const SCHEME: &'static str = "redis";
    const SERVER: &'static str = "redis";
    /// `proto-max-bulk-len`, as it is where nobody sets it.
    const MOST_BYTES: usize = 512 << 20;

    async fn connect(at: &Place) -> Result<Self, CallError> {
        Ok(Self { connection: connection(at).await? })
    }

    async fn read(&self, at: &Place, queue: &str) -> Result<List, CallError> {
        let mut connection = connection(at).await?;
        // By this name callers see whether anybody reads the queue.
        redis::cmd("CLIENT")
            .arg("SETNAME")
            .arg(queue)
            .exec_async(&mut connection)
            .await
            .map_err(|error| failure(at, &error))?;
        Ok(List { connection, key: queue.into() })
    }

    async fn send(&self, queue: &str, message: Vec<u8>) -> Result<(), CallError> {
        let mut pipeline = redis::pipe();
        pipeline.cmd("LPUSH").arg(queue).arg(message).ignore();
        pipeline.cmd("PEXPIRE").arg(queue).arg(KEPT_MS).ignore();
        let sent = pipeline.exec_async(&mut self.connection.clone()).await;
        sent.map_err(|error| broken(&error))
    }

    async fn has_reader(&self, queue: &str) -> bool {
        let mut list = redis::cmd("CLIENT");
        list.arg("LIST");
        let clients: Result<String, RedisError> =
            list.query_async(&mut self.connection.clone()).await;
        let name = format!("name={queue}");
        // A server that does not tell may have it; one that has gone, the reader will see.
        clients.map_or(true, |clients| clients.split([' ', '\n']).any(|field| field == name))
    }
}

impl Inbox for List {
    async fn receive(&mut self) -> Result<Vec<u8>, CallError> {
        let mut pop = redis::cmd("BRPOP");
        pop.arg(&self.key).arg(0);
        let popped: Result<(String, Vec<u8>), RedisError> =
            pop.query_async(&mut self.connection).await;
        popped.map(|(_, message)| message).map_err(|error| broken(&error))
    }
}

async fn connection(at: &Place) -> Result<MultiplexedConnection, CallError> {
    let (host, port) = at.address.rsplit_once(':').unwrap_or((&at.address, ""));
    let address = ConnectionAddr::Tcp(host.into(), port.parse().unwrap_or_default());
    let mut settings = RedisConnectionInfo::default();
    if let Some(user) = &at.credentials.user {
        settings = settings.set_username(user);
    }
    if let Some(password) = &at.credentials.password {
        settings = settings.set_password(password);
    }
    let tcp = TcpSettings::default().set_nodelay(true);
    let opened = async {
        let info = address.into_connection_info()?.set_redis_settings(settings);
        let client = Client::open(info.set_tcp_settings(tcp))?;
        // A blocking pop waits as long as it takes; each call has a deadline of its own.
        let config = AsyncConnectionConfig::new().set_response_timeout(None);
        client.get_multiplexed_async_connection_with_config(&config).await
    };
    opened.await.map_err(|error| failure(at, &error))
}

/// Why a server is not reached.
#[cold]
fn failure(at: &Place, error: &RedisError) -> CallError {
    let address = &at.address;
    if error.is_io_error() || error.is_timeout() {
        let detail = format!("no Redis server at {address}: {error}");
        return CallError::new(ErrorKind::Gone, detail);
    }
    let password = variable(Redis::SERVER, "PASSWORD");
    let detail = format!(
        "what answers at {address} does not serve us: {error}; if it wants a password, give it as \
        {password}"
    );
    CallError::new(ErrorKind::Unsupported, detail)
}

/// What was open is so no more.
#[cold]
fn broken(error: &RedisError) -> CallError {
    CallError::new(ErrorKind::Gone, format!("the connection to the Redis server broke: {error}"))
}
