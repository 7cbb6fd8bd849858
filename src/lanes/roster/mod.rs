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
        suggestion, unknown_lane,
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

    /// The lanes that one word stands for.
    fn meant_by(&self, word: &str) -> Result<Vec<&Known>, Failure> {
        if self.find(word).is_some() {
            return self.available(word).map(|lane| vec![lane]);
        }
        if word == ALL {
            return Ok(self.known.iter().filter(|lane| lane.about.available).collect());
        }
        if word.contains('*') {
            let of_form = |about: &Lane| matches(word, &about.short) || matches(word, &about.name);
            return self.group(of_form, &format!("no lane is of the form `{word}`"));
        }
        if Role::from_name(word).is_some() {
            return self.group(|about| about.role == word, &format!("no lane has the role {word}"));
        }
        if Set::from_name(word).is_some() {
            return self.group(|about| about.is_in(word), &format!("no lane is in the set {word}"));
        }
        Err(self.unknown(word))
    }

    /// The lanes of which this is true, as far as they can run here.
    fn group(&self, is_of: impl Fn(&Lane) -> bool, none: &str) -> Result<Vec<&Known>, Failure> {
        let of_it = self.known.iter().filter(|lane| is_of(&lane.about));
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

/// Tight to loose, each lane once.
pub(crate) fn in_order(lanes: &mut Vec<&Known>) {
    lanes.sort_by_key(|lane| (lane.about.looseness, lane.about.name.clone()));
    lanes.dedup_by_key(|lane| lane.about.name.clone());
}

#[cfg(test)]
mod tests {
    use super::*;
    use reports::record::{DEFAULT_SET, ROLES, role_of_version_1};

    fn roster() -> Roster {
        Roster::new(&crate::lanes())
    }

    /// The short names of the lanes that these words stand for.
    fn chosen(roster: &Roster, words: &[&str]) -> Vec<String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let lanes = roster.select(&words).unwrap_or_else(|failure| panic!("{failure}"));
        lanes.iter().map(|lane| lane.about.short.clone()).collect()
    }

    fn refused(word: &str) -> String {
        match roster().select(&[word.to_owned()]) {
            Ok(lanes) => panic!("{word} stands for {} lanes", lanes.len()),
            Err(failure) => failure.to_string(),
        }
    }

    #[test]
    fn roles_and_sets_are_called_alike_in_lanes_and_in_records() {
        assert_eq!(Role::ALL.map(Role::name), ROLES);
        assert_eq!(Set::Default.name(), DEFAULT_SET);
        let mut words: Vec<&str> = reserved_words().collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Role::ALL.len() + Set::ALL.len() + 1, "{words:?}");
    }

    #[test]
    fn every_role_with_a_default_lane_has_exactly_one_base_and_no_other_role_has_one() {
        let roster = roster();
        for role in Role::ALL {
            let of_role = || roster.known.iter().filter(|lane| lane.about.role == role.name());
            let defaults = of_role().filter(|lane| lane.about.is_default()).count();
            let plain = of_role().filter(|lane| lane.about.is_plain()).count();
            assert_eq!(plain, usize::from(defaults > 0), "{}", role.name());
            assert_eq!(of_role().filter(|lane| roster.is_base(&lane.about)).count(), plain);
        }
    }

    #[test]
    fn the_set_for_pull_requests_holds_the_base_of_each_role_that_leaves_the_process() {
        let roster = roster();
        for lane in &roster.known {
            let base_outside = roster.is_base(&lane.about) && !lane.about.in_process;
            assert_eq!(lane.about.is_in("ci"), base_outside, "{}", lane.about.name);
        }
    }

    #[test]
    fn no_lane_is_called_as_a_role_or_a_set() {
        let roster = roster();
        for word in reserved_words() {
            assert!(roster.find(word).is_none(), "{word}");
        }
    }

    #[test]
    fn a_lane_has_the_role_of_the_one_it_differs_from_and_that_of_older_records() {
        let roster = roster();
        for lane in &roster.known {
            let about = &lane.about;
            let codec = about.codec.as_deref();
            let (transport, class) = (&*about.transport, &*about.class);
            let older =
                role_of_version_1(transport, about.in_process, class, codec, about.looseness);
            assert_eq!(about.role, older, "{}", about.name);
            for other in &roster.known {
                if about.variant_of.as_ref() == Some(&other.about.transport) {
                    assert_eq!(about.role, other.about.role, "{}", about.name);
                }
            }
        }
    }

    #[test]
    fn peers_say_the_role_of_their_lanes() {
        for lane in Manifest::embedded().lanes {
            assert!(lane.role.is_some(), "{} has no role in peers.toml", lane.name());
        }
    }

    #[test]
    fn words_for_lanes_are_names_roles_sets_groups_and_all() {
        let roster = roster();
        let of_role = |role: &str| -> Vec<String> {
            let here = roster.known.iter().filter(|lane| lane.about.available);
            let lanes = here.filter(|lane| lane.about.role == role);
            lanes.map(|lane| lane.about.short.clone()).collect()
        };
        assert_eq!(chosen(&roster, &["http"]), of_role("http"));
        let both = [of_role("rpc"), of_role("http")].concat();
        assert_eq!(chosen(&roster, &["http", "rpc"]), both, "tight to loose");
        let ci = chosen(&roster, &["ci"]);
        assert_eq!(chosen(&roster, &["ci", &ci[0]]), ci, "a lane that is named twice is one");
        assert_eq!(chosen(&roster, &[]), chosen(&roster, &["default"]));
        let all = roster.known.iter().filter(|lane| lane.about.available).count();
        assert_eq!(chosen(&roster, &["all"]).len(), all);
    }

    #[test]
    fn a_word_that_stands_for_no_lane_is_refused_with_the_nearest_that_does() {
        assert!(refused("htpp").contains("no lane, role or set `htpp`. Did you mean http?"));
        assert!(refused("defualt").contains("Did you mean default?"));
        assert!(refused("alll").contains("Did you mean all?"));
        let none = refused("queue");
        assert!(none.starts_with("no lane has the role queue here."), "{none}");
    }

    #[test]
    fn a_lane_that_is_called_as_a_role_is_meant_by_its_name() {
        let mut roster = roster();
        let base = roster.base_of(Role::Socket).expect("it has one").clone();
        let mut named = base.about.clone();
        named.short = Role::Rpc.name().into();
        roster.known.push(Known { about: named, ..base });
        assert_eq!(chosen(&roster, &["rpc"]), ["rpc"]);
    }
}
