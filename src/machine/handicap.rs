//! A handicap that is compiled into a build, so that `run --against` has something to find:
//! `TOLLGATE_HANDICAP_NS=LANE=NS,..` in the environment of the compiler makes every single call
//! over a lane take so much longer in its caller. `doctor` and every record say so. Any other build
//! has nothing of it in a call.

use std::time::Duration;

/// As the compiler was given it; build.rs has refused what is not `LANE=NS,..`.
pub(crate) fn compiled_in() -> Option<&'static str> {
    option_env!("TOLLGATE_HANDICAP_NS").filter(|given| !given.is_empty())
}

/// What a call over this transport takes longer: as compiled in, and as a visit asks.
pub(crate) fn of(transport: &str, asked: Option<Duration>) -> Option<Duration> {
    let compiled = compiled_in()
        .and_then(|given| ns_of(given, transport))
        .map(Duration::from_nanos);
    match (asked, compiled) {
        (Some(asked), Some(compiled)) => Some(asked + compiled),
        (asked, compiled) => asked.or(compiled),
    }
}

fn ns_of(given: &str, transport: &str) -> Option<u64> {
    let mut lanes = given.split(',').filter_map(|lane| lane.split_once('='));
    lanes.find(|(name, _)| *name == transport)?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handicap_is_that_of_its_lane_and_of_no_other() {
        let ns = |lane| ns_of("tcp=150,uds=200", lane);
        assert_eq!(
            (ns("uds"), ns("tcp"), ns("ud"), ns("rest")),
            (Some(200), Some(150), None, None)
        );
    }

    #[test]
    fn a_build_without_one_slows_nothing_that_was_not_asked_for() {
        if compiled_in().is_none() {
            assert_eq!(of("uds", None), None);
            assert_eq!(of("uds", Some(Duration::from_nanos(7))), Some(Duration::from_nanos(7)));
        }
    }
}
