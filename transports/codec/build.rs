//! Generates the messages of the contract once for all transports: protobuf by prost, and on the
//! same types the proto3 JSON mapping by serde attributes derived from the contract.

use prost::Message;
use prost_types::{FileDescriptorSet, field_descriptor_proto::Type};
use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let contract = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../fixtures/contract");
    println!("cargo::rerun-if-changed={}", contract.display());
    let descriptors = protox::compile(["recommendations.proto", "tollgate.proto"], [&contract])?;
    fs::write(
        PathBuf::from(env::var("OUT_DIR")?).join("contract.bin"),
        descriptors.encode_to_vec(),
    )?;
    let mut config = prost_build::Config::new();
    map_to_json(&mut config, &descriptors);
    config.compile_fds(descriptors)?;
    Ok(())
}

/// Names in lowerCamelCase, the original name accepted too; an absent or null field is its default
/// and a default is not written; int32 may come as text. Source: protobuf.dev, "ProtoJSON Format".
fn map_to_json(config: &mut prost_build::Config, descriptors: &FileDescriptorSet) {
    let files = descriptors.file.iter().filter(|file| file.package() == "recommendations");
    for (file, message) in
        files.flat_map(|file| file.message_type.iter().map(move |message| (file, message)))
    {
        let path = format!(".{}.{}", file.package(), message.name());
        config.type_attribute(&path, "#[derive(::serde::Serialize, ::serde::Deserialize)]");
        config.type_attribute(&path, "#[serde(rename_all = \"camelCase\", default)]");
        for field in &message.field {
            let read = match field.r#type() {
                Type::Int32 => "int32",
                Type::Message => "messages",
                _ => "or_default",
            };
            config.field_attribute(
                format!("{path}.{}", field.name()),
                format!(
                    "#[serde(alias = \"{}\", deserialize_with = \"crate::json::{read}\", \
                     skip_serializing_if = \"crate::json::is_default\")]",
                    field.name()
                ),
            );
        }
    }
}
