//! What a line holds, and how one is read: bounded in length, and in time where the caller waits.

use serde::{Deserialize, Serialize};
use std::{
    io::{self, BufRead, Read},
    net::TcpStream,
};
use tollgate::api::{CallError, ErrorKind};

/// One user's question.
#[derive(Serialize, Deserialize)]
pub struct Question {
    pub user_id: String,
    pub max_results: i32,
}

/// A line from caller to callee.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    Call(Question),
    Stamped(Question),
    Batch(Vec<Question>),
    /// So many opaque bytes follow the line; so many are wanted back.
    Echo {
        bytes: usize,
        reply_bytes: usize,
    },
}

/// A line from callee to caller.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answered {
    Ids(Vec<String>),
    /// Ids, and how long decoding, computing and encoding took, ns.
    Stamped(Vec<String>, [u64; 3]),
    Batch(Vec<Vec<String>>),
    /// So many opaque bytes follow the line.
    Echo(usize),
    /// The name of the error's kind, and words for a person.
    Refused(String, String),
}

/// The next line without its end; `None` when the other side has closed.
pub fn read(
    reader: &mut impl BufRead,
    max_bytes: usize,
    line: &mut Vec<u8>,
) -> Result<Option<()>, CallError> {
    line.clear();
    reader.take(max_bytes as u64 + 1).read_until(b'\n', line).map_err(broken)?;
    match line.pop() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(())),
        Some(_) if line.len() >= max_bytes => {
            Err(CallError::new(ErrorKind::TooLarge, format!("a line above {max_bytes} bytes")))
        }
        Some(_) => {
            Err(CallError::new(ErrorKind::Gone, "the connection ended in the middle of a line"))
        }
    }
}

/// Opaque bytes that follow a line.
pub fn read_bytes(reader: &mut impl Read, count: usize) -> Result<Vec<u8>, CallError> {
    let mut bytes = vec![0; count];
    reader.read_exact(&mut bytes).map_err(broken)?;
    Ok(bytes)
}

/// What a failed read or write means.
#[expect(clippy::needless_pass_by_value, reason = "this is what map_err hands over")]
pub fn broken(error: io::Error) -> CallError {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
            CallError::new(ErrorKind::Deadline, "no answer within the deadline")
        }
        _ => CallError::new(ErrorKind::Gone, format!("the connection broke: {error}")),
    }
}

/// Without Nagle's algorithm: a request must not wait for the acknowledgement of the one before.
pub fn at_once(socket: TcpStream) -> io::Result<TcpStream> {
    socket.set_nodelay(true)?;
    Ok(socket)
}
