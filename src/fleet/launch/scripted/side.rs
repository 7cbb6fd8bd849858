//! One scripted process: it takes orders as its real form does, and answers in the lines of the
//! protocol, which are read and held to their bounds like those of any driver.

use crate::{
    fleet::launch::{
        Part,
        scripted::{
            ScriptedWorld,
            answers::{self, Reply},
            script::{Phase, What},
        },
    },
    machine::process::{ProcessError, speaker::Speaker},
    protocol::Order,
};
use std::{
    collections::VecDeque,
    process::{Command, ExitStatus},
    sync::Arc,
    time::Duration,
};

/// Until a callee answers.
const CALLEE_START: Duration = Duration::from_millis(40);
/// After Ctrl-C nobody waits longer, as with a process.
const GOODBYE: Duration = Duration::from_secs(3);

/// What it says next.
enum Next {
    /// A line, when this time has gone by.
    Line(Duration, String),
    Nothing,
    /// It ends.
    End,
}

/// A scripted driver or callee.
pub(super) struct ScriptedSide {
    world: Arc<ScriptedWorld>,
    what: String,
    lane: String,
    transport: String,
    pid: u32,
    /// How long a call takes in this start, ns.
    call_ns: f64,
    next: VecDeque<Next>,
    ended: bool,
}

impl ScriptedSide {
    /// Starts it, unless the script has it fail.
    pub(super) fn start(
        world: &Arc<ScriptedWorld>,
        part: Part<'_>,
        command: &Command,
    ) -> Result<Self, ProcessError> {
        let (lane, transport) = match part {
            Part::Driver(lane) | Part::Callee(lane) => (lane.name.as_str(), &*lane.transport),
            Part::Server(_) | Part::Floors => ("", ""),
        };
        let mut side = Self {
            call_ns: world.call_in_this_start(lane),
            world: world.clone(),
            what: part.what(),
            lane: lane.into(),
            transport: transport.into(),
            pid: world.start_process(lane),
            next: VecDeque::new(),
            ended: false,
        };
        let what = world.arrive(lane, phase_of(part, command), None);
        let first = match part {
            Part::Driver(_) => {
                world.advance(world.script.start_time_of(lane));
                None
            }
            Part::Callee(_) => Some((CALLEE_START, format!("ready unix:/scripted/{}", side.pid))),
            Part::Server(_) => {
                let line = format!("ready scripted://127.0.0.1:1 {}", side.pid);
                Some((CALLEE_START, line))
            }
            Part::Floors => Some(answers::floors(command)),
        };
        match (what, first) {
            (What::Die, _) => return Err(side.died("ended before it began")),
            (What::Hang, _) => side.next.push_back(Next::Nothing),
            (_, Some((after, line))) => side.next.push_back(Next::Line(after, line)),
            (_, None) => {}
        }
        Ok(side)
    }

    /// Ends it: its number is no longer among those alive.
    fn end(&mut self) {
        self.ended = true;
        self.world.end_process(self.pid);
    }

    /// What it says to an order.
    fn answer(&mut self, order: &Order) -> Next {
        let what = self.world.arrive(&self.lane, Phase::of(order), Some(order));
        match what {
            What::Die => return Next::End,
            What::Hang => return Next::Nothing,
            _ => {}
        }
        let reply = match order {
            Order::Hello { .. } => answers::hello(&self.transport),
            Order::Visit(visit) => {
                answers::visited(visit, self.call_ns, what, &mut self.world.state().random)
            }
            Order::Load(load) => answers::loaded(load, self.call_ns, what),
            Order::Open(_) => answers::opened(self.call_ns),
            _ => answers::done(),
        };
        let Reply { after, line } = match what {
            What::Refuse(kind) => answers::refused(kind),
            _ => reply,
        };
        Next::Line(after, line)
    }
}

/// The phase in which a process starts.
fn phase_of(part: Part<'_>, command: &Command) -> Phase {
    let catalog = command.get_args().any(|word| word == "catalog");
    match part {
        Part::Driver(_) => Phase::Driver,
        Part::Callee(_) if catalog => Phase::CatalogCallee,
        Part::Callee(_) => Phase::Callee,
        Part::Server(_) => Phase::Server,
        Part::Floors => Phase::Floors,
    }
}

impl Speaker for ScriptedSide {
    fn pid(&self) -> u32 {
        self.pid
    }

    fn take_lines_up_to(&self, _bytes: usize) {}

    fn say(&mut self, line: &str) -> Result<(), ProcessError> {
        if self.ended {
            return Err(self.died("ended"));
        }
        let order: Order = serde_json::from_str(line).expect("orders are of the protocol");
        // It is not answered; it only ends what goes on.
        if !matches!(order, Order::Stop) {
            let next = self.answer(&order);
            self.next.push_back(next);
        }
        Ok(())
    }

    fn hear(&mut self, patience: Duration) -> Result<String, ProcessError> {
        let stopped = self.world.state().stopped;
        let patience = if stopped { patience.min(GOODBYE) } else { patience };
        match self.hear_within(patience)? {
            Some(line) => Ok(line),
            None => Err(self.hung(patience)),
        }
    }

    fn hear_within(&mut self, wait: Duration) -> Result<Option<String>, ProcessError> {
        match self.next.pop_front() {
            Some(Next::Line(after, line)) if after <= wait => {
                self.world.advance(after);
                Ok(Some(line))
            }
            Some(Next::Line(after, line)) => {
                self.world.advance(wait);
                self.next.push_front(Next::Line(after - wait, line));
                Ok(None)
            }
            Some(Next::End) => {
                self.end();
                Err(self.died("ended"))
            }
            Some(Next::Nothing) | None => {
                self.next.push_front(Next::Nothing);
                self.world.advance(wait);
                Ok(None)
            }
        }
    }

    fn hung(&mut self, waited: Duration) -> ProcessError {
        let error = self.died(&format!("said nothing for {:.1} s", waited.as_secs_f64()));
        self.end();
        error.that_hung()
    }

    fn died(&mut self, what: &str) -> ProcessError {
        ProcessError::new(format!("{} {what}", self.what))
    }

    fn ignore(&mut self) {}

    /// It goes by itself, with 0.
    fn stop(&mut self) -> Option<ExitStatus> {
        self.end();
        Some(ExitStatus::default())
    }

    fn kill(&mut self) {
        self.end();
    }
}

impl Drop for ScriptedSide {
    fn drop(&mut self) {
        self.end();
    }
}
