//! What a file names of its own crate: imports, and paths in its code.

use crate::modules::ModulePath;
use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use syn::{
    Attribute, Ident, Item, ItemUse, Macro, UseTree, Visibility,
    visit::{self, Visit},
};

/// A path of the crate where it stands in a file.
pub(crate) struct Mention {
    /// From the root of the crate.
    pub(crate) path: ModulePath,
    /// From 1.
    pub(crate) line: usize,
}

/// Everything that a file names.
#[derive(Default)]
pub(crate) struct Named {
    pub(crate) mentions: Vec<Mention>,
    /// What the file re-exports, by the name it has here.
    pub(crate) handed_on: BTreeMap<String, ModulePath>,
}

/// Reads one file that holds `module`; `modules` are all of the crate.
pub(crate) fn of(file: &syn::File, module: &[String], modules: &BTreeSet<ModulePath>) -> Named {
    let mut reader = Reader {
        module: module.to_vec(),
        file_depth: module.len(),
        modules,
        in_scope: BTreeMap::new(),
        named: Named::default(),
    };
    // Imports first: code above a `use` may rest on it.
    for item in &file.items {
        if let Item::Use(import) = item
            && !only_for_tests(&import.attrs)
        {
            reader.import(import);
        }
    }
    reader.visit_file(file);
    reader.named
}

struct Reader<'m> {
    /// The module that is being read: that of the file, or one inside it.
    module: ModulePath,
    file_depth: usize,
    modules: &'m BTreeSet<ModulePath>,
    /// Names that imports brought into the file's own scope.
    in_scope: BTreeMap<String, ModulePath>,
    named: Named,
}

/// One name of an import.
struct Leaf {
    path: Vec<Ident>,
    /// What it is called here; `None` for a glob.
    name: Option<String>,
}

impl Reader<'_> {
    fn import(&mut self, import: &ItemUse) {
        let mut leaves = Vec::new();
        flatten(&import.tree, &mut Vec::new(), &mut leaves);
        for leaf in leaves {
            let Some(path) = self.absolute(&leaf.path) else { continue };
            let line = leaf.path.last().map_or(0, |last| last.span().start().line);
            let Some(name) = leaf.name else {
                // A glob takes from the module without a name.
                let path = [path, vec!["*".to_owned()]].concat();
                self.named.mentions.push(Mention { path, line });
                continue;
            };
            if self.module.len() == self.file_depth {
                self.in_scope.insert(name.clone(), path.clone());
                if !matches!(import.vis, Visibility::Inherited) {
                    self.named.handed_on.insert(name, path.clone());
                }
            }
            self.named.mentions.push(Mention { path, line });
        }
    }

    /// A path from the root of the crate; `None` for one that leads out of it.
    fn absolute(&self, path: &[Ident]) -> Option<ModulePath> {
        let words: ModulePath = path.iter().map(ToString::to_string).collect();
        let first = words.first()?;
        let ups = words.iter().take_while(|word| *word == "super").count();
        let (base, rest) = if first == "crate" {
            (Vec::new(), &words[1..])
        } else if ups > 0 {
            let depth = self.module.len().checked_sub(ups)?;
            (self.module[..depth].to_vec(), &words[ups..])
        } else if first == "self" {
            (self.module.clone(), &words[1..])
        } else if self.modules.contains(&[&self.module[..], &words[..1]].concat()) {
            (self.module.clone(), &words[..])
        } else if let Some(known) = self.in_scope.get(first).filter(|_| words.len() > 1) {
            (known.clone(), &words[1..])
        } else {
            return None;
        };
        Some([base, rest.to_vec()].concat())
    }

    fn mention(&mut self, path: &[Ident]) {
        let (Some(first), Some(named)) = (path.first(), self.absolute(path)) else {
            return;
        };
        let line = first.span().start().line;
        self.named.mentions.push(Mention { path: named, line });
    }

    /// Paths that begin with `crate` or `super` in the words of a macro, whose grammar is unknown.
    fn mentions_in(&mut self, tokens: TokenStream) {
        let mut path: Vec<Ident> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Ident(ident) if colons == 2 && !path.is_empty() => {
                    path.push(ident);
                    colons = 0;
                }
                other => {
                    self.mention_of_macro(&std::mem::take(&mut path));
                    colons = 0;
                    match other {
                        TokenTree::Ident(ident) => path.push(ident),
                        TokenTree::Group(group) => self.mentions_in(group.stream()),
                        TokenTree::Punct(_) | TokenTree::Literal(_) => {}
                    }
                }
            }
        }
        self.mention_of_macro(&path);
    }

    /// One word is a name of the file's own.
    fn mention_of_macro(&mut self, path: &[Ident]) {
        if path.len() > 1 {
            self.mention(path);
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Mod(inner) if only_for_tests(&inner.attrs) => {}
            Item::Fn(function) if only_for_tests(&function.attrs) => {}
            Item::Mod(inner) => {
                self.module.push(inner.ident.to_string());
                visit::visit_item_mod(self, inner);
                self.module.pop();
            }
            // Those of the file itself were read before.
            Item::Use(import) if self.module.len() > self.file_depth => self.import(import),
            Item::Use(_) => {}
            other => visit::visit_item(self, other),
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() && path.segments.len() > 1 {
            let words: Vec<Ident> = path.segments.iter().map(|part| part.ident.clone()).collect();
            self.mention(&words);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, found: &'ast Macro) {
        self.mentions_in(found.tokens.clone());
        visit::visit_macro(self, found);
    }
}

/// True under `#[cfg(test)]` and `#[test]`.
pub(crate) fn only_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let meta = &attribute.meta;
        let is_test = meta.path().is_ident("test");
        let condition = meta.require_list().map(|list| list.tokens.to_string());
        is_test || (meta.path().is_ident("cfg") && condition.is_ok_and(|words| words == "test"))
    })
}

fn flatten(tree: &UseTree, before: &mut Vec<Ident>, leaves: &mut Vec<Leaf>) {
    match tree {
        UseTree::Path(part) => {
            before.push(part.ident.clone());
            flatten(&part.tree, before, leaves);
            before.pop();
        }
        UseTree::Group(group) => {
            group.items.iter().for_each(|item| flatten(item, before, leaves));
        }
        UseTree::Name(last) if last.ident == "self" => {
            let name = before.last().map(ToString::to_string);
            leaves.push(Leaf { path: before.clone(), name });
        }
        UseTree::Name(last) => {
            let path = [before.as_slice(), std::slice::from_ref(&last.ident)].concat();
            leaves.push(Leaf { path, name: Some(last.ident.to_string()) });
        }
        UseTree::Rename(last) => {
            let own = (last.ident != "self").then(|| last.ident.clone());
            let path = before.iter().cloned().chain(own).collect();
            leaves.push(Leaf { path, name: Some(last.rename.to_string()) });
        }
        UseTree::Glob(_) => leaves.push(Leaf { path: before.clone(), name: None }),
    }
}
