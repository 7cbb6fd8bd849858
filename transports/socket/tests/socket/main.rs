//! Every lane that this crate registers, against callees of its own and against sockets that behave
//! badly. What any lane must do is the conformance suite's; here is what these can get wrong in
//! their own way. Each test is written once and runs on all of them.

mod faults;
mod lanes;
mod places;
mod settings;
mod waits;
