//! Every lane there is, from the registry, from the peers and from a file of the user's: by name,
//! by group, and whether it can run here.

pub(crate) mod from_listed;
pub(crate) mod from_spec;
pub(crate) mod known;
pub(crate) mod known_servers;
pub(crate) mod library;
#[cfg(test)]
mod tests;
pub(crate) mod unavailable;
pub(crate) mod wildcard;

pub(crate) use crate::lanes::{
    peers::program::Program,
    roster::{known::Known, unavailable::Unavailable},
};
use crate::{
    lanes::{
        Lanes,
        roster::{from_listed::Surroundings, known_servers::KnownServers, wildcard::matches},
        suggestion::suggestion,
        unknown_lane,
    },
    shell::failure::{Code, Failure},
};
use api::{Role, Set};
use reports::record::{self, Lane};

/// Every lane that can run here.
const ALL: &str = "all";

/// What stands for lanes beside their names.
fn reserved_words<'a>() -> impl Iterator<Item = &'a str> {
    let roles = Role::ALL.map(Role::name).into_iter();
    roles.chain(Set::ALL.map(Set::name)).chain([ALL])
}

/// Every lane there is, tight to loose.
pub(crate) struct Roster {
    pub(crate) known: Vec<Known>,
}

impl Roster {
    /// Walks the registry, the peers and the user's own file; asks each language, and each
    /// server that a lane goes through, once whether it is there.
    pub(crate) fn new(lanes: &Lanes) -> Self {
        let around = Surroundings { lanes, peers: lanes.peers().known() };
        let mut servers = KnownServers::of(lanes.servers());
        let mut known: Vec<Known> = lanes.specs().map(from_spec::known).collect();
        known.extend(lanes.listed().iter().map(|lane| from_listed::known(lane, &around)));
        known.iter_mut().for_each(|lane| servers.add_to(lane));
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
            unknown_lane(name, names, &self.usual_of_role(name))
        })
    }

    /// The lanes that people mean by the name of a role.
    fn usual_of_role(&self, role: &str) -> Vec<&str> {
        let of_role = self.known.iter().map(|lane| &lane.about).filter(|about| about.role == role);
        let usual = of_role.filter(|about| {
            about.is_default() && about.answers && about.profile == record::equal()
        });
        usual.map(|about| &*about.short).collect()
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

    /// The base of a role.
    pub(crate) fn base_of(&self, role: Role) -> Option<&Known> {
        let base = record::base_of_role(role.name(), self.known.iter().map(|lane| &lane.about))?;
        self.known.iter().find(|lane| lane.about.name == base.name)
    }

    /// True for the base of its role.
    pub(crate) fn is_base(&self, about: &Lane) -> bool {
        let base = Role::from_name(&about.role).and_then(|role| self.base_of(role));
        base.is_some_and(|base| base.about.name == about.name)
    }

    /// The lanes that these words stand for: names, `all`, roles, sets, and groups as `grpc*`. No
    /// words: the default lanes. Whatever is no name leaves out what cannot run here, as long as
    /// one is left. A word that is both the name of a lane and something else is the lane.
    pub(crate) fn select(&self, words: &[String]) -> Result<Vec<&Known>, Failure> {
        if words.is_empty() {
            return self.select(&[Set::Default.name().into()]);
        }
        let mut chosen: Vec<&Known> = Vec::new();
        for word in words {
            chosen.extend(self.meant_by(word)?);
        }
        in_order(&mut chosen);
        Ok(chosen)
    }

    /// What every run measures, whichever lanes are named: the lane that tolls are counted from,
    /// and those that answer nothing, whose CPU time is the harness's own.
    pub(crate) fn of_every_run(&self) -> impl Iterator<Item = &Known> {
        let base = self.base_of(Role::Function);
        let harness =
            self.known.iter().filter(|lane| !lane.about.answers && lane.about.is_default());
        base.into_iter().chain(harness).filter(|lane| lane.about.available)
    }

    /// The lanes that cannot run here, of those that these words stand for beside names: a lane
    /// that is named is refused. No words: the default lanes.
    pub(crate) fn cannot_run(&self, words: &[String]) -> Vec<Unavailable<'_>> {
        let default = [Set::Default.name().to_owned()];
        let words = if words.is_empty() { &default } else { words };
        let groups = words.iter().filter(|word| self.find(word).is_none());
        let groups: Vec<&String> = groups.collect();
        let meant = |about: &&Lane| groups.iter().any(|word| stands_for(word, about));
        Unavailable::of(self.known.iter().map(|lane| &lane.about).filter(meant))
    }

    /// The lanes that one word stands for.
    fn meant_by(&self, word: &str) -> Result<Vec<&Known>, Failure> {
        if self.find(word).is_some() {
            return self.available(word).map(|lane| vec![lane]);
        }
        if word == ALL {
            return Ok(self.known.iter().filter(|lane| lane.about.available).collect());
        }
        if word.contains('*') {
            return self.group(word, &format!("no lane is of the form `{word}`"));
        }
        if Role::from_name(word).is_some() {
            return self.group(word, &format!("no lane has the role {word}"));
        }
        if Set::from_name(word).is_some() {
            return self.group(word, &format!("no lane is in the set {word}"));
        }
        Err(self.unknown(word))
    }

    /// The lanes that this word stands for, as far as they can run here.
    fn group(&self, word: &str, none: &str) -> Result<Vec<&Known>, Failure> {
        let of_it = self.known.iter().filter(|lane| stands_for(word, &lane.about));
        let (here, away): (Vec<&Known>, Vec<&Known>) = of_it.partition(|lane| lane.about.available);
        match away.first() {
            _ if !here.is_empty() => Ok(here),
            Some(lane) => self.available(&lane.about.name).map(|lane| vec![lane]),
            None => Err(Failure::usage(format!("{none} here. `tollgate list` shows them all."))),
        }
    }

    /// A word that stands for nothing, with the nearest that stands for something.
    fn unknown(&self, word: &str) -> Failure {
        let lanes = self.known.iter().flat_map(|lane| [&*lane.about.short, &*lane.about.name]);
        let nearest = match suggestion(word, lanes.chain(reserved_words())) {
            Some(near) => format!(" Did you mean {near}?"),
            None => String::new(),
        };
        Failure::usage(format!(
            "there is no lane, role or set `{word}`.{nearest} `tollgate list` shows them all."
        ))
    }
}

/// True where a word that is no name stands for this lane: `all`, a group, a role or a set.
fn stands_for(word: &str, about: &Lane) -> bool {
    if word.contains('*') {
        return matches(word, &about.short) || matches(word, &about.name);
    }
    word == ALL || about.role == word || about.is_in(word)
}

/// Tight to loose, each lane once.
pub(crate) fn in_order(lanes: &mut Vec<&Known>) {
    lanes.sort_by_key(|lane| (lane.about.looseness, lane.about.name.clone()));
    lanes.dedup_by_key(|lane| lane.about.name.clone());
}
