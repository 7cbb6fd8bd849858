//! From which rate on a call within the process saves what one notices, beside one over a socket.

use crate::{
    say::listed,
    stats::{estimates::Estimate, units::count},
};

/// The share of a core that one notices.
const NOTICED: f64 = 0.05;
const NS_PER_S: f64 = 1e9;

/// A lane into a library within the process, a socket in its place, and from which rate on the
/// socket's calls keep a noticed share of a core busier.
pub(crate) struct HotCalls<'l> {
    lane: &'l str,
    socket: &'l str,
    /// CPU time of both sides that a call over the socket takes more, ns: all of its interval is
    /// above 0.
    more_cpu: Estimate,
}

impl<'l> HotCalls<'l> {
    /// None where the socket is not shown to take more.
    pub(crate) fn of(lane: &'l str, socket: &'l str, more_cpu: Estimate) -> Option<Self> {
        let is_shown = more_cpu.interval.is_some_and(|ends| ends.low > 0.0);
        is_shown.then_some(Self { lane, socket, more_cpu })
    }

    /// Calls per second, to two digits, as `4,100 calls/s (3,900 to 4,400)`.
    pub(crate) fn rate(&self) -> String {
        let per_s = |ns: f64| count(two_digits(NOTICED * NS_PER_S / ns));
        let value = per_s(self.more_cpu.value);
        let ends = self.more_cpu.interval.map(|ends| [ends.high, ends.low].map(per_s));
        match ends {
            Some([low, high]) => format!("{value} calls/s ({low} to {high})"),
            None => format!("{value} calls/s"),
        }
    }
}

/// A rate is known no finer than what it rests on.
fn two_digits(rate: f64) -> u64 {
    let scale = 10_f64.powf(rate.log10().floor() - 1.0);
    ((rate / scale).round() * scale).round() as u64
}

/// From which rate on a library in the process saves a share of a core that one notices: the first
/// lane beside each socket; none where none is told.
pub(crate) fn sentence(lanes: &[HotCalls]) -> Option<String> {
    let mut sockets: Vec<&str> = Vec::new();
    let mut said: Vec<String> = Vec::new();
    for one in lanes {
        let HotCalls { lane, socket, .. } = one;
        if !sockets.contains(socket) {
            sockets.push(socket);
            said.push(format!("{socket} from {} on, against {lane}", one.rate()));
        }
    }
    (!said.is_empty()).then(|| {
        let told = listed(&said);
        format!("Called often, a socket takes 5 % of a core more than a library: {told}.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::estimates::Interval;

    fn of(lane: &'static str, socket: &'static str, ends: [f64; 2]) -> Option<HotCalls<'static>> {
        let [low, high] = ends;
        let interval = Some(Interval { low, high });
        let more_cpu = Estimate { value: (low + high) / 2.0, interval, ..Estimate::default() };
        HotCalls::of(lane, socket, more_cpu)
    }

    #[test]
    fn five_percent_of_a_core_are_so_many_calls_of_what_each_takes_more() {
        let hot = of("a/x/c", "a/uds/rust", [9_000.0, 11_000.0]).expect("shown");
        assert_eq!(hot.rate(), "5,000 calls/s (4,500 to 5,600)");
    }

    #[test]
    fn what_is_not_shown_to_take_more_has_no_rate() {
        assert!(of("a/x/c", "a/uds/rust", [-1.0, 9_000.0]).is_none());
        assert!(sentence(&[]).is_none());
    }

    #[test]
    fn the_first_lane_beside_each_socket_is_said() {
        let ends = [9_000.0, 11_000.0];
        let lanes = [("a/x/c", "a/uds/rust"), ("a/y/c", "a/uds/rust"), ("b/x/c", "b/uds/rust")];
        let lanes: Vec<HotCalls> =
            lanes.iter().filter_map(|(lane, socket)| of(lane, socket, ends)).collect();
        let said = sentence(&lanes).expect("two");
        assert!(said.contains("a/x/c") && said.contains("b/x/c") && !said.contains("a/y/c"));
    }
}
