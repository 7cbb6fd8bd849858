//! Floors between this process and another one: a pipe, and TCP on loopback.

use crate::{
    machine::{floors::mean::mean_ns, linux},
    shell::program::image_of_this_program,
};
use std::{
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The other side has this long to connect.
const CONNECTS_WITHIN: Duration = Duration::from_secs(10);

/// The side that answers, as a process of its own; it ends when its stdin or its connection does.
struct Partner(Child);

impl Partner {
    fn start(core: Option<usize>, to: &str) -> io::Result<Self> {
        let mut command = Command::new(image_of_this_program()?);
        command
            .args(["floors", "--answer", to])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        Ok(Self(linux::on_core(core, || command.spawn())??))
    }
}

impl Drop for Partner {
    fn drop(&mut self) {
        self.0.stdin = None;
        // It may have gone by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One byte there and back through two pipes.
pub(crate) fn pipe(time: Duration, core: Option<usize>) -> io::Result<f64> {
    let mut partner = Partner::start(core, "-")?;
    let mut to = partner.0.stdin.take().ok_or_else(no_pipe)?;
    let mut from = partner.0.stdout.take().ok_or_else(no_pipe)?;
    mean_ns(time, || {
        to.write_all(&[1])?;
        from.read_exact(&mut [0])
    })
}

fn no_pipe() -> io::Error {
    io::Error::new(io::ErrorKind::BrokenPipe, "no pipe to the other side")
}

/// One byte there and back over TCP on loopback, both ends with `TCP_NODELAY`.
pub(crate) fn loopback(time: Duration, core: Option<usize>) -> io::Result<f64> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut partner = Partner::start(core, &listener.local_addr()?.to_string())?;
    let mut stream = accept(&listener, &mut partner)?;
    stream.set_nonblocking(false)?;
    stream.set_nodelay(true)?;
    mean_ns(time, || {
        stream.write_all(&[1])?;
        stream.read_exact(&mut [0])
    })
}

/// The connection of the other side, if it comes.
fn accept(listener: &TcpListener, partner: &mut Partner) -> io::Result<TcpStream> {
    listener.set_nonblocking(true)?;
    let until = Instant::now() + CONNECTS_WITHIN;
    loop {
        match listener.accept() {
            Ok((stream, _)) => return Ok(stream),
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
            Err(_) if Instant::now() > until || partner.0.try_wait()?.is_some() => {
                return Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "the other side did not connect",
                ));
            }
            Err(_) => thread::yield_now(),
        }
    }
}

/// Gives every byte back as it comes.
pub(crate) fn answer(to: &str) -> io::Result<()> {
    if to == "-" {
        // Unbuffered: a buffer that is asked for one byte costs what a lane's would not.
        let (mut from, mut to) = linux::unbuffered_stdio()?;
        return give_back(&mut from, &mut to);
    }
    let mut stream = TcpStream::connect(to)?;
    stream.set_nodelay(true)?;
    let mut from = stream.try_clone()?;
    give_back(&mut from, &mut stream)
}

fn give_back(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut byte = [0];
    while from.read(&mut byte)? == 1 {
        to.write_all(&byte)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_in_their_order_until_there_are_no_more() {
        let mut back = Vec::new();
        give_back(&mut &b"toll"[..], &mut back).expect("memory takes every write");
        assert_eq!(back, b"toll");
    }
}
