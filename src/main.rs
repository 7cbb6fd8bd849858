//! The `tollgate` binary: the lanes of this repository, nothing else.

fn main() -> std::process::ExitCode {
    tollgate::main(tollgate::lanes())
}
