//! That the header, the table of errors and the Rust structs say the same.

use api::{ErrorKind, status_of};

const HEADER: &str = include_str!("../../../../fixtures/contract/tollgate.h");

/// The value of a `#define`.
fn defined(name: &str) -> i64 {
    let line = HEADER
        .lines()
        .find_map(|line| line.strip_prefix("#define ")?.strip_prefix(name)?.strip_prefix(' '));
    let value = line
        .unwrap_or_else(|| panic!("{name} is not defined"))
        .split("/*")
        .next()
        .unwrap_or_default();
    let value = value.trim().trim_start_matches('(').trim_end_matches([')', 'u']);
    let parsed = value
        .strip_prefix("0x")
        .map_or_else(|| value.parse(), |hex| i64::from_str_radix(hex, 16));
    parsed.unwrap_or_else(|_| panic!("{name} is {value}"))
}

#[test]
fn the_header_has_the_codes_of_the_table() {
    for kind in ErrorKind::ALL {
        let name = format!("TG_{}", kind.name().to_uppercase());
        assert_eq!(defined(&name), i64::from(status_of(kind).c), "{name}");
    }
}

#[test]
fn the_header_has_the_constants_of_the_rust_side() {
    for (name, ours) in [
        ("TG_MAGIC", i64::from(abi::MAGIC)),
        ("TG_ABI_VERSION", i64::from(abi::VERSION)),
        ("TG_OK", i64::from(abi::OK)),
        ("TG_BUFFER_TOO_SMALL", i64::from(abi::BUFFER_TOO_SMALL)),
        ("TG_ENGINE_STUB", i64::from(abi::ENGINE_STUB)),
        ("TG_ENGINE_CATALOG", i64::from(abi::ENGINE_CATALOG)),
        ("TG_ENGINE_WRONG", i64::from(abi::ENGINE_WRONG)),
        ("TG_SERVICE_NONE", i64::from(abi::SERVICE_NONE)),
        ("TG_SERVICE_SLEEP", i64::from(abi::SERVICE_SLEEP)),
        ("TG_SERVICE_SPIN", i64::from(abi::SERVICE_SPIN)),
    ] {
        assert_eq!(defined(name), ours, "{name}");
    }
    assert_eq!(abi::MAGIC.to_le_bytes(), *b"TGAB");
}

#[test]
fn the_header_lists_the_structs_in_the_order_of_their_sizes() {
    let info = HEADER.split("typedef struct tg_abi_info").nth(1).expect("is there");
    let listed: Vec<&str> = info
        .split('}')
        .next()
        .unwrap_or_default()
        .lines()
        .filter_map(|line| line.trim().strip_prefix("uint32_t sizeof_")?.strip_suffix(';'))
        .collect();
    let ours: Vec<&str> =
        abi::STRUCTS.iter().map(|(name, _)| name.trim_start_matches("tg_")).collect();
    assert_eq!(listed, ours);
}

/// The fields between `start` and the next closing brace, without comments.
fn fields<'a>(text: &'a str, start: &str) -> Vec<&'a str> {
    let body = text
        .split(start)
        .nth(1)
        .and_then(|rest| rest.split('}').next())
        .expect("is there");
    body.lines()
        .filter_map(|line| line.split(';').next())
        .map(str::trim)
        .filter(|line| line.len() > 1)
        .collect()
}

#[test]
fn the_header_asks_and_answers_what_the_contract_does() {
    let proto = fixtures::RECOMMENDATIONS_PROTO;
    assert_eq!(
        fields(proto, "message RecommendationRequest "),
        ["string user_id = 1", "int32 max_results = 2"]
    );
    assert_eq!(
        fields(HEADER, "struct tg_request "),
        ["const char *user_id", "size_t user_id_len", "int32_t max_results"]
    );
    assert_eq!(
        fields(proto, "message RecommendationResponse "),
        ["repeated string product_ids = 1"]
    );
    assert_eq!(
        fields(HEADER, "struct tg_reply "),
        [
            "char *text",
            "size_t text_cap",
            "size_t text_len",
            "uint32_t *ends",
            "size_t ends_cap",
            "size_t ends_len"
        ]
    );
}
