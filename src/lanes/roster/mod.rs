//! Every lane there is, from the registry, from the peers and from a file of the user's: by name,
//! by group, and whether it can run here.

pub(crate) mod from_listed;
pub(crate) mod from_spec;
pub(crate) mod known;
pub(crate) mod wildcard;

pub(crate) use crate::lanes::roster::known::{Known, Program};
use crate::{
    lanes::{
        Lanes,
        peers::Manifest,
        roster::{from_listed::Surroundings, wildcard::matches},
        unknown_lane,
    },
    shell::failure::{Code, Failure},
};

/// Every lane there is, tight to loose.
pub(crate) struct Roster {
    pub(crate) known: Vec<Known>,
}

impl Roster {
    /// Walks the registry, the peers and the user's own file; asks each peer's language once
    /// whether it is there.
    pub(crate) fn new(lanes: &Lanes) -> Self {
        let manifest = &Manifest::embedded();
        let around = Surroundings { lanes, manifest, versions: manifest.versions() };
        let locked = from_spec::locked_versions();
        let mut known: Vec<Known> =
            lanes.specs().map(|spec| from_spec::known(spec, &locked)).collect();
        let listed = manifest.lanes.iter().chain(lanes.given());
        known.extend(listed.map(|lane| from_listed::known(lane, &around)));
        known.sort_by_key(|lane| lane.about.looseness);
        Self { known }
    }

    /// The lane of this name: full, or the short form of a lane between Rust and its own callee.
    pub(crate) fn find(&self, name: &str) -> Option<&Known> {
        self.known
            .iter()
            .find(|lane| lane.about.name == name || lane.about.short == name)
    }

    /// As [`Roster::find`], with a suggestion in the error.
    pub(crate) fn named(&self, name: &str) -> Result<&Known, Failure> {
        self.find(name).ok_or_else(|| {
            let known = self.known.iter();
            let names = known.flat_map(|lane| [&*lane.about.short, &*lane.about.name]);
            unknown_lane(name, names)
        })
    }

    /// As [`Roster::named`], for a lane that can run here.
    pub(crate) fn available(&self, name: &str) -> Result<&Known, Failure> {
        let lane = self.named(name)?;
        match lane.about.reason.as_ref().filter(|_| !lane.about.available) {
            Some(reason) => Err(Failure::new(
                Code::Unavailable,
                format!("{} cannot run here: {reason}", lane.about.name),
            )),
            None => Ok(lane),
        }
    }

    /// The lanes that these words stand for: names, `all`, `default`, and groups as `grpc*`. No
    /// words: the default lanes. `all`, `default` and a group leave out what cannot run here, as
    /// long as one is left.
    pub(crate) fn select(&self, words: &[String]) -> Result<Vec<&Known>, Failure> {
        if words.is_empty() {
            return self.select(&["default".into()]);
        }
        let mut chosen: Vec<&Known> = Vec::new();
        for word in words {
            match word.as_str() {
                "all" => chosen.extend(self.here()),
                "default" => chosen.extend(self.here().filter(|lane| lane.about.default)),
                group if group.contains('*') => chosen.extend(self.group(group)?),
                name => chosen.push(self.available(name)?),
            }
        }
        chosen.sort_by_key(|lane| (lane.about.looseness, lane.about.name.clone()));
        chosen.dedup_by_key(|lane| lane.about.name.clone());
        Ok(chosen)
    }

    /// The lanes that can run here.
    fn here(&self) -> impl Iterator<Item = &Known> {
        self.known.iter().filter(|lane| lane.about.available)
    }

    /// The lanes whose name, short or full, is of this form, as far as they can run here.
    fn group(&self, form: &str) -> Result<Vec<&Known>, Failure> {
        let (mut here, mut away) = (Vec::new(), Vec::new());
        for lane in &self.known {
            if matches(form, &lane.about.short) || matches(form, &lane.about.name) {
                let group = if lane.about.available { &mut here } else { &mut away };
                group.push(lane);
            }
        }
        match away.first() {
            _ if !here.is_empty() => Ok(here),
            Some(lane) => self.available(&lane.about.name).map(|lane| vec![lane]),
            None => Err(Failure::usage(format!(
                "no lane is of the form `{form}`. `tollgate list` shows them all."
            ))),
        }
    }
}
