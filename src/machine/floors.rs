//! Floors: what this machine cannot be faster than, measured in the same run. A process of its own,
//! `tollgate floors`, so that the coordinator measures nothing itself; where an echo needs another
//! side, that is a process too, as a lane's callee is. Every time is a mean of there and back,
//! except that of a system call.

use crate::{
    machine::{linux, topology},
    shell::{failure::Failure, output::print},
};
use serde::{Deserialize, Serialize};
use std::{
    hint::black_box,
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

/// The floors, by their names in the record.
pub(crate) const NAMES: [&str; 6] =
    ["cache_line", "syscall", "futex", "pipe", "loopback", "memcpy"];

/// How floors are measured.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Time for each floor
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 50)]
    each_ms: u64,
    /// Core of the side that begins
    #[arg(long, value_name = "CORE")]
    caller_core: Option<usize>,
    /// Core of the side that answers
    #[arg(long, value_name = "CORE")]
    callee_core: Option<usize>,
    /// Be the side that answers: `-` for stdin and stdout, or a TCP address to connect to
    #[arg(long, value_name = "WHERE", hide = true)]
    answer: Option<String>,
}

/// All floors, as `tollgate floors` prints them.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Floors {
    pub(crate) floors: Vec<Measured>,
}

/// One floor, or why there is none.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Measured {
    pub(crate) name: String,
    pub(crate) mean_ns: Option<f64>,
    pub(crate) bytes_per_s: Option<f64>,
    pub(crate) reason: Option<String>,
}

/// Measures them all, or answers one.
pub(crate) fn floors(arguments: &Arguments) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::failed(format!("floors: {error}"));
    if let Some(to) = &arguments.answer {
        return answer(to).map_err(failed);
    }
    let seats = (arguments.caller_core, arguments.callee_core);
    let time = Duration::from_millis(arguments.each_ms.max(1));
    // Before this process sits down on one of them.
    let cores = linux::cores();
    let measure = |name: &str| match name {
        "cache_line" => cache_line(time, &cores),
        "syscall" => mean_ns(time, linux::enter_kernel),
        "futex" => quickest(time, seats, &cores, futex),
        "pipe" => quickest(time, seats, &cores, pipe),
        "loopback" => quickest(time, seats, &cores, loopback),
        _ => memcpy(time),
    };
    let floor = |name: &str| {
        let (value, reason) = match measure(name) {
            Ok(value) => (Some(value), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let copied = name == "memcpy";
        let (mean_ns, bytes_per_s) = (value.filter(|_| !copied), value.filter(|_| copied));
        Measured { name: name.into(), mean_ns, bytes_per_s, reason }
    };
    // The whole process sits where the caller of a lane does; the cache line alone needs two cores
    // whatever the placement.
    let floors = linux::on_core(seats.0, || NAMES.map(floor).into()).map_err(failed)?;
    let line = serde_json::to_string(&Floors { floors }).expect("numbers and text");
    print(&format!("{line}\n"))
}

/// What two sides take, ns, given the cores of both or none: then on one core and on two, of which
/// the quicker counts. Wherever a scheduler puts them, they are not quicker, and it need not put
/// the lanes of a run where it puts a floor.
fn quickest(
    time: Duration,
    (caller, callee): (Option<usize>, Option<usize>),
    cores: &[usize],
    between: impl Fn(Duration, Option<usize>) -> io::Result<f64>,
) -> io::Result<f64> {
    let [core, ..] = cores else { return between(time, callee) };
    if caller.is_some() || callee.is_some() {
        return between(time, callee);
    }
    let seated =
        |[one, other]: [usize; 2]| linux::on_core(Some(one), || between(time / 2, Some(other)))?;
    let same = seated([*core, *core])?;
    topology::apart(cores).map_or(Ok(same), |apart| Ok(same.min(seated(apart)?)))
}

/// Mean time of an act, ns, a tenth of the time being spent on warming up.
fn mean_ns(time: Duration, mut act: impl FnMut() -> io::Result<()>) -> io::Result<f64> {
    const BURST: u32 = 16;
    let mut spend = |time: Duration| {
        let (begin, mut acts) = (Instant::now(), 0_u64);
        loop {
            for _ in 0..BURST {
                act()?;
            }
            acts += u64::from(BURST);
            let spent = begin.elapsed();
            if spent >= time {
                return Ok(spent.as_nanos() as f64 / acts as f64);
            }
        }
    };
    spend(time / 10)?;
    spend(time)
}

/// A number by itself on its cache lines: the neighbour of a line is fetched along with it.
#[repr(align(128))]
struct Line(AtomicU32);

const MINE: u32 = 0;
const YOURS: u32 = 1;
const OVER: u32 = 2;

/// Two cores that hand a cache line to each other, without the kernel.
fn cache_line(time: Duration, cores: &[usize]) -> io::Result<f64> {
    let Some([one, other]) = topology::apart(cores) else {
        let why = if cores.is_empty() {
            "it needs Linux"
        } else {
            "it needs two physical cores"
        };
        return Err(io::Error::new(io::ErrorKind::Unsupported, why));
    };
    let line = Line(AtomicU32::new(MINE));
    let line = &line.0;
    thread::scope(|scope| {
        let partner = || {
            scope.spawn(|| {
                loop {
                    match line.load(Ordering::Acquire) {
                        YOURS => line.store(MINE, Ordering::Release),
                        OVER => return,
                        _ => std::hint::spin_loop(),
                    }
                }
            })
        };
        let begun = linux::on_core(Some(other), partner);
        let hand_over = || {
            line.store(YOURS, Ordering::Release);
            while line.load(Ordering::Acquire) != MINE {
                std::hint::spin_loop();
            }
            Ok(())
        };
        let measured = begun.and_then(|_| linux::on_core(Some(one), || mean_ns(time, hand_over))?);
        line.store(OVER, Ordering::Release);
        measured
    })
}

/// Two threads that sleep in the kernel and wake each other.
fn futex(time: Duration, callee: Option<usize>) -> io::Result<f64> {
    let turn = Line(AtomicU32::new(MINE));
    let turn = &turn.0;
    let give = |to| {
        turn.store(to, Ordering::Release);
        linux::futex_wake(turn)
    };
    thread::scope(|scope| {
        let partner = || {
            scope.spawn(move || {
                loop {
                    match turn.load(Ordering::Acquire) {
                        MINE => linux::futex_wait(turn, MINE)?,
                        YOURS => give(MINE)?,
                        _ => return io::Result::Ok(()),
                    }
                }
            })
        };
        let begun = linux::on_core(callee, partner);
        let hand_over = || {
            give(YOURS)?;
            while turn.load(Ordering::Acquire) == YOURS {
                linux::futex_wait(turn, YOURS)?;
            }
            Ok(())
        };
        let measured = begun.and_then(|_| mean_ns(time, hand_over));
        give(OVER)?;
        measured
    })
}

/// The side that answers, as a process of its own; it ends when its stdin or its connection does.
struct Partner(Child);

impl Partner {
    fn start(core: Option<usize>, to: &str) -> io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
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
fn pipe(time: Duration, core: Option<usize>) -> io::Result<f64> {
    let mut partner = Partner::start(core, "-")?;
    let lost = || io::Error::new(io::ErrorKind::BrokenPipe, "no pipe to the other side");
    let (mut to, mut from) = (
        partner.0.stdin.take().ok_or_else(lost)?,
        partner.0.stdout.take().ok_or_else(lost)?,
    );
    mean_ns(time, || {
        to.write_all(&[1])?;
        from.read_exact(&mut [0])
    })
}

/// One byte there and back over TCP on loopback, both ends with `TCP_NODELAY`.
fn loopback(time: Duration, core: Option<usize>) -> io::Result<f64> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut partner = Partner::start(core, &listener.local_addr()?.to_string())?;
    listener.set_nonblocking(true)?;
    let until = Instant::now() + Duration::from_secs(10);
    let mut stream = loop {
        match listener.accept() {
            Ok((stream, _)) => break stream,
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
            Err(_) if Instant::now() > until || partner.0.try_wait()?.is_some() => {
                return Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "the other side did not connect",
                ));
            }
            Err(_) => thread::yield_now(),
        }
    };
    stream.set_nonblocking(false)?;
    stream.set_nodelay(true)?;
    mean_ns(time, || {
        stream.write_all(&[1])?;
        stream.read_exact(&mut [0])
    })
}

/// Gives every byte back as it comes.
fn answer(to: &str) -> io::Result<()> {
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

/// Bytes that are copied in a second, between two places larger than most caches.
fn memcpy(time: Duration) -> io::Result<f64> {
    const BYTES: usize = 64 << 20;
    let (from, mut to) = (vec![1_u8; BYTES], vec![2_u8; BYTES]);
    let mut copy = || black_box(&mut to).copy_from_slice(black_box(&from));
    copy();
    let (begin, mut copies) = (Instant::now(), 0_u32);
    while copies == 0 || begin.elapsed() < time {
        copy();
        copies += 1;
    }
    Ok(BYTES as f64 * f64::from(copies) / begin.elapsed().as_secs_f64())
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

    #[test]
    fn without_given_cores_the_quicker_of_one_core_and_two_counts() {
        let cores = linux::cores();
        let Some([one, other]) = topology::apart(&cores) else {
            // Past the capture of test output: a test that looked at nothing says so.
            let name = "without_given_cores_the_quicker_of_one_core_and_two_counts";
            let said = writeln!(io::stderr(), "skipped: {name}: there are no two cores");
            return said.expect("stderr takes a line");
        };
        let slow_on =
            |slow: usize| move |_, callee| Ok(if callee == Some(slow) { 9.0 } else { 2.0 });
        let time = Duration::from_millis(1);
        let floor =
            |slow| quickest(time, (None, None), &cores, slow_on(slow)).expect("nothing fails");
        assert_eq!((floor(one), floor(other)), (2.0, 2.0));
        let given = quickest(time, (Some(one), Some(other)), &cores, slow_on(other));
        assert_eq!(given.expect("nothing fails"), 9.0);
    }

    #[test]
    fn an_act_that_fails_gives_no_mean() {
        let failed = mean_ns(Duration::from_millis(1), || Err(io::Error::other("no")));
        assert_eq!(failed.expect_err("it failed").to_string(), "no");
    }
}
