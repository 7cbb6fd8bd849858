//! Names of lanes in the sources: which there are, and which texts of the code name one.

use crate::{
    imports::only_for_tests,
    sources::{self, Source},
};
use proc_macro2::{TokenStream, TokenTree};
use std::{collections::BTreeSet, fs, path::Path};
use syn::{
    Attribute, Expr, FieldValue, ImplItemConst, Item, ItemConst, Lit, LitStr, Macro, Member,
    visit::{self, Visit},
};

/// The names of transports, of which names of lanes are made, as the registry's crates and
/// `peers/*.toml` declare them: fields and constants that hold one.
///
/// # Errors
///
/// A file that cannot be read or is no Rust.
pub fn of_transports(root: &Path) -> Result<BTreeSet<String>, String> {
    let mut declared = Declared::default();
    for source in sources::rust(&root.join("transports"))? {
        let name = source.path.rsplit('/').next().unwrap_or_default();
        if ["variants.rs", "lane.rs"].contains(&name) {
            declared.visit_file(&source.syntax);
        }
    }
    for manifest in fs::read_dir(root.join("peers")).map_err(|why| format!("peers: {why}"))? {
        let manifest = manifest.map_err(|why| format!("peers: {why}"))?.path();
        if manifest.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let text = fs::read_to_string(&manifest);
        let text = text.map_err(|why| format!("{}: {why}", manifest.display()))?;
        let named = text.lines().filter_map(|line| line.strip_prefix("transport = "));
        declared.names.extend(named.map(|name| name.trim_matches('"').to_owned()));
    }
    Ok(declared.names)
}

#[derive(Default)]
struct Declared {
    names: BTreeSet<String>,
}

impl Declared {
    fn add(&mut self, value: &Expr) {
        if let Expr::Lit(literal) = value
            && let Lit::Str(text) = &literal.lit
        {
            self.names.insert(text.value());
        }
    }
}

/// Constants that hold the name of a transport.
fn is_of_a_transport(constant: &syn::Ident) -> bool {
    constant == "NAME" || constant == "BASE"
}

impl<'ast> Visit<'ast> for Declared {
    fn visit_field_value(&mut self, field: &'ast FieldValue) {
        if matches!(&field.member, Member::Named(name) if name == "transport") {
            self.add(&field.expr);
        }
        visit::visit_field_value(self, field);
    }

    fn visit_impl_item_const(&mut self, constant: &'ast ImplItemConst) {
        if is_of_a_transport(&constant.ident) {
            self.add(&constant.expr);
        }
    }

    fn visit_item_const(&mut self, constant: &'ast ItemConst) {
        if is_of_a_transport(&constant.ident) {
            self.add(&constant.expr);
        }
    }
}

/// A text that names a lane, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// From 1.
    pub line: usize,
    /// The text.
    pub text: String,
}

/// The texts in a file that are the name of a lane, short or full, or a list of such names. Code
/// for tests alone, comments and attributes are left out.
pub fn texts_of_lanes(source: &Source, transports: &BTreeSet<String>) -> Vec<Named> {
    if source.path.ends_with("/tests.rs") {
        return Vec::new();
    }
    let mut texts = Texts::default();
    texts.visit_file(&source.syntax);
    texts.found.retain(|named| is_of_lanes(&named.text, transports));
    texts.found
}

/// True for names of lanes and nothing else, and for whatever holds a full name.
fn is_of_lanes(text: &str, transports: &BTreeSet<String>) -> bool {
    let words = || text.split([' ', ',', '`', '"', '=']).filter(|word| !word.is_empty());
    let is_full = |word: &str| {
        let parts: Vec<&str> = word.split('/').collect();
        matches!(parts[..], [_, transport, _] if transports.contains(transport))
    };
    let is_name = |word: &str| transports.contains(word) || is_full(word);
    words().any(is_full) || (words().next().is_some() && words().all(is_name))
}

#[derive(Default)]
struct Texts {
    found: Vec<Named>,
}

impl Texts {
    fn add(&mut self, text: &LitStr) {
        self.found.push(Named { line: text.span().start().line, text: text.value() });
    }

    /// What stands in a macro is not parsed.
    fn add_tokens(&mut self, tokens: TokenStream) {
        for tree in tokens {
            match tree {
                TokenTree::Group(group) => self.add_tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let Lit::Str(text) = Lit::new(literal) {
                        self.add(&text);
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Texts {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Mod(inner) if only_for_tests(&inner.attrs) => {}
            Item::Fn(function) if only_for_tests(&function.attrs) => {}
            other => visit::visit_item(self, other),
        }
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        self.add(text);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        self.add_tokens(called.tokens.clone());
    }
}
