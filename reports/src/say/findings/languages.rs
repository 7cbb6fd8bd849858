//! What it costs that one side is in another language, and by which transport, as sentences.

use crate::{
    figures::{
        row::{Row, compare_single},
        summary::{Scene, Summary},
    },
    record::{HTTP, RPC},
    say::{capital, listed},
    stats::{
        comparison::{Comparison, Verdict, detected_in_family},
        estimates::Estimate,
        units::{percent, short, times_with_interval},
    },
};

/// The language whose lane to itself the others are compared with.
pub(crate) const REFERENCE: &str = "rust";

/// How much longer a call takes from each other language, and to each, than from Rust to Rust over
/// the same transport; none where that lane or all others were not measured.
pub(crate) fn against_reference(scene: &Scene, transport: &str) -> Option<String> {
    let of_transport = |row: &&Row| row.lane.transport == transport && !row.lane.in_process;
    let rows: Vec<&Row> = scene.rows.iter().filter(of_transport).collect();
    let base = rows.iter().find(|row| is_between(row, REFERENCE, REFERENCE))?;
    let mut said = Vec::new();
    for row in &rows {
        let (caller, callee) = (row.lane.caller.as_str(), row.lane.callee.as_str());
        let which = match (caller == REFERENCE, callee == REFERENCE) {
            (false, true) | (true, false) => pair(caller, callee),
            _ => continue,
        };
        said.extend(ratio(row, base).map(|ratio| format!("{which} {ratio}")));
    }
    (!said.is_empty()).then(|| {
        format!(
            "A call over {transport}{} takes, against Rust to Rust: {}.",
            scene.placed,
            listed(&said)
        )
    })
}

/// The lanes over HTTP and over RPC from one language to another, in the same scene.
pub(crate) struct Contest<'s> {
    pub(crate) caller: &'s str,
    pub(crate) callee: &'s str,
    by_http: &'s str,
    by_rpc: &'s str,
    /// HTTP by RPC.
    compared: Comparison,
    /// Whether they differ, corrected for all contests of the scene.
    detected: bool,
}

impl<'s> Contest<'s> {
    /// Those of the pairs of a scene that have both lanes, of which not both ends are Rust; from
    /// Rust first.
    pub(crate) fn all(summary: &Summary<'s>, scene: &Scene<'s>) -> Vec<Self> {
        let [http, rpc] = [HTTP, RPC].map(|role| summary.base_of_role(role));
        let (Some(http), Some(rpc)) = (http, rpc) else { return Vec::new() };
        let over = |transport: &str| -> Vec<&Row<'s>> {
            scene.rows.iter().filter(|row| row.lane.transport == transport).collect()
        };
        let mut contests = Vec::new();
        for by_http in over(&http.transport) {
            let lane = by_http.lane;
            let is_of_pair = |row: &&&Row| is_between(row, &lane.caller, &lane.callee);
            let Some(by_rpc) = over(&rpc.transport).iter().find(is_of_pair).copied() else {
                continue;
            };
            let Some(compared) = compare_single(by_http, by_rpc) else { continue };
            contests.push(Self {
                caller: &lane.caller,
                callee: &lane.callee,
                by_http: &http.transport,
                by_rpc: &rpc.transport,
                compared,
                detected: false,
            });
        }
        contests.retain(|contest| [contest.caller, contest.callee] != [REFERENCE; 2]);
        contests.sort_by_key(|one| {
            (one.caller != REFERENCE, one.caller, one.callee != REFERENCE, one.callee)
        });
        let detected = detected_in_family(contests.iter().map(|contest| &contest.compared));
        for (contest, detected) in contests.iter_mut().zip(detected) {
            contest.detected = detected;
        }
        contests
    }

    /// The quicker transport; none where they are not shown to differ.
    fn quicker(&self) -> Option<&'s str> {
        let is_http = self.compared.ratio.value < 1.0;
        self.detected.then_some(if is_http { self.by_http } else { self.by_rpc })
    }

    /// As `rest, grpc takes 2.84 times (1.79 to 4.51) as long`, below [`Contest::head`]; where they
    /// are not shown to differ, as `cannot tell: rest : grpc 0.840 times (0.612 to 1.15)`.
    pub(crate) fn said(&self) -> String {
        let Some(quicker) = self.quicker() else {
            let Self { by_http, by_rpc, compared, .. } = self;
            let ratio = times_with_interval(&compared.ratio);
            return format!("{}: {by_http} : {by_rpc} {ratio}", compared.words_in_family(false));
        };
        let (slower, longer) = if quicker == self.by_http {
            (self.by_rpc, self.compared.inverted())
        } else {
            (self.by_http, self.compared)
        };
        format!("{quicker}, {slower} takes {} as long", times_with_interval(&longer.ratio))
    }

    /// The head of a column of them.
    pub(crate) fn head(&self) -> String {
        format!("{} or {}", self.by_http, self.by_rpc)
    }

    fn pair(&self) -> String {
        pair(self.caller, self.callee)
    }
}

/// What the contests say in few words: the transport that is quicker wherever one is shown to be.
pub(crate) fn in_short(contests: &[Contest]) -> String {
    let mut quicker = contests.iter().filter_map(Contest::quicker);
    match quicker.next() {
        None => "cannot tell".to_owned(),
        Some(first) if quicker.any(|other| other != first) => "it depends on the pair".to_owned(),
        Some(first) if contests.iter().all(|one| one.detected) => first.to_owned(),
        Some(first) => format!("{first}, where it can be told"),
    }
}

/// Which of HTTP and RPC is quicker between which languages; none without a contest.
pub(crate) fn http_or_rpc(contests: &[Contest]) -> Option<String> {
    let Contest { by_http, by_rpc, .. } = contests.first()?;
    let of = |quicker: Option<&str>| -> Vec<String> {
        let of_it = contests.iter().filter(|contest| contest.quicker() == quicker);
        of_it.map(Contest::pair).collect()
    };
    let mut said = Vec::new();
    for [quicker, other] in [[*by_http, *by_rpc], [*by_rpc, *by_http]] {
        let pairs = of(Some(quicker));
        if pairs.len() == contests.len() && pairs.len() > 2 {
            said.push(format!("{quicker} is quicker than {other} for each pair of languages"));
        } else if !pairs.is_empty() {
            said.push(format!("{quicker} is quicker than {other} from {}", listed(&pairs)));
        }
    }
    let open = of(None);
    if !open.is_empty() {
        said.push(format!("{by_http} and {by_rpc} are not told apart from {}", listed(&open)));
    }
    Some(said.join("; "))
}

/// As `Go to Python`.
fn pair(caller: &str, callee: &str) -> String {
    format!("{} to {}", capital(caller), capital(callee))
}

fn is_between(row: &Row, caller: &str, callee: &str) -> bool {
    row.lane.caller == caller && row.lane.callee == callee
}

fn ratio(row: &Row, base: &Row) -> Option<String> {
    let compared = compare_single(row, base)?;
    Some(match compared.verdict() {
        Verdict::CannotTell => "cannot be told apart".to_owned(),
        _ => times_with_interval(&compared.ratio),
    })
}

/// A request through a server: the transport of its inner call, what of it that call is, and what
/// the first request is of it; none for the first one itself.
pub(crate) struct Request<'s> {
    pub(crate) inner_call: &'s str,
    pub(crate) share: Estimate,
    pub(crate) first_by_it: Option<Comparison>,
}

/// What of requests their inner calls are, and what another inner call changes.
pub(crate) fn inner_calls(requests: &[Request]) -> String {
    let shares: Vec<String> = requests
        .iter()
        .map(|request| format!("{} over {}", share(&request.share), request.inner_call))
        .collect();
    let mut said =
        format!("Of the time of a request the inner call alone takes {}", listed(&shares));
    let Some(first) = requests.first() else { return said };
    let others: Vec<String> = requests.iter().filter_map(changed).collect();
    if !others.is_empty() {
        said += &format!(
            ". With an inner call over {}, the whole request takes {}",
            first.inner_call,
            listed(&others)
        );
    }
    said + "."
}

/// What the whole request takes with the first inner call, against this one.
fn changed(request: &Request) -> Option<String> {
    let compared = request.first_by_it?;
    let over = request.inner_call;
    Some(match compared.verdict() {
        Verdict::CannotTell => format!("a time that is not told apart from that over {over}"),
        Verdict::Same => format!("the same as over {over} within 5 %"),
        _ => format!("{} as long as over {over}", times_with_interval(&compared.ratio)),
    })
}

/// What callers take without any boundary, by language: a call of an empty function, and a read of
/// the clock, ns.
pub(crate) fn floors(callers: &[(&str, f64, f64)]) -> String {
    let each = |of: fn(&(&str, f64, f64)) -> f64| -> Vec<String> {
        let said = callers.iter();
        said.map(|caller| format!("{} in {}", short::time(of(caller)), capital(caller.0)))
            .collect()
    };
    format!(
        "A call of an empty function takes {}; a read of the clock {}.",
        listed(&each(|(_, empty_call, _)| *empty_call)),
        listed(&each(|(_, _, clock_read)| *clock_read))
    )
}

/// A share with its interval, as `62 % (58 to 66 %)`.
pub(crate) fn share(of_it: &Estimate) -> String {
    let value = percent(of_it.value);
    match of_it.interval.map(|ends| [ends.low, ends.high].map(percent)) {
        Some([low, high]) => format!("{value} ({} to {high})", low.trim_end_matches(" %")),
        None => value,
    }
}
