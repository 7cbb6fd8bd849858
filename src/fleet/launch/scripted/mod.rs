//! The scripted form of a run's processes and its time, for tests of the coordinator: drivers and
//! callees that answer as a script says, under a clock that moves only when somebody waits. Nothing
//! is started, and nobody sleeps.

pub(crate) mod answers;
pub(crate) mod script;
pub(crate) mod side;

use crate::{
    fleet::launch::{
        Launcher, Part, World,
        scripted::{
            script::{Phase, Script, What},
            side::ScriptedSide,
        },
    },
    machine::{
        environment::CpuTicks,
        process::{ProcessError, speaker::Speaker},
        surroundings::{Look, Surroundings, noise::Disturbance},
        topology::{ProcessSeat, Topology},
    },
    protocol::Order,
};
use fixtures::generate::SplitMix64;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io,
    process::Command,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

/// No process of the kernel's has such a number: what asks for it finds nothing.
const FIRST_PID: u32 = 5_000_000;

/// What the script saw of one order, or of the start of a process.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    /// Since the run began.
    pub(crate) at: Duration,
    pub(crate) lane: String,
    pub(crate) phase: Phase,
    pub(crate) order: Option<Order>,
    /// Where a process was moved.
    pub(crate) seat: Option<ProcessSeat>,
}

/// The world of one run: its script, its clock, and what was asked so far.
pub(crate) struct ScriptedWorld {
    script: Script,
    origin: Instant,
    state: Mutex<State>,
    /// Two cores, of which nothing is told.
    topology: Topology,
    /// The visit that is under way is disturbed.
    disturbed: Arc<AtomicBool>,
}

/// What has become of it.
struct State {
    elapsed: Duration,
    stopped: bool,
    heard: Vec<Heard>,
    /// How often each lane came to each phase.
    counts: HashMap<(String, Phase), u32>,
    /// Processes that run, and the lanes that they are of.
    alive: BTreeMap<u32, String>,
    /// The most lanes with a process at the same time.
    most_alive: usize,
    next_pid: u32,
    random: SplitMix64,
}

impl State {
    /// Lanes that have a process.
    fn lanes_alive(&self) -> usize {
        self.alive.values().collect::<BTreeSet<_>>().len()
    }
}

impl ScriptedWorld {
    pub(crate) fn new(script: Script) -> Arc<Self> {
        let state = State {
            elapsed: Duration::ZERO,
            stopped: false,
            heard: Vec::new(),
            counts: HashMap::new(),
            alive: BTreeMap::new(),
            most_alive: 0,
            next_pid: FIRST_PID,
            random: SplitMix64(script.seed),
        };
        Arc::new(Self {
            script,
            origin: Instant::now(),
            state: Mutex::new(state),
            topology: Topology::untold(0..2),
            disturbed: Arc::default(),
        })
    }

    /// As a run has its world.
    pub(crate) fn world(self: &Arc<Self>) -> World {
        World {
            launcher: Arc::new(ScriptedLauncher(self.clone())),
            around: self.clone(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Time since the run began.
    pub(crate) fn elapsed(&self) -> Duration {
        self.state().elapsed
    }

    /// What was asked so far.
    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.state().heard.clone()
    }

    /// Lanes that have a process.
    pub(crate) fn alive(&self) -> usize {
        self.state().lanes_alive()
    }

    /// The most lanes that had a process at the same time.
    pub(crate) fn most_alive(&self) -> usize {
        self.state().most_alive
    }

    fn advance(&self, time: Duration) {
        self.state().elapsed += time;
    }

    /// A lane has come to a phase: notes it, and answers what the script has for it.
    fn arrive(&self, lane: &str, phase: Phase, order: Option<&Order>) -> What {
        let mut state = self.state();
        let count = state.counts.entry((lane.to_owned(), phase)).or_default();
        *count += 1;
        let what = self.script.what(lane, phase, *count);
        let (at, order) = (state.elapsed, order.cloned());
        state.heard.push(Heard { at, lane: lane.to_owned(), phase, order, seat: None });
        match what {
            What::StopRun => state.stopped = true,
            What::Disturb => self.disturbed.store(true, Relaxed),
            _ => {}
        }
        what
    }

    fn start_process(&self, lane: &str) -> u32 {
        let mut state = self.state();
        let pid = state.next_pid;
        state.next_pid += 1;
        // Floors are no lane's.
        if !lane.is_empty() {
            state.alive.insert(pid, lane.to_owned());
        }
        state.most_alive = state.most_alive.max(state.lanes_alive());
        pid
    }

    /// How long a call of this lane takes in the start that begins, ns.
    fn call_in_this_start(&self, lane: &str) -> f64 {
        let off = 2.0 * self.state().random.next_f64() - 1.0;
        self.script.call_of(lane) * (1.0 + self.script.spread_of(lane) * off)
    }

    fn end_process(&self, pid: u32) {
        self.state().alive.remove(&pid);
    }
}

impl Surroundings for ScriptedWorld {
    fn topology(&self) -> &Topology {
        &self.topology
    }

    fn move_process(&self, pid: u32, seat: ProcessSeat) -> io::Result<()> {
        let lane = self.state().alive.get(&pid).cloned();
        let lane = lane.ok_or_else(|| io::Error::other("it has gone"))?;
        let what = self.arrive(&lane, Phase::Move, None);
        if let Some(heard) = self.state().heard.last_mut() {
            heard.seat = Some(seat);
        }
        match what {
            What::Answer => Ok(()),
            _ => Err(io::Error::other("as the script says")),
        }
    }

    fn now(&self) -> Instant {
        self.origin + self.elapsed()
    }

    fn stop_requested(&self) -> bool {
        self.state().stopped
    }

    fn look(&self, _lane: &[u32], _own_known: bool) -> Box<dyn Look> {
        self.disturbed.store(false, Relaxed);
        Box::new(ScriptedLook(self.disturbed.clone()))
    }

    fn cpu_ticks(&self) -> Option<CpuTicks> {
        None
    }

    fn cpu_ns(&self, pid: u32) -> Option<u64> {
        let state = self.state();
        let lane = state.alive.get(&pid)?;
        Some((state.elapsed.as_nanos() as f64 * self.script.busy_of(lane)) as u64)
    }
}

/// True once an order was disturbed since it looked.
struct ScriptedLook(Arc<AtomicBool>);

impl Look for ScriptedLook {
    fn after(self: Box<Self>) -> Disturbance {
        let flags = if self.0.load(Relaxed) { vec!["others"] } else { Vec::new() };
        Disturbance { flags, ..Disturbance::default() }
    }
}

/// Starts scripted sides.
struct ScriptedLauncher(Arc<ScriptedWorld>);

impl Launcher for ScriptedLauncher {
    fn launch(
        &self,
        part: Part<'_>,
        command: &mut Command,
        _core: Option<usize>,
    ) -> Result<Box<dyn Speaker>, ProcessError> {
        ScriptedSide::start(&self.0, part, command).map(|side| Box::new(side) as Box<dyn Speaker>)
    }
}
