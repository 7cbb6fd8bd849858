//! How many connections a callee serves at once.

use crate::lanes::{AGES, all, connect, kind, numbered};
use api::{ErrorKind, Request};
use std::time::Instant;

/// Lane after lane: all at once would need more descriptors than a process is given.
#[test]
fn a_connection_above_the_bound_is_closed_at_once_and_a_place_is_free_again_when_left() {
    for lane in all() {
        let at = lane.callee();
        // Accepted in the order in which they come.
        let places: Vec<_> = (0..256).map(|_| connect(&at.endpoint).expect("a place")).collect();
        let error = lane.open(&at.endpoint, AGES).err().expect("no place");
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        drop(places);
        let start = Instant::now();
        let mut caller = loop {
            match lane.open(&at.endpoint, AGES) {
                Ok(caller) => break caller,
                Err(error) => assert!(start.elapsed() < AGES, "{}: {error}", lane.spec.transport),
            }
        };
        assert_eq!(caller.call(&Request::new("u", 1)).expect("answers"), numbered(1));
        assert_eq!(kind(caller.raw(b"\xff\xff\xff\xff")), ErrorKind::Malformed);
    }
}
