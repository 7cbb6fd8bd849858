//! The line that calls a callee, for a person who has just started it.

use crate::protocol::Endpoint;
use api::Spec;

/// A question in the contract's JSON, and where a callee that curl can read takes it.
const QUESTION: &str = r#"{"userId":"user_3","maxResults":3}"#;
const PATH: &str = "/recommendations";

/// The command that calls what listens at this endpoint: curl where that can, else this program.
pub(crate) fn how_to_call(spec: &Spec, endpoint: &str) -> String {
    let (lane, curl) = (spec.transport, format!("curl -d '{QUESTION}'"));
    if !spec.properties.readable_with_curl {
        return format!("tollgate call {lane} --endpoint {endpoint}");
    }
    match Endpoint::parse(endpoint) {
        Endpoint::Unix(socket) => {
            let socket = socket.display();
            format!("{curl} --unix-socket {socket} http://localhost{PATH}")
        }
        _ => format!("{curl} {}{PATH}", endpoint.trim_end_matches('/')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lane: &str, endpoint: &str) -> String {
        let lanes = crate::lanes();
        let spec = lanes.specs().find(|spec| spec.transport == lane).expect("it is there");
        how_to_call(spec, endpoint)
    }

    #[test]
    fn a_callee_is_called_by_curl_where_that_can_read_it_and_else_by_this_program() {
        let curl = r#"curl -d '{"userId":"user_3","maxResults":3}'"#;
        assert_eq!(
            said("rest", "http://127.0.0.1:8080"),
            format!("{curl} http://127.0.0.1:8080/recommendations")
        );
        assert_eq!(
            said("rest-uds", "unix:/tmp/callee.sock"),
            format!("{curl} --unix-socket /tmp/callee.sock http://localhost/recommendations")
        );
        assert_eq!(
            said("grpc", "http://127.0.0.1:8080"),
            "tollgate call grpc --endpoint http://127.0.0.1:8080"
        );
    }
}
