//! The driver's conversation: orders in, answers out, connections by number in between.

use crate::{
    drive::{
        erased_lane::{Callers, FoundLane},
        load_order,
        open_connection::{OpenConnection, first_call},
        open_options::OpenOptions,
        visit_order::{self, mode_of},
        workload,
    },
    machine::{
        clock::{Limits, empty_call_ns},
        linux,
    },
    protocol::{
        self, Ask, Asked, Done, Echoed, Floor, Hello, Open, Opened, Order, Refused, Stamps,
        Version, Visit,
    },
};
use api::{CallError, ErrorKind, Reply, Request};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use fixtures::WorkloadKind;
use quanta::Clock;
use serde::Serialize;
use std::{
    collections::HashMap,
    io::{self, BufRead, Write},
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

/// A driver in the middle of something when its coordinator goes has this long to end it.
const GRACE: Duration = Duration::from_secs(2);

/// Answers orders from stdin until it ends.
pub(crate) fn drive(callers: &dyn Callers) -> io::Result<()> {
    let mut answers = linux::private_stdout()?;
    let stop = Arc::<AtomicBool>::default();
    let orders = orders(stop.clone());
    let mut session = Session::new(callers, stop);
    for order in orders {
        let mut answer = match order {
            Ok(order) => session.answer(order),
            Err(error) => {
                refusal(&CallError::new(ErrorKind::Malformed, format!("not an order: {error}")))
            }
        };
        answer.push('\n');
        answers.write_all(answer.as_bytes())?;
        answers.flush()?;
    }
    Ok(())
}

/// Orders from the lines of stdin; `stop` is for whatever goes on, so it does not stand behind it.
/// The channel ends with the lines; if the driver is still busy after [`GRACE`], the process ends,
/// so that no driver outlives its coordinator inside a library that hangs.
fn orders(stop: Arc<AtomicBool>) -> mpsc::Receiver<serde_json::Result<Order>> {
    let (send, orders) = mpsc::sync_channel(16);
    thread::spawn(move || {
        let mut version = Version::NEWEST;
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            let order = version.read(&line);
            if let Ok(Order::Hello { protocol }) = order {
                version = Version::from_number(protocol).unwrap_or(version);
            }
            // Here and not where it is obeyed: a stop that comes soon after must not be undone.
            stop.store(matches!(order, Ok(Order::Stop)), Relaxed);
            if !matches!(order, Ok(Order::Stop)) && send.send(order).is_err() {
                return;
            }
        }
        drop(send);
        thread::sleep(GRACE);
        process::exit(0);
    });
    orders
}

fn json<T: Serialize>(answer: &T) -> String {
    serde_json::to_string(answer).expect("answers are text, numbers and lists of them")
}

fn refusal(error: &CallError) -> String {
    json(&Refused {
        ok: false,
        kind: error.kind().name().into(),
        detail: error.detail().into(),
    })
}

fn found<'c>(callers: &'c dyn Callers, transport: &str) -> Result<FoundLane<'c>, CallError> {
    callers.find(transport).ok_or_else(|| {
        CallError::new(ErrorKind::Unsupported, format!("no transport `{transport}` here"))
    })
}

struct Session<'a> {
    callers: &'a dyn Callers,
    /// True when a load is to end early.
    stop: Arc<AtomicBool>,
    open: HashMap<u32, OpenConnection>,
    /// Golden answers by file: several connections ask the same questions.
    golden: HashMap<String, Arc<Vec<(Request, Reply)>>>,
    clock: Clock,
    /// The shortest sample that the clock tells well enough.
    least_sample_ns: f64,
    floor: Floor,
}

impl<'a> Session<'a> {
    fn new(callers: &'a dyn Callers, stop: Arc<AtomicBool>) -> Self {
        let clock = Clock::new();
        let limits = Limits::of(&clock);
        let empty_call_ns = empty_call_ns(&clock);
        Self {
            callers,
            stop,
            open: HashMap::new(),
            golden: HashMap::new(),
            clock,
            least_sample_ns: limits.least_sample_ns(),
            floor: Floor { clock_read_ns: limits.read_ns, empty_call_ns },
        }
    }

    fn answer(&mut self, order: Order) -> String {
        let answered = match order {
            Order::Hello { protocol } => self.hello(protocol),
            Order::Open(open) => self.open(&open),
            Order::Visit(visit) => self.visit(&visit),
            Order::Load(load) => self.load(&load),
            Order::Stop => Ok(json(&Done { ok: true, reply: None })),
            Order::Ask(ask) => self.ask(ask),
            Order::Echo { id, payload, reply_bytes } => self.echo(id, &payload, reply_bytes),
            Order::Raw { id, request } => self.raw(id, &request),
            Order::Close { id } => {
                self.open.remove(&id);
                Ok(json(&Done { ok: true, reply: None }))
            }
        };
        answered.unwrap_or_else(|error| refusal(&error))
    }

    fn hello(&self, protocol: u32) -> Result<String, CallError> {
        if Version::from_number(protocol).is_none() {
            let spoken = Version::ALL.map(|version| version.number().to_string()).join(" and ");
            let detail = format!("protocol {protocol} is not spoken here; {spoken} are");
            return Err(CallError::new(ErrorKind::Unsupported, detail));
        }
        Ok(json(&Hello {
            ok: true,
            protocol,
            language: "rust".into(),
            implementation: concat!("tollgate ", env!("CARGO_PKG_VERSION")).into(),
            transports: self.callers.transports(),
        }))
    }

    fn open(&mut self, order: &Open) -> Result<String, CallError> {
        self.open.remove(&order.id);
        let first_size = order.first_size.unwrap_or_default();
        let asked = visit_order::asked(&order.workload, first_size, &protocol::call())?;
        let FoundLane { spec, mut caller } = found(self.callers, &order.transport)?;
        let options = OpenOptions::from_order(order)?;
        let golden = self.golden(&order.golden)?;
        let start = Instant::now();
        caller.open(&options.as_open())?;
        let open_ns = start.elapsed().as_nanos() as u64;
        let first_call_ns = match asked.workload {
            WorkloadKind::Recommendations => {
                let size = order.first_size;
                first_call::recommendations(&mut *caller, &golden[0], size, spec.answers)?
            }
            WorkloadKind::Bytes => first_call::bytes(&mut *caller, asked.size as usize)?,
        };
        let connection = OpenConnection {
            caller,
            options,
            waiting: spec.waiting,
            golden,
            checked: spec.answers,
            callee_pid: order.callee_pid,
            transport: order.transport.clone(),
            codec: spec.codec,
            laid_out: None,
        };
        self.open.insert(order.id, connection);
        Ok(json(&Opened {
            ok: true,
            open_ns,
            first_call_ns,
            settings: Vec::new(),
            floor: Some(self.floor),
        }))
    }

    fn golden(&mut self, path: &str) -> Result<Arc<Vec<(Request, Reply)>>, CallError> {
        if let Some(golden) = self.golden.get(path) {
            return Ok(golden.clone());
        }
        let golden = workload::read_golden(path)
            .map_err(|error| CallError::new(ErrorKind::InvalidArgument, error))?;
        let golden = Arc::new(golden);
        self.golden.insert(path.into(), golden.clone());
        Ok(golden)
    }

    fn connection(&mut self, id: u32) -> Result<&mut OpenConnection, CallError> {
        let open = self.open.get_mut(&id);
        open.ok_or_else(|| CallError::new(ErrorKind::Gone, format!("connection {id} is not open")))
    }

    fn visit(&mut self, order: &Visit) -> Result<String, CallError> {
        let shape = visit_order::shape_of(order)?;
        let (clock, least_ns) = (self.clock.clone(), self.least_sample_ns);
        let connection = self.connection(order.id)?;
        Ok(json(&visit_order::run(connection, order, shape, &clock, least_ns)?))
    }

    fn load(&mut self, order: &protocol::Load) -> Result<String, CallError> {
        let (clock, stop) = (self.clock.clone(), self.stop.clone());
        Ok(json(&load_order::run(self.connection(order.id)?, order, &clock, &stop)?))
    }

    fn ask(&mut self, order: Ask) -> Result<String, CallError> {
        let connection = self.connection(order.id)?;
        let requests: Vec<Request> = order
            .requests
            .into_iter()
            .map(|question| Request::new(question.user_id, question.max_results))
            .collect();
        let mut replies = vec![Reply::default(); requests.len()];
        let mut stamps = None;
        match (order.mode.as_str(), requests.as_slice(), replies.as_mut_slice()) {
            ("stamped", [request], [reply]) => {
                let reported = connection.caller.ask_stamped(request, reply)?;
                let api::Stamps { decode_ns, compute_ns, encode_ns } = reported;
                stamps = Some(Stamps { decode_ns, compute_ns, encode_ns });
            }
            (mode, requests, replies) => {
                connection.caller.ask(mode_of(mode)?, requests, replies)?;
            }
        }
        let replies =
            replies.iter().map(|reply| reply.iter().map(String::from).collect()).collect();
        Ok(json(&Asked { ok: true, replies, stamps }))
    }

    fn echo(&mut self, id: u32, payload: &str, reply_bytes: usize) -> Result<String, CallError> {
        let payload = bytes_of(payload)?;
        let mut back = Vec::new();
        self.connection(id)?.caller.echo(&payload, reply_bytes, &mut back)?;
        Ok(json(&Echoed { ok: true, back: BASE64.encode(back) }))
    }

    fn raw(&mut self, id: u32, request: &str) -> Result<String, CallError> {
        let request = bytes_of(request)?;
        let mut reply = Vec::new();
        self.connection(id)?.caller.raw(&request, &mut reply)?;
        Ok(json(&Done { ok: true, reply: Some(BASE64.encode(reply)) }))
    }
}

fn bytes_of(text: &str) -> Result<Vec<u8>, CallError> {
    BASE64
        .decode(text)
        .map_err(|error| CallError::new(ErrorKind::Malformed, format!("not base64: {error}")))
}
