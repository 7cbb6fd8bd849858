//! The caller: one blocking socket, a line out, a line in. It validates nothing: a question is
//! refused by the engine.

use crate::{
    line::{self, Answered, Asked, Question, at_once, broken},
    server,
};
use std::{
    io::{self, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};
use tollgate::api::{
    CallError, Connection, ErrorKind, Host, Lane, Open, Outcome, Reply, Request, ServeError, Stamps,
};

/// The lane.
pub struct NdJson;

impl Lane for NdJson {
    type Conn = Caller;

    fn open(&mut self, at: &Open<'_>) -> Result<Caller, CallError> {
        let address: Option<SocketAddr> =
            at.endpoint.strip_prefix("tcp:").and_then(|address| address.parse().ok());
        let address = address.ok_or_else(|| {
            let detail = format!("endpoint `{}`; wanted is tcp:127.0.0.1:PORT", at.endpoint);
            CallError::new(ErrorKind::Unsupported, detail)
        })?;
        let socket = TcpStream::connect_timeout(&address, at.deadline)
            .and_then(at_once)
            .map_err(broken)?;
        let mut caller = Caller {
            reader: BufReader::new(Patient { socket, until: Instant::now() }),
            out: Vec::new(),
            line: Vec::new(),
            deadline: at.deadline,
            max_bytes: at.engine.limits.max_message_bytes,
            dead: false,
        };
        if caller.echo_now(b"tollgate", 8)? != b"tollgate" {
            let detail = "what answers is no callee of this lane";
            return Err(CallError::new(ErrorKind::Unsupported, detail));
        }
        Ok(caller)
    }

    fn serve(host: Host<'_>) -> Result<(), ServeError> {
        server::serve(host)
    }
}

/// A socket whose every wait ends when the call has to be done.
struct Patient {
    socket: TcpStream,
    until: Instant,
}

impl Patient {
    fn left(&self) -> io::Result<Duration> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            Err(io::ErrorKind::TimedOut.into())
        } else {
            Ok(left)
        }
    }
}

impl Read for Patient {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(Some(self.left()?))?;
        self.socket.read(into)
    }
}

impl Write for Patient {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(Some(self.left()?))?;
        self.socket.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// One open socket; its memory is reused from call to call.
pub struct Caller {
    reader: BufReader<Patient>,
    out: Vec<u8>,
    line: Vec<u8>,
    deadline: Duration,
    max_bytes: usize,
    dead: bool,
}

impl Caller {
    /// Sends what `write` puts into the buffer, and takes the line that answers it.
    fn exchange(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Result<Answered, CallError> {
        if self.dead {
            return Err(CallError::new(
                ErrorKind::Gone,
                "this connection ended with an earlier error",
            ));
        }
        let answered = self.exchange_now(write);
        self.outlived(answered)
    }

    /// The outcome of a wait; after an error that ends the connection no late byte may answer the
    /// next call.
    fn outlived<T>(&mut self, outcome: Result<T, CallError>) -> Result<T, CallError> {
        self.dead = outcome.as_ref().is_err_and(|error| error.kind().ends_connection());
        outcome
    }

    fn exchange_now(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Result<Answered, CallError> {
        self.out.clear();
        write(&mut self.out);
        self.reader.get_mut().until = Instant::now() + self.deadline;
        let sent = self.reader.get_mut().write_all(&self.out);
        // A callee that refuses a line by its length answers and closes while the line is still
        // being written.
        let read = line::read(&mut self.reader, self.max_bytes, &mut self.line);
        match (sent, read?) {
            (_, Some(())) => {}
            (Err(error), None) => return Err(broken(error)),
            (Ok(()), None) => {
                return Err(CallError::new(ErrorKind::Gone, "the callee closed the connection"));
            }
        }
        match serde_json::from_slice(&self.line).map_err(|error| malformed(&error))? {
            Answered::Refused(kind, detail) => Err(CallError::new(
                ErrorKind::from_name(&kind).unwrap_or(ErrorKind::Malformed),
                detail,
            )),
            answered => Ok(answered),
        }
    }

    fn ask(&mut self, asked: &Asked) -> Result<Answered, CallError> {
        self.exchange(|out| {
            // Writing into memory does not fail.
            drop(serde_json::to_writer(&mut *out, asked));
            out.push(b'\n');
        })
    }

    fn echo_now(&mut self, payload: &[u8], reply_bytes: usize) -> Result<Vec<u8>, CallError> {
        let head = Asked::Echo { bytes: payload.len(), reply_bytes };
        let answered = self.exchange(|out| {
            drop(serde_json::to_writer(&mut *out, &head));
            out.push(b'\n');
            out.extend_from_slice(payload);
        })?;
        match answered {
            Answered::Echo(bytes) if bytes == reply_bytes => {
                let payload = line::read_bytes(&mut self.reader, bytes);
                self.outlived(payload)
            }
            _ => self.surprised(),
        }
    }

    /// An answer to another question than was asked.
    fn surprised<T>(&mut self) -> Result<T, CallError> {
        self.dead = true;
        Err(CallError::new(
            ErrorKind::Malformed,
            "the answer is not of the kind that was asked for",
        ))
    }
}

fn malformed(error: &serde_json::Error) -> CallError {
    CallError::new(ErrorKind::Malformed, format!("no line of this lane: {error}"))
}

fn question(request: &Request) -> Question {
    Question {
        user_id: request.user_id.clone(),
        max_results: request.max_results,
    }
}

fn fill(ids: &[String], reply: &mut Reply) {
    reply.clear();
    ids.iter().for_each(|id| reply.push(id));
}

impl Connection for Caller {
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        match self.ask(&Asked::Call(question(request)))? {
            Answered::Ids(ids) => fill(&ids, reply),
            _ => return self.surprised(),
        }
        Ok(())
    }

    async fn batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        match self.ask(&Asked::Batch(requests.iter().map(question).collect()))? {
            Answered::Batch(all) if all.len() == replies.len() => {
                all.iter().zip(replies).for_each(|(ids, reply)| fill(ids, reply));
                Ok(())
            }
            _ => self.surprised(),
        }
    }

    async fn call_stamped(
        &mut self,
        request: &Request,
        reply: &mut Reply,
    ) -> Result<Stamps, CallError> {
        match self.ask(&Asked::Stamped(question(request)))? {
            Answered::Stamped(ids, [decode_ns, compute_ns, encode_ns]) => {
                fill(&ids, reply);
                Ok(Stamps { decode_ns, compute_ns, encode_ns })
            }
            _ => self.surprised(),
        }
    }

    async fn echo(&mut self, payload: &[u8], reply_bytes: usize, back: &mut Vec<u8>) -> Outcome {
        *back = self.echo_now(payload, reply_bytes)?;
        Ok(())
    }

    async fn raw(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Outcome {
        match self.exchange(|out| out.extend([b"{\"call\":", request, b"}\n"].concat()))? {
            Answered::Ids(ids) => {
                reply.clear();
                serde_json::to_writer(reply, &ids).map_err(|error| malformed(&error))
            }
            _ => self.surprised(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{net::TcpListener, sync::mpsc, thread};
    use tollgate::api::{EngineKind, EngineSource, run_ready};

    #[test]
    fn an_echo_that_comes_late_does_not_answer_the_next_call() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let endpoint = format!("tcp:{}", listener.local_addr().expect("bound"));
        let (give_up, gave_up) = mpsc::channel();
        let callee = thread::spawn(move || {
            let (mut socket, _) = listener.accept().expect("a caller");
            socket
                .write_all(b"{\"echo\":8}\ntollgate{\"echo\":9}\n")
                .expect("greets, and begins an answer");
            gave_up.recv_timeout(Duration::from_secs(60)).expect("the caller gives up");
            // What would be the answer to a call.
            let _ = socket.write_all(b"{\"ids\":[\"late\"]}\n");
        });
        let engine = EngineSource::embedded(EngineKind::Stub);
        let at = Open {
            endpoint: &endpoint,
            deadline: Duration::from_millis(200),
            engine: &engine,
        };
        let mut caller = NdJson.open(&at).expect("opens");
        let error =
            run_ready(caller.echo(b"some", 9, &mut Vec::new())).expect_err("its bytes never come");
        assert_eq!(error.kind(), ErrorKind::Deadline);
        give_up.send(()).expect("the callee waits");
        callee.join().expect("wrote");
        let error = run_ready(caller.call(&Request::new("u", 1), &mut Reply::default()))
            .expect_err("ended");
        assert_eq!(error.kind(), ErrorKind::Gone);
    }
}
