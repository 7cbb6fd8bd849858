//! Floors: what this machine cannot be faster than, measured in the same run. A process of its own,
//! `tollgate floors`, so that the coordinator measures nothing itself; where an echo needs another
//! side, that is a process too, as a lane's callee is. Every time is a mean of there and back,
//! except that of a system call.

pub(crate) mod mean;
pub(crate) mod memory;
pub(crate) mod processes;
pub(crate) mod threads;

use crate::{
    machine::{
        floors::{
            mean::mean_ns,
            memory::memcpy,
            processes::{answer, loopback, pipe},
            threads::{cache_line, futex},
        },
        linux,
        placement::Seats,
        topology,
    },
    shell::{failure::Failure, output::print},
};
use serde::{Deserialize, Serialize};
use std::{io, time::Duration};

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
    /// Core to which a cache line goes from that of the side that begins
    #[arg(long, value_name = "CORE")]
    line_core: Option<usize>,
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
    if let Some(to) = &arguments.answer {
        return answer(to).map_err(|error| failed(&error));
    }
    let floors = measure_all(arguments).map_err(|error| failed(&error))?;
    let line = serde_json::to_string(&floors).expect("numbers and text");
    print(&format!("{line}\n"))
}

fn failed(error: &io::Error) -> Failure {
    Failure::failed(format!("floors: {error}"))
}

fn measure_all(arguments: &Arguments) -> io::Result<Floors> {
    let measuring = Measuring {
        time: Duration::from_millis(arguments.each_ms.max(1)),
        seats: Seats { driver: arguments.caller_core, callee: arguments.callee_core },
        line: arguments.caller_core.zip(arguments.line_core.or(arguments.callee_core)),
        // Before this process sits down on one of them.
        cores: linux::cores(),
    };
    // The whole process sits where the caller of a lane does; the cache line alone needs two cores
    // whatever the placement: those of a placement across cores, where the run has one.
    let floors = linux::on_core(measuring.seats.driver, || {
        NAMES.iter().map(|name| measuring.floor(name)).collect()
    })?;
    Ok(Floors { floors })
}

/// What all floors are measured with.
struct Measuring {
    /// Time for each.
    time: Duration,
    /// Where both sides sit, if that is given.
    seats: Seats,
    /// Between which cores a cache line goes, if that is given.
    line: Option<(usize, usize)>,
    /// Where they may sit.
    cores: Vec<usize>,
}

impl Measuring {
    /// One floor, or why there is none.
    fn floor(&self, name: &str) -> Measured {
        let mut floor = Measured {
            name: name.into(),
            mean_ns: None,
            bytes_per_s: None,
            reason: None,
        };
        match self.value(name) {
            Ok(value) if name == "memcpy" => floor.bytes_per_s = Some(value),
            Ok(value) => floor.mean_ns = Some(value),
            Err(error) => floor.reason = Some(error.to_string()),
        }
        floor
    }

    fn value(&self, name: &str) -> io::Result<f64> {
        match name {
            "cache_line" => {
                let given = self.line.and_then(|(one, other)| topology::apart(&[one, other]));
                cache_line(self.time, &given.map_or(self.cores.clone(), Vec::from))
            }
            "syscall" => mean_ns(self.time, linux::enter_kernel),
            "futex" => self.quickest(futex),
            "pipe" => self.quickest(pipe),
            "loopback" => self.quickest(loopback),
            _ => memcpy(self.time),
        }
    }

    /// What two sides take, ns, given the cores of both or none: then on one core and on two, of
    /// which the quicker counts. Wherever a scheduler puts them, they are not quicker, and it need
    /// not put the lanes of a run where it puts a floor.
    fn quickest(
        &self,
        between: impl Fn(Duration, Option<usize>) -> io::Result<f64>,
    ) -> io::Result<f64> {
        let Seats { driver, callee } = self.seats;
        let [core, ..] = self.cores[..] else { return between(self.time, callee) };
        if driver.is_some() || callee.is_some() {
            return between(self.time, callee);
        }
        let half = self.time / 2;
        let same = linux::on_core(Some(core), || between(half, Some(core)))??;
        let Some([one, other]) = topology::apart(&self.cores) else { return Ok(same) };
        let cross = linux::on_core(Some(one), || between(half, Some(other)))??;
        Ok(same.min(cross))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

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
        let mut measuring = Measuring {
            time: Duration::from_millis(1),
            seats: Seats::default(),
            line: None,
            cores,
        };
        let floor = |slow| measuring.quickest(slow_on(slow)).expect("nothing fails");
        assert_eq!((floor(one), floor(other)), (2.0, 2.0));
        measuring.seats = Seats { driver: Some(one), callee: Some(other) };
        assert_eq!(measuring.quickest(slow_on(other)).expect("nothing fails"), 9.0);
    }
}
