//! Generates the service stubs of the contract. The messages are those of `codec`, generated once for all transports.

use std::{env, error::Error, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let contract = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../fixtures/contract");
    println!("cargo::rerun-if-changed={}", contract.display());
    let descriptors = protox::compile(["recommendations.proto", "tollgate.proto"], [&contract])?;
    tonic_prost_build::configure()
        .extern_path(".recommendations", "::codec::recommendations")
        .extern_path(".tollgate", "::codec::tollgate")
        .codec_path("crate::message_codec::MessageCodec")
        .build_transport(false)
        .compile_fds(descriptors)?;
    Ok(())
}
