//! What the reader of sources sees in a small crate that is written here, so that a rule which
//! passes is known to have looked.

use std::{fs, path::Path};
use tidy::{
    arrows::{between_rooms, circles_of_files, circles_of_folders},
    functions, lane_names,
    modules::{Arrow, Crate},
    plan, sources,
};

/// Writes these files into a folder and reads them as a crate.
fn arrows_of(files: &[(&str, &str)]) -> Vec<Arrow> {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("made");
        fs::write(path, text).expect("written");
    }
    Crate::read(folder.path()).expect("it is Rust").arrows()
}

fn written(arrows: &[Arrow]) -> Vec<String> {
    let one = |a: &Arrow| format!("{}:{} -> {} {}", a.from, a.line, a.to, a.name);
    arrows.iter().map(one).collect()
}

const LIB: (&str, &str) = ("lib.rs", "mod a;\nmod b;\n");

#[test]
fn an_import_is_an_arrow_to_the_file_that_defines_what_is_imported() {
    let arrows = arrows_of(&[
        LIB,
        ("a.rs", "use crate::b::{Thing,\n    deep::More};\nfn f(_: Thing, _: More) {}\n"),
        ("b/mod.rs", "pub mod deep;\npub use deep::Thing;\n"),
        ("b/deep.rs", "pub struct Thing;\npub struct More;\n"),
    ]);
    let expected = ["a.rs:1 -> b/deep.rs Thing", "a.rs:2 -> b/deep.rs More"];
    let of_a: Vec<String> =
        written(&arrows).into_iter().filter(|a| a.starts_with("a.rs")).collect();
    assert_eq!(of_a, expected);
}

#[test]
fn paths_in_code_in_macros_and_behind_an_imported_module_are_seen() {
    let arrows = arrows_of(&[
        LIB,
        (
            "a.rs",
            "use crate::b;\nfn f() {\n    b::one();\n    println!(\"{}\", crate::b::TWO);\n    \
             super::b::three();\n}\n",
        ),
        ("b.rs", "pub fn one() {}\npub const TWO: u8 = 2;\npub fn three() {}\n"),
    ]);
    let expected = ["a.rs:3 -> b.rs one", "a.rs:4 -> b.rs TWO", "a.rs:5 -> b.rs three"];
    assert_eq!(written(&arrows), expected);
}

#[test]
fn tests_and_comments_and_texts_make_no_arrow() {
    let arrows = arrows_of(&[
        LIB,
        (
            "a.rs",
            "// crate::b::One\nconst T: &str = \"crate::b::One\";\n#[cfg(test)]\nmod tests {\n    \
             use crate::b::One;\n}\n",
        ),
        ("b.rs", "pub struct One;\n"),
    ]);
    assert_eq!(written(&arrows), [""; 0]);
}

#[test]
fn circles_are_found_among_files_and_among_folders() {
    let arrows = arrows_of(&[
        LIB,
        ("a/mod.rs", "pub mod x;\npub mod y;\n"),
        ("a/x.rs", "use crate::b::z::Z;\npub struct X(Z);\n"),
        ("a/y.rs", "pub struct Y;\n"),
        ("b/mod.rs", "pub mod z;\n"),
        ("b/z.rs", "use crate::a::y::Y;\npub struct Z(Y);\n"),
    ]);
    // The folders reach each other, their files do not.
    assert_eq!(circles_of_folders(&arrows), [["a", "b"]]);
    assert_eq!(circles_of_files(&arrows), [[""; 0]; 0]);
    assert_eq!(between_rooms(&arrows).len(), 2);
    let arrows = arrows_of(&[
        LIB,
        ("a.rs", "use crate::b::B;\npub struct A(B);\n"),
        ("b.rs", "use crate::a::A;\npub struct B(Box<A>);\n"),
    ]);
    assert_eq!(circles_of_files(&arrows), [["a.rs", "b.rs"]]);
}

#[test]
fn the_table_of_rooms_is_read_from_its_own_heading() {
    let document = "# A\n## `src/`\n\n| room | what | may import |\n|---|---|---|\n\
                    | `a/` | does | `b`, `c` |\n| `b/` | does | nothing |\n## `other/`\n| `d` | | \
                    |\n";
    let rooms = plan::may_import(document, "src/").expect("it is there");
    assert_eq!(rooms.keys().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(rooms["a"].iter().collect::<Vec<_>>(), ["b", "c"]);
    assert!(rooms["b"].is_empty());
    assert!(plan::may_import(document, "nowhere/").is_err());
}

#[test]
fn a_function_is_as_long_as_from_its_head_to_its_brace() {
    let text = "struct S;\nimpl S \
    {\n    /// Words.\n    fn long(\n        &self,\n    ) {\n        \
                fn inner() {}\n    }\n}\n";
    let file = syn::parse_file(text).expect("Rust");
    let found: Vec<(String, usize, usize)> =
        functions::of(&file).into_iter().map(|f| (f.name, f.line, f.lines)).collect();
    assert_eq!(found, [("long".to_owned(), 4, 5), ("inner".to_owned(), 7, 1)]);
}

/// The texts of this file that name one of two lanes, each with its line.
fn named_in(text: &str) -> Vec<(usize, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.rs"), text).expect("written");
    let transports = ["grpc", "uds"].map(str::to_owned).into();
    let read = sources::rust(folder.path()).expect("it is Rust");
    let found = lane_names::texts_of_lanes(&read[0], &transports);
    found.into_iter().map(|named| (named.line, named.text)).collect()
}

#[test]
fn a_text_that_is_the_name_of_a_lane_is_seen_wherever_code_can_hold_it() {
    let code = "const A: &str = \"grpc\";\nfn f() {\n    let b = [\"uds\", \"other\"];\n    \
                println!(\"{b}\", b = \"uds,grpc\");\n    g(\"over rust/uds/rust alone\");\n}\n";
    let expected = [(1, "grpc"), (3, "uds"), (4, "uds,grpc"), (5, "over rust/uds/rust alone")];
    assert_eq!(named_in(code), expected.map(|(line, text)| (line, text.to_owned())));
}

#[test]
fn prose_tests_comments_and_other_paths_name_no_lane() {
    let code = "//! grpc\n/// uds\n#[cfg(feature = \"grpc\")]\nconst A: &str = \"gRPC is quick\";\n\
                const B: &str = \"the uds that wait\";\nconst C: &str = \"src/uds.rs\";\n\
                #[cfg(test)]\nmod tests {\n    const D: &str = \"grpc\";\n}\n";
    assert_eq!(named_in(code), []);
}
