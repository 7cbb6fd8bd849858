//! Holds a record's JSON to `limits`, token by token and before anything is made of it, so that
//! what is refused takes no memory.

use crate::{
    record::{Asked, Cell, Record, read::limits},
    stats::histograms,
};
use serde::de::{self, DeserializeSeed, Deserializer as _, MapAccess, SeqAccess, Visitor};
use std::{collections::HashSet, fmt};

/// Why a record is refused, as `cells[3].starts[0].samples: 1e300 is more than 9007199254740992`.
///
/// # Errors
/// The first value beyond its bound (`Ok` inside), or JSON that is none.
pub(crate) fn check(json: &[u8]) -> Result<Option<String>, serde_json::Error> {
    let mut walk = Walk::default();
    let mut tokens = serde_json::Deserializer::from_slice(json);
    let ended = tokens.deserialize_any(Value(&mut walk)).and_then(|()| tokens.end());
    if walk.beyond.is_some() {
        Ok(walk.beyond)
    } else {
        ended.map(|()| None)
    }
}

/// What a cell may be.
const STATUSES: [&str; 5] = ["measured", "partial", "missing", "void", "withdrawn"];

/// What only the whole record shows: places that are none, and more tables than a report has room
/// for. Why it is refused, if it is.
pub(crate) fn of_whole(record: &Record) -> Option<String> {
    let cells = record.cells.len();
    let lost = record.visits.iter().position(|visit| visit.cell as usize >= cells);
    if let Some(at) = lost {
        let cell = record.visits[at].cell;
        return Some(format!("visits[{at}].cell: {cell} is no cell, there are {cells}"));
    }
    let unknown = |cell: &Cell| !STATUSES.contains(&cell.status.as_str());
    if let Some(at) = record.cells.iter().position(unknown) {
        let (status, known) = (&record.cells[at].status, STATUSES.join(", "));
        return Some(format!("cells[{at}].status: {status} is none of {known}"));
    }
    if record.version == 0 {
        return Some("version: 0; the first was 1".to_owned());
    }
    if let Some(at) = told_twice(&record.cells) {
        return Some(format!("cells[{at}]: another cell says the same of its lane"));
    }
    let scenes: HashSet<Asked<'_>> = record.cells.iter().map(Cell::asked).collect();
    let (count, most) = (scenes.len(), limits::MOST_SCENES);
    (count > most).then(|| {
        format!(
            "cells: {count} combinations of `engine`, `workload`, `size` and `placement`; {most} \
            is the most"
        )
    })
}

/// The first cell of a lane, question, kind, mode and number of items that an earlier one has too:
/// its figures would count twice.
fn told_twice(cells: &[Cell]) -> Option<usize> {
    let mut told = HashSet::new();
    cells.iter().position(|cell| {
        !told.insert((&cell.lane, cell.asked(), &cell.kind, &cell.mode, cell.items))
    })
}

/// Where the walk is, and what it has counted.
#[derive(Default)]
struct Walk {
    /// `cells[3].starts[0].samples`.
    path: String,
    /// Names of the fields on the way, the innermost last; a list is known by its field's.
    names: Vec<String>,
    depth: usize,
    /// The first value beyond its bound.
    beyond: Option<String>,
    /// Bytes of histograms so far, unpacked.
    unpacked: usize,
    /// Steps of distributions so far, and those of the cell that the walk is in.
    steps: usize,
    steps_of_cell: usize,
}

impl Walk {
    fn name(&self) -> &str {
        self.names.last().map_or("", String::as_str)
    }

    fn holder(&self) -> &str {
        self.names.iter().rev().nth(1).map_or("", String::as_str)
    }

    fn refuse<E: de::Error>(&mut self, why: impl fmt::Display) -> E {
        let at = if self.path.is_empty() { "the record" } else { &self.path };
        self.beyond.get_or_insert_with(|| format!("{at}: {why}"));
        E::custom("beyond its bound")
    }

    fn enter<E: de::Error>(&mut self) -> Result<(), E> {
        self.depth += 1;
        if self.depth > limits::MOST_DEPTH {
            return Err(self.refuse(format!(
                "lists and objects lie more than {} deep in each other",
                limits::MOST_DEPTH
            )));
        }
        Ok(())
    }

    fn number<E: de::Error>(&mut self, value: f64, written: impl fmt::Display) -> Result<(), E> {
        let (least, most) = limits::of_number(self.holder(), self.name());
        if value > most {
            Err(self.refuse(format!("{written} is more than {most}")))
        } else if value < least || value.is_nan() {
            Err(self.refuse(format!("{written} is less than {least}")))
        } else {
            Ok(())
        }
    }

    fn text<E: de::Error>(&mut self, text: &str) -> Result<(), E> {
        let (length, most) = (text.len(), limits::of_text(self.name()));
        if length > most {
            return Err(self.refuse(format!("a text of {length} bytes; {most} is the most")));
        }
        // Cells and points of loads hold histograms; a cell that lost its own has an empty text.
        let histogram = matches!(self.name(), "histogram" | "latency") && !text.is_empty();
        if histogram { self.histogram(text) } else { Ok(()) }
    }

    fn histogram<E: de::Error>(&mut self, text: &str) -> Result<(), E> {
        let size = match histograms::size_of(text) {
            Ok(size) => size,
            Err(why) => return Err(self.refuse(why.cause())),
        };
        self.unpacked += size.bytes;
        self.steps_of_cell = (self.steps_of_cell + size.steps).min(histograms::MOST_STEPS);
        if self.unpacked > limits::MOST_UNPACKED {
            let most = limits::MOST_UNPACKED;
            return Err(
                self.refuse(format!("the histograms up to here unpack to over {most} bytes"))
            );
        }
        Ok(())
    }

    /// A cell, or another entry of a list that holds histograms, is over.
    fn entry_is_over<E: de::Error>(&mut self) -> Result<(), E> {
        if !matches!(self.name(), "cells" | "points") {
            return Ok(());
        }
        self.steps += std::mem::take(&mut self.steps_of_cell);
        if self.steps > limits::MOST_STEPS {
            let most = limits::MOST_STEPS;
            return Err(self.refuse(format!("the histograms up to here have over {most} steps")));
        }
        Ok(())
    }
}

/// The next value, whatever it is.
struct Value<'w>(&'w mut Walk);

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        self.0.number(value as f64, value)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        self.0.number(value as f64, value)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        if value.abs() < 1e15 {
            self.0.number(value, value)
        } else {
            self.0.number(value, format_args!("{value:e}"))
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.0.text(text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let walk = self.0;
        walk.enter()?;
        let (at, most) = (walk.path.len(), limits::of_list(walk.name()));
        let mut number = 0;
        loop {
            walk.path.push_str(&format!("[{number}]"));
            if entries.next_element_seed(Value(walk))?.is_none() {
                break;
            }
            walk.path.truncate(at);
            number += 1;
            if number > most {
                return Err(walk.refuse(format!("a list of more than {most}")));
            }
            walk.entry_is_over()?;
        }
        walk.path.truncate(at);
        walk.depth -= 1;
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let walk = self.0;
        walk.enter()?;
        let at = walk.path.len();
        while fields.next_key_seed(Name(walk))?.is_some() {
            fields.next_value_seed(Value(walk))?;
            walk.names.pop();
            walk.path.truncate(at);
        }
        walk.depth -= 1;
        Ok(())
    }
}

/// The name of the next field.
struct Name<'w>(&'w mut Walk);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<(), E> {
        let (walk, most) = (self.0, limits::MOST_NAME);
        if name.len() > most {
            return Err(walk.refuse(format!("the name of a field is longer than {most} bytes")));
        }
        if !walk.path.is_empty() {
            walk.path.push('.');
        }
        // It is shown on a terminal.
        walk.path.extend(name.chars().map(|c| if c.is_control() { '?' } else { c }));
        walk.names.push(name.to_owned());
        Ok(())
    }
}
