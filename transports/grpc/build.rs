//! Generates the service stubs of the contract. The messages are those of `codec`, generated once
//! for all transports.

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let contract = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../fixtures/contract");
    println!("cargo::rerun-if-changed={}", contract.display());
    let descriptors = protox::compile(["recommendations.proto", "tollgate.proto"], [&contract])?;
    let stubs = || {
        tonic_prost_build::configure()
            .extern_path(".recommendations", "::codec::recommendations")
            .extern_path(".tollgate", "::codec::tollgate")
            .build_transport(false)
    };
    stubs()
        .codec_path("crate::message_codec::MessageCodec")
        .compile_fds(descriptors.clone())?;
    // The stubs as they come, for the loop that this lane is set against (examples/minimal.rs).
    let as_they_come = PathBuf::from(env::var("OUT_DIR")?).join("as_they_come");
    fs::create_dir_all(&as_they_come)?;
    stubs().out_dir(as_they_come).compile_fds(descriptors)?;
    Ok(())
}
