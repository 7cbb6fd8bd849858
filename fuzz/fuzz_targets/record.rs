//! Bytes of a file, read as a record (JSON or HTML report) and shown in every format. Half of the
//! changes are made to values of a record and not to its bytes: those seldom leave JSON.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use reports::stats::estimates;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| reports::fuzzing::record(bytes));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut dice = Dice(u64::from(seed) + 1);
    if dice.below(2) == 0
        && let Ok(mut record) = serde_json::from_slice::<Value>(&data[..size])
    {
        for _ in 0..=dice.below(3) {
            let at = dice.below(nodes(&record));
            change(&mut record, &mut { at }, &mut dice);
        }
        let text = record.to_string();
        if text.len() <= max_size {
            data[..text.len()].copy_from_slice(text.as_bytes());
            return text.len();
        }
    }
    fuzzer_mutate(data, size, max_size)
});

/// Xorshift (Marsaglia 2003): libFuzzer gives a seed and no numbers.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most.max(1) as u64) as usize
    }

    fn of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }
}

/// Values in a value, itself included.
fn nodes(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(nodes).sum(),
        Value::Object(fields) => fields.values().map(nodes).sum(),
        _ => 0,
    }
}

/// Changes the value of this number, counted from the outermost; false if it is not inside.
fn change(value: &mut Value, at: &mut usize, dice: &mut Dice) -> bool {
    if *at == 0 {
        changed(value, dice);
        return true;
    }
    *at -= 1;
    match value {
        Value::Array(list) => list.iter_mut().any(|entry| change(entry, at, dice)),
        Value::Object(fields) => fields.values_mut().any(|field| change(field, at, dice)),
        _ => false,
    }
}

fn changed(value: &mut Value, dice: &mut Dice) {
    match value {
        Value::Array(list) if list.is_empty() || dice.below(8) == 0 => list.clear(),
        Value::Array(list) => {
            let (from, to) = (dice.below(list.len()), dice.below(list.len()));
            match dice.below(4) {
                0 => list.swap(from, to),
                1 => drop(list.remove(from)),
                _ => list.insert(to, list[from].clone()),
            }
        }
        Value::Object(fields) => {
            let names: Vec<String> = fields.keys().cloned().collect();
            if !names.is_empty() {
                fields.insert(names[dice.below(names.len())].clone(), Value::Null);
            }
        }
        Value::Number(number) => *value = other_number(number.as_f64(), dice),
        Value::String(text) if text.starts_with("HIST") => *value = histogram(dice),
        Value::String(_) => *value = dice.of(&WORDS).into(),
        Value::Bool(yes) => *yes = !*yes,
        Value::Null => *value = other_number(None, dice),
    }
}

const WORDS: [&str; 24] = [
    "",
    "x",
    "stub",
    "catalog",
    "single",
    "batched",
    "chatty",
    "pipelined",
    "streamed",
    "measured",
    "partial",
    "void",
    "missing",
    "self",
    "variant",
    "against",
    "placement",
    "service_time",
    "stable",
    "unstable",
    "direct",
    "async",
    "fixed",
    "</script><img src=x>",
];
const NUMBERS: [f64; 14] =
    [0.0, 1.0, 2.0, 3.0, 5.0, 16.0, 64.0, 1e3, 1e6, 1e9, 1e15, 1e17, 1e-9, 5e-324];

fn other_number(number: Option<f64>, dice: &mut Dice) -> Value {
    let near = number.unwrap_or(1.0);
    match dice.below(5) {
        0 => (near as u64).wrapping_add(1).into(),
        1 => (near * dice.of(&[0.5, 0.999, 1.001, 2.0, 10.0])).into(),
        2 => (dice.of(&NUMBERS) as u64).into(),
        3 => (-dice.of(&NUMBERS)).into(),
        _ => dice.of(&NUMBERS).into(),
    }
}

/// Some samples around some times.
fn histogram(dice: &mut Dice) -> Value {
    let mut histogram = estimates::histogram();
    for _ in 0..dice.below(20) {
        let ns = (1_u64 << dice.below(36)) + dice.below(1_000) as u64;
        let times = 1_u64 << dice.below(46);
        histogram.saturating_record_n(ns, times);
    }
    estimates::histogram_to_base64(&histogram).map_or(Value::Null, Value::from)
}
