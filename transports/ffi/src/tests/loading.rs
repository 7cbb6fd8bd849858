//! That a library is held to the contract before it is called, and that a refusal says what was
//! found.

use super::lanes::{EncodedToRust, StructsToC, StructsToRust, old_reply};
use api::{EngineKind, EngineSource, ErrorKind, Reply, Request};
use std::{fs, path::Path, process::Command};
use tempfile::TempDir;

/// Builds a shared library from C source files with the compiler of the build script.
fn compile(folder: &TempDir, sources: &[&Path], flags: &[&str]) -> String {
    let library = folder.path().join("built.so");
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let contract = crate_folder.join("../../fixtures/contract");
    let mut command = Command::new(env!("TG_CC"));
    command.args([
        "-std=c11",
        "-shared",
        "-fPIC",
        "-Wall",
        "-Wextra",
        "-Wpedantic",
        "-Werror",
        "-I",
    ]);
    command
        .arg(contract)
        .args(flags)
        .arg("-o")
        .arg(&library)
        .args(sources)
        .current_dir(crate_folder);
    let output = command.output().expect("the compiler that built this crate runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    format!("lib:{}", library.display())
}

fn ours(folder: &TempDir, flags: &[&str]) -> String {
    compile(folder, &["c/tollgate.c", "c/catalog.c", "c/error.c"].map(Path::new), flags)
}

/// A library from a few lines of C.
fn small(folder: &TempDir, source: &str) -> String {
    let file = folder.path().join("small.c");
    fs::write(&file, source).expect("a temporary folder is writable");
    compile(folder, &[&file], &[])
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn shown(endpoint: &str) -> &str {
    endpoint.trim_start_matches("lib:")
}

const CURE: &str = "rebuild it against fixtures/contract/tollgate.h";

#[test]
fn a_library_in_a_file_answers_and_compiles_without_warnings() {
    let folder = folder();
    let endpoint = ours(&folder, &["-O1"]);
    for kind in EngineKind::ALL {
        let engine = EngineSource::embedded(kind);
        let mut from_file = StructsToC.open_at(&endpoint, &engine).expect("opens");
        let request = Request::new("user_7", 10);
        assert_eq!(from_file.ask(&request).ok(), StructsToC.open(&engine).ask(&request).ok());
    }
}

#[test]
fn the_embedded_bytes_are_a_library_for_others() {
    let folder = folder();
    let file = folder.path().join("libtollgate.so");
    fs::write(&file, crate::LIBRARY).expect("writes");
    let endpoint = format!("lib:{}", file.display());
    for lane in [StructsToC, StructsToRust] {
        let mut caller = lane
            .open_at(&endpoint, &EngineSource::embedded(EngineKind::Stub))
            .expect("opens");
        assert_eq!(caller.ask(&Request::new("u", 2)).expect("answers").get(1), "product_1");
    }
}

#[test]
fn a_library_without_the_functions_on_bytes_is_refused_where_they_are_needed() {
    let folder = folder();
    let (kind, detail) = EncodedToRust.refusal(&ours(&folder, &["-O1"]));
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(
        detail.contains("has no functions tg_call_protobuf and tg_batch_protobuf"),
        "{detail}"
    );
}

#[test]
fn a_missing_library_is_gone() {
    for path in ["/nowhere/lib.so", "", "libc.so.6"] {
        let (kind, detail) = StructsToC.refusal(&format!("lib:{path}"));
        assert_eq!(kind, ErrorKind::Gone, "{detail}");
        assert!(detail.starts_with(&format!("no library at {path} (No such file")), "{detail}");
    }
}

#[test]
fn an_endpoint_of_another_lane_is_unsupported() {
    let (kind, detail) = StructsToC.refusal("http://127.0.0.1:1");
    assert_eq!(kind, ErrorKind::Unsupported);
    assert_eq!(detail, "an endpoint of this lane is lib:/path or empty, not http://127.0.0.1:1");
}

#[test]
fn a_text_file_is_no_shared_library() {
    let folder = folder();
    let file = folder.path().join("notes.txt");
    fs::write(
        &file,
        "not a library, however long the text may be: it has no header that a loader knows",
    )
    .expect("writes");
    for path in [&*file, folder.path()] {
        let (kind, detail) = StructsToC.refusal(&format!("lib:{}", path.display()));
        assert_eq!(kind, ErrorKind::Unsupported);
        assert!(
            detail
                .starts_with(&format!("{} is no shared library for this machine", path.display())),
            "{detail}"
        );
        assert!(detail.ends_with(CURE), "{detail}");
    }
}

#[test]
fn a_library_without_tg_abi_is_no_tollgate_library() {
    let folder = folder();
    let endpoint = small(&folder, "int tg_other(void); int tg_other(void) { return 1; }");
    let wanted =
        format!("{} is no Tollgate library, it has no function tg_abi: {CURE}", shown(&endpoint));
    assert_eq!(StructsToC.refusal(&endpoint), (ErrorKind::Unsupported, wanted));
}

#[test]
fn an_outdated_library_says_its_version() {
    let folder = folder();
    let endpoint = ours(&folder, &["-DTG_ABI_VERSION=0"]);
    let wanted =
        format!("{} is ABI version 0, this program speaks version 1: {CURE}", shown(&endpoint));
    assert_eq!(StructsToC.refusal(&endpoint), (ErrorKind::Unsupported, wanted));
}

#[test]
fn a_library_that_only_pretends_is_refused() {
    let head = "#include \"tollgate.h\"\n";
    let sizes = "sizeof(tg_abi_info), sizeof(tg_request), 40, sizeof(tg_limits), \
    sizeof(tg_matrix), \
                 sizeof(tg_config), sizeof(tg_stamps)";
    let right = sizes.replace("40", "sizeof(tg_reply)");
    let says = |values: &str| {
        format!(
            "{head}const tg_abi_info *tg_abi(void) \
            {{ static const tg_abi_info i = {{{values}}}; return &i; }}"
        )
    };
    for (source, found) in [
        (
            format!("{head}const tg_abi_info *tg_abi(void) {{ return NULL; }}"),
            "says nothing of its ABI",
        ),
        (
            says("7, 1, 0, 0, 0, 0, 0, 0, 0"),
            "is no Tollgate library, its tg_abi answers the magic 0x00000007",
        ),
        (
            says(&format!("TG_MAGIC, 1, {sizes}")),
            "has a tg_reply of 40 bytes, this program of 48",
        ),
        (
            says(&format!("TG_MAGIC, 1, {right}")),
            "is no Tollgate library, it has no function tg_open",
        ),
    ] {
        let folder = folder();
        let endpoint = small(&folder, &source);
        let wanted = format!("{} {found}: {CURE}", shown(&endpoint));
        assert_eq!(StructsToC.refusal(&endpoint), (ErrorKind::Unsupported, wanted));
    }
}

/// A library that keeps the layout and breaks its promises: `open` and `call` are the bodies of
/// these functions.
fn rogue(open: &str, call: &str) -> String {
    format!(
        "#include \"tollgate.h\"\n
         const tg_abi_info *tg_abi(void) {{
             static const tg_abi_info i = \
             {{TG_MAGIC, TG_ABI_VERSION, sizeof(tg_abi_info), sizeof(tg_request),
                 sizeof(tg_reply), sizeof(tg_limits), sizeof(tg_matrix), sizeof(tg_config), \
                 sizeof(tg_stamps)}};
             return &i; }}
         int32_t tg_open(const tg_config *c, tg_engine **engine) {{ (void)c; {open} }}
         void tg_close(tg_engine *e) {{ (void)e; }}
         static int32_t call(tg_reply *reply) {{ {call} }}
         int32_t tg_call(tg_engine *e, const tg_request *q, tg_reply *r) \
         {{ (void)e; (void)q; return call(r); }}
         int32_t tg_call_stamped(tg_engine *e, const tg_request *q, tg_reply *r, tg_stamps *s) {{
             (void)e; (void)q; (void)s; return call(r); }}
         int32_t tg_batch(tg_engine *e, const tg_request *q, tg_reply *r, size_t n) {{
             (void)e; (void)q; return n > 0 ? call(r) : TG_OK; }}
         int32_t tg_echo(tg_engine *e, const uint8_t *p, size_t n, uint8_t *b, size_t m) {{
             (void)e; (void)p; (void)n; (void)b; (void)m; return TG_UNSUPPORTED; }}
         size_t tg_last_error(char *text, size_t cap) \
         {{ if (cap > 0) {{ text[0] = 'x'; }} return 1; }}"
    )
}

const OPENS: &str = "static int any; *engine = (tg_engine *)&any; return TG_OK;";

#[test]
fn a_null_engine_never_escapes() {
    for (open, kind) in [
        ("*engine = NULL; return TG_OK;", ErrorKind::Internal),
        ("(void)engine; return TG_UNSUPPORTED;", ErrorKind::Unsupported),
        ("(void)engine; return 99;", ErrorKind::Internal),
    ] {
        let folder = folder();
        assert_eq!(
            StructsToC
                .refusal(&small(&folder, &rogue(open, "(void)reply; return TG_OK;")))
                .0,
            kind
        );
    }
}

#[test]
fn an_answer_that_is_none_ends_the_connection_or_the_call() {
    for (call, kind) in [
        ("reply->text_len = reply->text_cap + 1; return TG_OK;", ErrorKind::Malformed),
        ("reply->ends_len = (size_t)-1; return TG_OK;", ErrorKind::Malformed),
        ("reply->text_len = (size_t)-1; return TG_BUFFER_TOO_SMALL;", ErrorKind::TooLarge),
        ("reply->text_len = 1; return TG_BUFFER_TOO_SMALL;", ErrorKind::Internal),
        (
            "if (reply->text_cap == 0 || reply->ends_cap == 0) \
            { reply->text_len = reply->ends_len = 1; return 1; }
             reply->text[0] = (char)0xff; reply->ends[0] = 1; reply->text_len = reply->ends_len = \
             1; return 0;",
            ErrorKind::Malformed,
        ),
        ("reply->text_len = 0; return TG_GONE;", ErrorKind::Gone),
        ("reply->text_len = 0; return -77;", ErrorKind::Internal),
    ] {
        let folder = folder();
        let endpoint = small(&folder, &rogue(OPENS, call));
        let open = || {
            StructsToC
                .open_at(&endpoint, &EngineSource::embedded(EngineKind::Stub))
                .expect("opens")
        };
        let request = Request::new("u", 1);
        let mut caller = open();
        assert_eq!(caller.refused(&request).kind(), kind, "{call}");
        let next = if kind.ends_connection() { ErrorKind::Gone } else { kind };
        assert_eq!(caller.refused(&request).kind(), next, "{call}");
        let mut replies = vec![old_reply(); 2];
        let outcome = open().batch(&[request.clone(), request], &mut replies);
        assert_eq!(outcome.expect_err(call).kind(), kind, "{call}");
        assert!(replies.iter().all(Reply::is_empty));
    }
}
