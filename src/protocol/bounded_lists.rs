//! Lists in answers, each refused while it is read as soon as it is longer than it may be: a driver
//! that is broken must not fill the memory.

use serde::{Deserialize, Deserializer, de};
use std::{fmt, marker::PhantomData};

/// Samples in a list: two seconds of the shortest.
const SAMPLES: usize = 4_000_000;
/// First samples of a visit.
const FIRST: usize = 64;
/// Medians of 10 ms of a visit: two seconds.
const SLICES: usize = 200;
/// Transports of a driver, parts of a load, replies to an order, ids of a reply.
const TRANSPORTS: usize = 1_000;
const PARTS: usize = 16;
const REPLIES: usize = 4_096;
const IDS: usize = 10_000;

/// A list that is refused as soon as it is longer than `MOST`.
struct Short<T, const MOST: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MOST: usize> de::Visitor<'de> for Short<T, MOST> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of {MOST} at most")
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut entries: A) -> Result<Vec<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = entries.next_element()? {
            if list.len() == MOST {
                return Err(de::Error::custom(format_args!("a list of more than {MOST}")));
            }
            list.push(entry);
        }
        Ok(list)
    }
}

fn short<'de, const MOST: usize, T: Deserialize<'de>, D: Deserializer<'de>>(
    answer: D,
) -> Result<Vec<T>, D::Error> {
    answer.deserialize_seq(Short::<T, MOST>(PhantomData))
}

/// A list that may be absent, or `null`.
struct Optional<const MOST: usize>;

impl<'de, const MOST: usize> de::Visitor<'de> for Optional<MOST> {
    type Value = Option<Vec<u64>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of {MOST} at most, or null")
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, list: D) -> Result<Self::Value, D::Error> {
        short::<MOST, u64, D>(list).map(Some)
    }
}

pub(crate) fn samples<'de, D: Deserializer<'de>>(list: D) -> Result<Option<Vec<u64>>, D::Error> {
    list.deserialize_option(Optional::<SAMPLES>)
}

pub(crate) fn first<'de, D: Deserializer<'de>>(list: D) -> Result<Option<Vec<u64>>, D::Error> {
    list.deserialize_option(Optional::<FIRST>)
}

pub(crate) fn slices<'de, D: Deserializer<'de>>(list: D) -> Result<Option<Vec<u64>>, D::Error> {
    list.deserialize_option(Optional::<SLICES>)
}

pub(crate) fn transports<'de, D: Deserializer<'de>>(list: D) -> Result<Vec<String>, D::Error> {
    short::<TRANSPORTS, _, D>(list)
}

pub(crate) fn parts<'de, D: Deserializer<'de>>(list: D) -> Result<Vec<(u64, u64)>, D::Error> {
    short::<PARTS, _, D>(list)
}

/// The ids of one reply.
#[derive(Deserialize)]
struct Ids(#[serde(deserialize_with = "ids")] Vec<String>);

fn ids<'de, D: Deserializer<'de>>(list: D) -> Result<Vec<String>, D::Error> {
    short::<IDS, _, D>(list)
}

pub(crate) fn replies<'de, D: Deserializer<'de>>(list: D) -> Result<Vec<Vec<String>>, D::Error> {
    let replies: Vec<Ids> = short::<REPLIES, _, D>(list)?;
    Ok(replies.into_iter().map(|Ids(ids)| ids).collect())
}
