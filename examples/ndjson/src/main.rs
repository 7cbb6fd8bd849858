//! A complete private Tollgate: every command, with one lane of this crate beside Tollgate's own.
//!
//! `cargo run -- conform tcp-ndjson` holds it to the suite; `cargo run --release -- run --lanes
//! inproc,tcp-ndjson` measures it.

mod client;
mod line;
mod mine;
mod server;

fn main() -> std::process::ExitCode {
    tollgate::main(tollgate::lanes().with(mine::lanes))
}
