//! Version 1 of the protocol: it knew recommendations alone, and had other names for their size.
//! `peers/PROTOCOL.md` has what differs.

use crate::protocol::{Order, defaults::CALL};
use api::{CallError, ErrorKind};
use fixtures::WorkloadKind;
use serde_json::{Map, Value};

/// Fields by the name that they have now, and by that of version 1.
const RENAMED: [(&str, &str); 2] = [("size", "max_results"), ("first_size", "first_max_results")];
/// Fields that version 1 does not have, and what it always does in their place.
const ADDED: [(&str, &str); 2] =
    [("workload", WorkloadKind::Recommendations.name()), ("kind", CALL)];

/// The line that gives an order.
///
/// # Errors
/// `Unsupported` for what version 1 cannot say: another workload, another kind of call.
pub(crate) fn line_of(order: &Order) -> Result<String, CallError> {
    let mut order =
        serde_json::to_value(order).expect("orders are text, numbers and lists of them");
    if let Value::Object(fields) = &mut order {
        for (name, always) in ADDED {
            match fields.remove(name) {
                Some(value) if value != always => return Err(unsupported(name, &value)),
                _ => {}
            }
        }
        for (now, then) in RENAMED {
            rename(fields, now, then);
        }
    }
    Ok(order.to_string())
}

fn unsupported(name: &str, value: &Value) -> CallError {
    let value = value.as_str().unwrap_or_default();
    let detail = format!(
        "this driver speaks version 1 of the driver protocol, which has no {name} `{value}`: bring \
        it to version 2 (peers/PROTOCOL.md), or leave its lane out"
    );
    CallError::new(ErrorKind::Unsupported, detail)
}

/// The order in a line.
///
/// # Errors
/// The line is no order of version 1.
pub(crate) fn read(line: &str) -> serde_json::Result<Order> {
    let mut order: Value = serde_json::from_str(line)?;
    if let Value::Object(fields) = &mut order {
        for (name, _) in ADDED {
            fields.remove(name);
        }
        for (now, then) in RENAMED {
            fields.remove(now);
            rename(fields, then, now);
        }
    }
    serde_json::from_value(order)
}

fn rename(fields: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = fields.remove(from) {
        fields.insert(to.into(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Open, Version};

    const VISIT: &str = r#"{"op":"visit","id":1,"mode":"batched","items":16,"max_results":10,
        "first":96,"lead_in_calls":20,"lead_in_ms":5,"limit_ms":100,"group":null}"#;

    fn visit() -> crate::protocol::Visit {
        match Version::One.read(VISIT) {
            Ok(Order::Visit(visit)) => visit,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_order_of_version_1_asks_for_recommendations_and_is_written_as_it_was_read() {
        let visit = visit();
        assert_eq!((visit.workload.as_str(), visit.size), ("recommendations", 10));
        let line = line_of(&Order::Visit(visit)).expect("version 1 has words for it");
        let fields: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(fields, serde_json::from_str::<Value>(VISIT).expect("JSON"));
    }

    #[test]
    fn the_first_call_of_version_1_asks_for_so_many_ids() {
        let line = r#"{"op":"open","id":1,"transport":"uds","endpoint":"unix:/p","engine":"stub",
            "deadline_ms":5000,"golden":"/g","first_max_results":7}"#;
        let Ok(Order::Open(Open { workload, first_size, .. })) = read(line) else {
            panic!("it is an order");
        };
        assert_eq!((workload.as_str(), first_size), ("recommendations", Some(7)));
    }

    #[test]
    fn what_version_1_cannot_say_is_refused_with_the_cure() {
        let bytes = Order::Visit(crate::protocol::Visit { workload: "bytes".into(), ..visit() });
        let one_way = Order::Visit(crate::protocol::Visit { kind: "one-way".into(), ..visit() });
        for (order, what) in [(bytes, "workload `bytes`"), (one_way, "kind `one-way`")] {
            let error = Version::One.line_of(&order).expect_err("version 1 has no words for it");
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            for word in [what, "version 1", "bring it to version 2"] {
                assert!(error.detail().contains(word), "{error}");
            }
            Version::Two.line_of(&order).expect("version 2 has");
        }
    }

    #[test]
    fn a_size_by_the_name_of_the_other_version_is_no_size() {
        let renamed = VISIT.replace("max_results", "size");
        assert!(read(&renamed).is_err() && Version::Two.read(VISIT).is_err());
        Version::Two.read(&renamed).expect("an order of version 2");
    }
}
