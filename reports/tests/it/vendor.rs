//! Vendored code is what it says it is, and the policy of the page names it.

use crate::assertions::some;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::Path;

fn vendor() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("template/vendor")
}

#[test]
fn every_vendored_file_has_its_listed_hash() {
    let list = std::fs::read_to_string(vendor().join("SHA256SUMS")).expect("the list is committed");
    let mut listed = vec!["SHA256SUMS".to_owned()];
    for line in some(list.lines(), "vendored files") {
        let (hash, name) = line.split_once("  ").expect("a hash, two spaces, a name");
        let bytes = std::fs::read(vendor().join(name)).expect("a listed file exists");
        let actual = Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("a String takes everything");
            hex
        });
        assert_eq!(actual, hash, "{name} was changed");
        listed.push(name.to_owned());
    }
    for file in std::fs::read_dir(vendor()).expect("the folder exists") {
        let name = file.expect("readable").file_name().into_string().expect("plain names");
        assert!(listed.contains(&name), "{name} is not in SHA256SUMS");
    }
}

#[test]
fn the_style_that_plot_inserts_is_the_one_the_policy_admits() {
    let plot = std::fs::read_to_string(vendor().join("plot-0.6.17.umd.min.js")).expect("committed");
    let class = "plot-d6a7b5";
    assert!(plot.contains(class), "Plot changed the class of its charts");
    // In the library the class is filled in three times; the text between is literal.
    let plain = plot.replace("\\n", "\n");
    let literal = reports::STYLE_OF_PLOT.split(class).filter(|part| !part.is_empty());
    for part in some(literal, "parts of the style") {
        assert!(plain.contains(part), "Plot's style no longer holds {part:?}");
    }
}
