//! The modules of one crate: which file holds which, and what a path in the code leads to.

use crate::{
    imports::{self, Mention},
    sources::{self, Source},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// A path from the root of the crate, as `["record", "lane"]`.
pub(crate) type ModulePath = Vec<String>;

/// How many re-exports in a row are followed.
const MOST_HOPS: usize = 8;

/// One crate's files, by module.
pub struct Crate {
    sources: BTreeMap<ModulePath, Source>,
    /// What each file imports or names.
    mentions: BTreeMap<ModulePath, Vec<Mention>>,
    /// Names that a module hands on, and what they stand for.
    handed_on: BTreeMap<ModulePath, BTreeMap<String, ModulePath>>,
}

/// One use of one file in another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    /// The file that uses.
    pub from: String,
    /// The file that is used.
    pub to: String,
    /// Line in `from`, from 1.
    pub line: usize,
    /// What is used, as `Record`; a whole module where nothing of it is named.
    pub name: String,
}

impl Crate {
    /// Reads the crate whose `lib.rs` lies in this folder.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or is no Rust.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let mut modules = BTreeMap::new();
        for source in sources::rust(folder)? {
            if source.path != "main.rs" {
                modules.insert(module_of(&source.path), source);
            }
        }
        let names: BTreeSet<ModulePath> = modules.keys().cloned().collect();
        let mut whole = Self {
            sources: modules,
            mentions: BTreeMap::new(),
            handed_on: BTreeMap::new(),
        };
        for (module, source) in &whole.sources {
            let found = imports::of(&source.syntax, module, &names);
            whole.mentions.insert(module.clone(), found.mentions);
            whole.handed_on.insert(module.clone(), found.handed_on);
        }
        Ok(whole)
    }

    /// The files of the crate, by path.
    pub fn files(&self) -> impl Iterator<Item = &Source> {
        self.sources.values()
    }

    /// Every use of one file in another. Whole modules that are only brought into scope do not
    /// count: what is then named in them does.
    pub fn arrows(&self) -> Vec<Arrow> {
        let mut arrows = Vec::new();
        for (module, mentions) in &self.mentions {
            let from = &self.sources[module].path;
            for mention in mentions {
                let Some(found) = self.resolve(&mention.path) else { continue };
                let to = &self.sources[&found.module].path;
                if to != from {
                    arrows.push(Arrow {
                        from: from.clone(),
                        to: to.clone(),
                        line: mention.line,
                        name: found.name,
                    });
                }
            }
        }
        arrows.sort();
        arrows.dedup();
        arrows
    }

    /// The file that holds what a path names; `None` where it names a module alone.
    fn resolve(&self, path: &[String]) -> Option<Found> {
        let mut path = path.to_vec();
        for _ in 0..MOST_HOPS {
            let known = (0..=path.len()).rev().find(|n| self.sources.contains_key(&path[..*n]))?;
            let (module, rest) = path.split_at(known);
            let name = rest.first()?;
            match self.handed_on.get(module).and_then(|names| names.get(name)) {
                Some(target) => path = [target.as_slice(), &rest[1..]].concat(),
                None => return Some(Found { module: module.to_vec(), name: name.clone() }),
            }
        }
        None
    }
}

struct Found {
    module: ModulePath,
    name: String,
}

/// The module that a file holds: the folder of a `mod.rs` names it, `lib.rs` holds the root.
fn module_of(file: &str) -> ModulePath {
    let mut parts: ModulePath =
        file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    let last = parts.last().map(String::as_str);
    if last == Some("mod") || (parts.len() == 1 && last == Some("lib")) {
        parts.pop();
    }
    parts
}
