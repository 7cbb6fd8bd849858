//! Keys: the user's own data. Commands that call without a plan have these flags too.

use crate::plan::keys::{form::Form::Path, key::Key, written::put};

pub(crate) static KEYS: &[Key] = &[
    Key {
        flag: "products",
        aliases: &["catalog"],
        form: Path,
        value: "FILE.npy",
        help: "Your own product vectors: a two-dimensional int8 .npy file",
        example: "products.npy",
        take: |plan, written| put(&mut plan.files.products, Ok(Some(written.path()))),
        ..Key::ROW
    },
    Key {
        flag: "users",
        form: Path,
        value: "FILE.npy",
        help: "Your own user vectors: an int8 .npy file with as many columns as the products",
        example: "users.npy",
        take: |plan, written| put(&mut plan.files.users, Ok(Some(written.path()))),
        ..Key::ROW
    },
    Key {
        flag: "trace",
        form: Path,
        value: "FILE.jsonl",
        help: "Your own questions, one a line: {\"user_id\":\"user_3\",\"max_results\":10}",
        example: "questions.jsonl",
        take: |plan, written| put(&mut plan.files.trace, Ok(Some(written.path()))),
        ..Key::ROW
    },
];
