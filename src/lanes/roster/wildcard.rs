//! Groups of lanes by a form of their names, as `grpc*`.

/// True when the name is of the form, in which `*` stands for any text.
pub(crate) fn matches(form: &str, name: &str) -> bool {
    let Some((head, rest)) = form.split_once('*') else { return form == name };
    let Some(tail) = name.strip_prefix(head) else { return false };
    // The star may stand for nothing, for all of it, and for anything in between.
    let mut ends = tail.char_indices().map(|(at, _)| at).chain([tail.len()]);
    ends.any(|at| matches(rest, &tail[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (form, name) in [
            ("grpc*", "grpc"),
            ("grpc*", "grpc-uds"),
            ("*uds*", "grpc-uds"),
            ("*", ""),
            ("a*b*c", "abbc"),
        ] {
            assert!(matches(form, name), "{form} {name}");
        }
        for (form, name) in [
            ("grpc*", "rust/grpc/rust"),
            ("grpc-*", "grpc"),
            ("*lean", "grpc-lean-x"),
            ("a*b*c", "acb"),
        ] {
            assert!(!matches(form, name), "{form} {name}");
        }
    }
}
