//! What anybody who speaks HTTP sees: questions by hand, problem documents and the OpenAPI
//! document.

use crate::caller::{DEADLINE, subject};
use prost::Message;
use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::TcpStream,
};

/// One exchange as curl would have it: the head, and the body.
fn exchange(endpoint: &str, head: &str, body: &str) -> (String, String) {
    let address = endpoint.strip_prefix("http://").expect("HTTP");
    let mut socket = TcpStream::connect(address).expect("is there");
    socket.set_read_timeout(Some(DEADLINE)).expect("a timeout");
    let length = body.len();
    let words =
        format!("{head}\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
    socket.write_all(words.as_bytes()).expect("sends");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    (head.to_owned(), body.to_owned())
}

#[test]
fn every_error_is_a_problem_document() {
    let callee = subject("rest").stub();
    for (head, body, status, kind) in [
        ("POST /recommendations", r#"{"maxResults":-1}"#, 422, "invalid_argument"),
        ("POST /recommendations", r#"{"maxResults":1001}"#, 413, "too_large"),
        ("POST /recommendations", "{", 400, "malformed"),
        ("POST /recommendations", "", 400, "malformed"),
        ("POST /recommendations", "[]", 400, "malformed"),
        ("POST /recommendations", r#"{"maxResults":"many"}"#, 400, "malformed"),
        ("POST /recommendations:batch", "[]", 400, "malformed"),
        ("GET /recommendations", "", 405, "unsupported"),
        ("POST /nowhere", "", 404, "unsupported"),
    ] {
        let (head, body) = exchange(&callee.endpoint, &format!("{head} HTTP/1.1"), body);
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{head}");
        assert!(head.contains("content-type: application/problem+json"), "{head}");
        let problem: serde_json::Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(
            (&problem["status"], &problem["type"]),
            (&status.into(), &format!("urn:tollgate:error:{kind}").into())
        );
        assert!(
            !problem["title"].as_str().unwrap_or("").is_empty()
                && !problem["detail"].as_str().unwrap_or("").is_empty()
        );
    }
}

#[test]
fn a_question_may_be_asked_by_hand_and_its_durations_with_it() {
    let callee = subject("rest").stub();
    let question = r#"{"user_id":"u","maxResults":2}"#;
    let answer = r#"{"productIds":["product_0","product_1"]}"#;
    let (head, body) = exchange(&callee.endpoint, "POST /recommendations HTTP/1.1", question);
    assert!(head.starts_with("HTTP/1.1 200 ") && body == answer, "{head} {body}");
    assert!(!head.contains("server-timing"), "nobody asked for it: {head}");
    let (head, body) = exchange(
        &callee.endpoint,
        "POST /recommendations HTTP/1.1\r\ntollgate-stamp: 1",
        question,
    );
    assert!(head.contains("server-timing: decode;dur=") && body == answer, "{head} {body}");
}

#[test]
fn the_openapi_document_agrees_with_the_contract() {
    let callee = subject("rest").stub();
    let (head, body) = exchange(&callee.endpoint, "GET /openapi.json HTTP/1.1", "");
    assert!(head.contains("content-type: application/json") && body == rest::OPENAPI_JSON);
    let document: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    let contract =
        prost_types::FileDescriptorSet::decode(codec::DESCRIPTOR_SET).expect("ships with Tollgate");
    let file = contract
        .file
        .iter()
        .find(|file| file.package() == "recommendations")
        .expect("the workload");
    assert_eq!(file.message_type.len(), 4, "a question, an answer, and a batch of either");
    for message in &file.message_type {
        let properties =
            document["components"]["schemas"][message.name()]["properties"].as_object();
        let properties: BTreeSet<_> =
            properties.expect("a schema").keys().map(String::as_str).collect();
        let fields: BTreeSet<_> =
            message.field.iter().map(prost_types::FieldDescriptorProto::json_name).collect();
        assert!(!fields.is_empty(), "{}", message.name());
        assert_eq!(properties, fields, "{}", message.name());
    }
}
