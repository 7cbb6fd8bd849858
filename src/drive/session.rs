//! The driver's conversation: orders in, answers out, connections by number in between.

use crate::{
    drive::{
        Measured, Rung, Shape,
        connection::{Gave, Opening},
        load_order,
        opener::Place,
        workload,
    },
    lanes::Lanes,
    machine::{clock, handicap, linux},
    protocol::{
        self, Ask, Asked, Done, Echoed, Hello, Open, Opened, Order, Question, Refused, Stamps,
        VERSION, Visit, Visited,
    },
};
use api::{CallError, ErrorKind, Mode, Reply, Request, WireBytes};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use fixtures::Limits;
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

/// What a refusal to open begins with, where somebody answers and the answer is wrong.
pub(crate) const WRONG_FIRST: &str = "a wrong answer to the first call";

/// Answers orders from stdin until it ends.
pub(crate) fn drive(lanes: &Lanes) -> io::Result<()> {
    let mut answers = linux::private_stdout()?;
    let stop = Arc::<AtomicBool>::default();
    let orders = orders(stop.clone());
    let mut session = Session::new(lanes, stop);
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
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            let order = serde_json::from_str(&line);
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

struct Session<'a> {
    lanes: &'a Lanes,
    /// True when a load is to end early.
    stop: Arc<AtomicBool>,
    open: HashMap<u32, Opening>,
    /// Golden answers by file: several connections ask the same questions.
    golden: HashMap<String, Arc<Vec<(Request, Reply)>>>,
    clock: Clock,
    read_ns: f64,
}

impl<'a> Session<'a> {
    fn new(lanes: &'a Lanes, stop: Arc<AtomicBool>) -> Self {
        let clock = Clock::new();
        let read_ns = clock::median_read_ns(&clock);
        Self {
            lanes,
            stop,
            open: HashMap::new(),
            golden: HashMap::new(),
            clock,
            read_ns,
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
        if protocol != VERSION {
            let detail = format!("protocol {protocol} is not spoken here, {VERSION} is");
            return Err(CallError::new(ErrorKind::Unsupported, detail));
        }
        Ok(json(&Hello {
            ok: true,
            protocol: VERSION,
            language: "rust".into(),
            implementation: concat!("tollgate ", env!("CARGO_PKG_VERSION")).into(),
            transports: self.lanes.specs().map(|spec| spec.transport.to_string()).collect(),
        }))
    }

    fn open(&mut self, order: &Open) -> Result<String, CallError> {
        self.open.remove(&order.id);
        let entry = self.lanes.find(&order.transport).ok_or_else(|| {
            CallError::new(
                ErrorKind::Unsupported,
                format!("no transport `{}` here", order.transport),
            )
        })?;
        let place = Place::of(order)?;
        let golden = self.golden(&order.golden)?;
        let mut caller = entry.caller();
        let start = Instant::now();
        caller.open(&place.at())?;
        let open_ns = start.elapsed().as_nanos() as u64;
        let (question, right) = first_question(&golden[0], order.first_max_results);
        let mut reply = Reply::default();
        let start = Instant::now();
        caller.ask(
            Mode::Chatty,
            std::slice::from_ref(&question),
            std::slice::from_mut(&mut reply),
        )?;
        let first_call_ns = start.elapsed().as_nanos() as u64;
        let (checked, waiting) = (entry.spec.answers, entry.spec.waiting);
        if checked && reply != right {
            let detail =
                format!("{WRONG_FIRST}: {:?}, not {:?}", first_of(&reply), first_of(&right));
            return Err(CallError::new(ErrorKind::Internal, detail));
        }
        let (codec, callee_pid, transport) =
            (entry.spec.codec, order.callee_pid, order.transport.clone());
        let opening = Opening {
            caller,
            place,
            waiting,
            golden,
            checked,
            callee_pid,
            transport,
            codec,
            target: None,
        };
        self.open.insert(order.id, opening);
        Ok(json(&Opened { ok: true, open_ns, first_call_ns }))
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

    fn at(&mut self, id: u32) -> Result<&mut Opening, CallError> {
        let missing = || CallError::new(ErrorKind::Gone, format!("connection {id} is not open"));
        self.open.get_mut(&id).ok_or_else(missing)
    }

    fn visit(&mut self, order: &Visit) -> Result<String, CallError> {
        let mut shape = shape_of(order)?;
        let (clock, read_ns) = (self.clock.clone(), self.read_ns);
        let opening = self.at(order.id)?;
        shape.handicap = handicap::of(&opening.transport, shape.handicap);
        opening.aim_at(order, &shape);
        let callee = opening.callee_pid;
        let cpu = || (linux::own_cpu_ns(), callee.and_then(linux::cpu_ns));
        let (bytes, before) = (opening.caller.wire_bytes(), cpu());
        let Gave { measured, stamps, encoded } =
            opening.measure(order, &shape, (&clock, read_ns))?;
        let (after, bytes_after) = (cpu(), opening.caller.wire_bytes());
        // A codec or an engine alone moves no bytes; it makes them.
        let bytes = encoded.map(|made| (WireBytes::default(), made)).or(bytes.zip(bytes_after));
        let mut answer = visited(&measured, shape.samples.is_some())?;
        answer.stamps = stamps;
        answer.cpu_caller_ns = before.0.zip(after.0).map(|(before, after)| after - before);
        answer.cpu_callee_ns =
            before.1.zip(after.1).map(|(before, after)| after.saturating_sub(before));
        let grown =
            |part: fn(WireBytes) -> u64| bytes.map(|(before, after)| part(after) - part(before));
        answer.bytes_out = grown(|bytes| bytes.out);
        answer.bytes_back = grown(|bytes| bytes.back);
        Ok(json(&answer))
    }

    fn load(&mut self, order: &protocol::Load) -> Result<String, CallError> {
        let (clock, stop) = (self.clock.clone(), self.stop.clone());
        Ok(json(&load_order::run(self.at(order.id)?, order, &clock, &stop)?))
    }

    fn ask(&mut self, order: Ask) -> Result<String, CallError> {
        let opening = self.at(order.id)?;
        let questions = order.requests.into_iter();
        let requests: Vec<Request> = questions
            .map(|Question { user_id, max_results }| Request::new(user_id, max_results))
            .collect();
        let mut replies = vec![Reply::default(); requests.len()];
        let mut stamps = None;
        match (order.mode.as_str(), requests.as_slice(), replies.as_mut_slice()) {
            ("stamped", [request], [reply]) => {
                let reported = opening.caller.ask_stamped(request, reply)?;
                let api::Stamps { decode_ns, compute_ns, encode_ns } = reported;
                stamps = Some(Stamps { decode_ns, compute_ns, encode_ns });
            }
            (mode, requests, replies) => opening.caller.ask(mode_of(mode)?, requests, replies)?,
        }
        let replies =
            replies.iter().map(|reply| reply.iter().map(String::from).collect()).collect();
        Ok(json(&Asked { ok: true, replies, stamps }))
    }

    fn echo(&mut self, id: u32, payload: &str, reply_bytes: usize) -> Result<String, CallError> {
        let payload = bytes_of(payload)?;
        let mut back = Vec::new();
        self.at(id)?.caller.echo(&payload, reply_bytes, &mut back)?;
        Ok(json(&Echoed { ok: true, back: BASE64.encode(back) }))
    }

    fn raw(&mut self, id: u32, request: &str) -> Result<String, CallError> {
        let request = bytes_of(request)?;
        let mut reply = Vec::new();
        self.at(id)?.caller.raw(&request, &mut reply)?;
        Ok(json(&Done { ok: true, reply: Some(BASE64.encode(reply)) }))
    }
}

fn bytes_of(text: &str) -> Result<Vec<u8>, CallError> {
    let wrong = |error| CallError::new(ErrorKind::Malformed, format!("not base64: {error}"));
    BASE64.decode(text).map_err(wrong)
}

fn mode_of(name: &str) -> Result<Mode, CallError> {
    Mode::from_name(name)
        .ok_or_else(|| CallError::new(ErrorKind::Unsupported, format!("no mode `{name}`")))
}

/// The first golden line, or its prefix.
fn first_question(
    (request, right): &(Request, Reply),
    max_results: Option<u32>,
) -> (Request, Reply) {
    let Some(max_results) = max_results else {
        return (request.clone(), right.clone());
    };
    let mut prefix = Reply::default();
    prefix.copy_prefix(right, right.len().min(max_results as usize));
    (Request::new(request.user_id.clone(), max_results as i32), prefix)
}

/// The first ids, for a message.
fn first_of(reply: &Reply) -> Vec<&str> {
    reply.iter().take(3).collect()
}

/// Samples that a visit lists, at most.
const MOST_LISTED: u32 = 20_000;

fn shape_of(order: &Visit) -> Result<Shape, CallError> {
    let most = Limits::DEFAULT.max_items;
    if !(1..=most).contains(&(order.items as usize)) {
        let detail = format!("a visit of {} items; it takes 1 to {most}", order.items);
        return Err(CallError::new(ErrorKind::InvalidArgument, detail));
    }
    let rung = Rung::from_name(&order.mode);
    let mode = rung.map_or_else(|| mode_of(&order.mode), |_| Ok(Mode::Chatty))?;
    if rung.is_some() && order.items != 1 {
        let detail = format!("mode `{}` is for one item", order.mode);
        return Err(CallError::new(ErrorKind::InvalidArgument, detail));
    }
    if order.samples.is_some_and(|samples| !(1..=MOST_LISTED).contains(&samples)) {
        let detail = format!("samples are 1 to {MOST_LISTED}");
        return Err(CallError::new(ErrorKind::InvalidArgument, detail));
    }
    if order.handicap_ns.is_some() && (rung.is_some() || mode != Mode::Chatty) {
        return Err(CallError::new(ErrorKind::Unsupported, "a handicap is for mode chatty"));
    }
    Ok(Shape {
        mode: if order.items == 1 { Mode::Chatty } else { mode },
        items: order.items as usize,
        group: order.group,
        lead_in_calls: order.lead_in_calls,
        lead_in: Duration::from_millis(order.lead_in_ms),
        limit: Duration::from_millis(order.limit_ms),
        samples: order.samples,
        handicap: order.handicap_ns.map(Duration::from_nanos),
    })
}

fn visited(measured: &Measured, listed: bool) -> Result<Visited, CallError> {
    let encode = || {
        reports::stats::estimates::histogram_to_base64(&measured.samples_ns).map_err(|error| {
            CallError::new(ErrorKind::Internal, format!("cannot encode the histogram: {error}"))
        })
    };
    let histogram = (!listed).then(encode).transpose()?;
    let error = measured.error.as_ref();
    Ok(Visited {
        ok: true,
        group: measured.group,
        samples: measured.samples_ns.len(),
        items: measured.items,
        lead_in_items: measured.lead_in_items,
        wrong: measured.wrong,
        errors: u64::from(error.is_some()),
        kind: error.map(|error| error.kind().name().into()),
        detail: error.map(|error| error.detail().into()),
        elapsed_ns: measured.elapsed_ns,
        p50_ns: (!measured.samples_ns.is_empty())
            .then(|| measured.samples_ns.value_at_quantile(0.5)),
        histogram,
        samples_ns: listed.then(|| measured.list_ns.clone()),
        // Between bursts in turns nothing is sent that nobody reads.
        first_ns: measured.first_ns.as_ref().filter(|_| !listed).cloned(),
        ..Visited::default()
    })
}
