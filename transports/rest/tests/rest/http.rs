//! What anybody who speaks HTTP sees: problem documents and the OpenAPI document.

use crate::caller::stub;
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
    let length = body.len();
    let words =
        format!("{head} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
    socket.write_all(words.as_bytes()).expect("sends");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    (head.to_owned(), body.to_owned())
}

#[test]
fn every_error_is_a_problem_document() {
    let endpoint = stub();
    for (head, body, status, kind) in [
        ("POST /recommendations", r#"{"maxResults":-1}"#, 422, "invalid_argument"),
        ("POST /recommendations", r#"{"maxResults":1001}"#, 413, "too_large"),
        ("POST /recommendations", "{", 400, "malformed"),
        ("POST /recommendations:batch", "[]", 400, "malformed"),
        ("GET /recommendations", "", 405, "unsupported"),
        ("POST /nowhere", "", 404, "unsupported"),
    ] {
        let (head, body) = exchange(&endpoint, head, body);
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
fn the_openapi_document_agrees_with_the_contract() {
    let (head, body) = exchange(&stub(), "GET /openapi.json", "");
    assert!(head.contains("content-type: application/json") && body == rest::OPENAPI_JSON);
    let document: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    let contract =
        prost_types::FileDescriptorSet::decode(codec::DESCRIPTOR_SET).expect("ships with Tollgate");
    let file = contract.file.iter().find(|file| file.package() == "recommendations").expect("the workload");
    for message in &file.message_type {
        let properties = document["components"]["schemas"][message.name()]["properties"].as_object();
        let properties: BTreeSet<_> = properties.expect("a schema").keys().map(String::as_str).collect();
        let fields: BTreeSet<_> =
            message.field.iter().map(prost_types::FieldDescriptorProto::json_name).collect();
        assert_eq!(properties, fields, "{}", message.name());
    }
}
