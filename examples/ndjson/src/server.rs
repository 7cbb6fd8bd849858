//! The callee: a thread for each connection, an engine for each thread, lines answered in order.

use crate::line::{self, Answered, Asked, Question, at_once};
use std::{
    io::{self, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    thread,
    time::Instant,
};
use tollgate::api::{
    CallError, Engine, EngineSource, ErrorKind, Host, Reply, Request, ServeError, echo_bytes,
};

/// Connections served at once; a further one is closed at once.
const MAX_CONNECTIONS: usize = 64;

/// Answers until the process ends.
pub fn serve(host: Host<'_>) -> Result<(), ServeError> {
    let Host { engine: source, listen, ready } = host;
    let address = listen.strip_prefix("tcp:").unwrap_or(listen).parse::<std::net::SocketAddr>();
    let address = address.map_err(|_| {
        ServeError::Address(format!("`{listen}` is no address; wanted is 127.0.0.1:PORT"))
    })?;
    let listener = TcpListener::bind(address)?;
    ready(&format!("tcp:{}", listener.local_addr()?));
    static CONNECTIONS: AtomicUsize = AtomicUsize::new(0);
    loop {
        let (socket, _) = listener.accept()?;
        if CONNECTIONS.fetch_add(1, Relaxed) >= MAX_CONNECTIONS {
            CONNECTIONS.fetch_sub(1, Relaxed);
            continue;
        }
        let source = source.clone();
        thread::spawn(move || {
            // A connection that breaks is the caller's affair: the callee goes on with the others.
            let _ = at_once(socket).and_then(|socket| converse(&source, &socket));
            CONNECTIONS.fetch_sub(1, Relaxed);
        });
    }
}

fn converse(source: &EngineSource, mut socket: &TcpStream) -> io::Result<()> {
    let mut engine = source.engine();
    let mut reader = BufReader::new(socket);
    let (mut line, mut out) = (Vec::new(), Vec::new());
    loop {
        let answered = match line::read(&mut reader, source.limits.max_message_bytes, &mut line) {
            Ok(None) => return Ok(()),
            Ok(Some(())) => answer(&mut engine, &line, &mut reader),
            Err(error) => Err(error),
        };
        // After an error of reading nobody knows where the next line begins.
        let ends = answered.as_ref().is_err_and(|error| {
            error.kind().ends_connection() || line.len() >= source.limits.max_message_bytes
        });
        let answered = answered.unwrap_or_else(|error| {
            Answered::Refused(error.kind().name().into(), error.detail().into()).into()
        });
        encode(&answered.line, &mut out);
        out.extend(answered.bytes);
        socket.write_all(&out)?;
        if ends {
            return Ok(());
        }
    }
}

/// Puts a line in the place of what was there.
fn encode(answered: &Answered, out: &mut Vec<u8>) {
    out.clear();
    // Writing into memory does not fail.
    drop(serde_json::to_writer(&mut *out, answered));
    out.push(b'\n');
}

/// What is sent for a line: another line, and the bytes that follow it.
struct Answer {
    line: Answered,
    bytes: Vec<u8>,
}

impl From<Answered> for Answer {
    fn from(line: Answered) -> Self {
        Self { line, bytes: Vec::new() }
    }
}

fn answer(
    engine: &mut Engine,
    line: &[u8],
    reader: &mut BufReader<&TcpStream>,
) -> Result<Answer, CallError> {
    let start = Instant::now();
    let asked = serde_json::from_slice(line).map_err(|error| {
        CallError::new(ErrorKind::Malformed, format!("no line of this lane: {error}"))
    })?;
    Ok(match asked {
        Asked::Call(question) => Answered::Ids(ids(&one(engine, question)?)).into(),
        Asked::Stamped(question) => stamped(engine, question, start)?.into(),
        Asked::Batch(questions) => {
            engine.limits().check_items(questions.len())?;
            let replies: Result<Vec<_>, CallError> =
                questions.into_iter().map(|question| Ok(ids(&one(engine, question)?))).collect();
            Answered::Batch(replies?).into()
        }
        Asked::Echo { bytes, reply_bytes } => {
            echo(engine.limits().max_message_bytes, reader, bytes, reply_bytes)?
        }
    })
}

/// `start` is when decoding began.
fn stamped(engine: &mut Engine, question: Question, start: Instant) -> Result<Answered, CallError> {
    let decoded = Instant::now();
    let reply = one(engine, question)?;
    let computed = Instant::now();
    // Encoded once for the clock; what is sent holds the durations too.
    encode(&Answered::Ids(ids(&reply)), &mut Vec::new());
    let parts = [decoded - start, computed - decoded, computed.elapsed()];
    Ok(Answered::Stamped(ids(&reply), parts.map(|part| part.as_nanos() as u64)))
}

fn echo(
    most: usize,
    reader: &mut BufReader<&TcpStream>,
    bytes: usize,
    reply_bytes: usize,
) -> Result<Answer, CallError> {
    if bytes.max(reply_bytes) > most {
        // What follows is read all the same: the next line begins behind it.
        let _ = io::copy(&mut reader.take(bytes as u64), &mut io::sink());
        let detail =
            format!("an echo of {bytes} bytes, {reply_bytes} back; at most {most} are taken");
        return Err(CallError::new(ErrorKind::TooLarge, detail));
    }
    let payload = line::read_bytes(reader, bytes)?;
    let mut back = Vec::new();
    echo_bytes(&payload, reply_bytes, &mut back);
    Ok(Answer { line: Answered::Echo(reply_bytes), bytes: back })
}

fn one(engine: &mut Engine, question: Question) -> Result<Reply, CallError> {
    let mut reply = Reply::default();
    engine.answer(&Request::new(question.user_id, question.max_results), &mut reply)?;
    Ok(reply)
}

fn ids(reply: &Reply) -> Vec<String> {
    reply.iter().map(String::from).collect()
}
