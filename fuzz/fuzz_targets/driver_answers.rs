//! A line that a driver says, read as the answer to every order.
#![no_main]

libfuzzer_sys::fuzz_target!(|line: &[u8]| tollgate::fuzzing::driver_answers(line));
