//! What serde does not do by itself of the proto3 JSON mapping; called by the generated messages.

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Unexpected, Visitor, value::MapAccessDeserializer},
};
use serde_json::Number;
use std::{fmt, marker::PhantomData};

/// A message written as a JSON object, and in no other way: derived code alone would also take an
/// array of the fields' values.
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

/// A list of messages, or null for none.
pub(crate) fn messages<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Vec<T>, D::Error> {
    let objects: Vec<Object<T>> = or_default(from)?;
    Ok(objects.into_iter().map(|Object(message)| message).collect())
}

/// True for the value that proto3 JSON does not write.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A value, or null for the default.
pub(crate) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    from: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// True where an escape in a JSON text stands for half of a surrogate pair, which is no character.
/// serde_json refuses it in values that are read, and lets it pass in fields that are ignored.
///
/// Expects text that serde_json took: a backslash stands in a string, before what may follow it.
pub(crate) fn has_half_a_surrogate_pair(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let escape = &rest[at..];
        let (length, is_half) = match unit_of(escape) {
            Some(unit) if is_high(unit) => (12, !unit_of(&escape[6..]).is_some_and(is_low)),
            Some(unit) => (6, is_low(unit)),
            None => (2, false),
        };
        if is_half {
            return true;
        }
        rest = &escape[length..];
    }
    false
}

/// The UTF-16 code unit that a text begins with, where it begins with such an escape.
fn unit_of(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

fn is_high(unit: u16) -> bool {
    (0xd800..0xdc00).contains(&unit)
}

fn is_low(unit: u16) -> bool {
    (0xdc00..0xe000).contains(&unit)
}

/// An int32 as a number, as a text that is one, or null for 0.
pub(crate) fn int32<'de, D: Deserializer<'de>>(from: D) -> Result<i32, D::Error> {
    from.deserialize_any(Int32)
}

struct Int32;

impl Visitor<'_> for Int32 {
    type Value = i32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a 32-bit integer")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<i32, E> {
        i32::try_from(value).map_err(|_| E::invalid_value(Unexpected::Signed(value), &self))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<i32, E> {
        i32::try_from(value).map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<i32, E> {
        let whole = value as i32;
        if f64::from(whole) == value {
            Ok(whole)
        } else {
            Err(E::invalid_value(Unexpected::Float(value), &self))
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<i32, E> {
        let refused = || E::invalid_value(Unexpected::Str(text), &self);
        // What serde_json takes as a number may have blanks around it.
        let number = Some(text).filter(|text| !text.contains(|c: char| c.is_ascii_whitespace()));
        let number = number.and_then(|text| serde_json::from_str::<Number>(text).ok());
        let number = number.ok_or_else(refused)?;
        match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => self.visit_i64(whole),
            (None, Some(number)) => self.visit_f64(number),
            (None, None) => Err(refused()),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<i32, E> {
        Ok(0)
    }
}
