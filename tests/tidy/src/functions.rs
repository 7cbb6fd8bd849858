//! How long functions are, as the compiler sees them.

use syn::{
    Block, ImplItemFn, ItemFn, Signature, TraitItemFn,
    spanned::Spanned,
    visit::{self, Visit},
};

/// A function and its length.
pub struct Function {
    /// Its name.
    pub name: String,
    /// Line of its head, from 1.
    pub line: usize,
    /// From the head to the closing brace.
    pub lines: usize,
}

/// Every function of a file that has a body.
pub fn of(file: &syn::File) -> Vec<Function> {
    let mut reader = Reader { found: Vec::new() };
    reader.visit_file(file);
    reader.found
}

struct Reader {
    found: Vec<Function>,
}

impl Reader {
    fn add(&mut self, head: &Signature, body: &Block) {
        let (first, last) = (head.span().start().line, body.span().end().line);
        let name = head.ident.to_string();
        self.found.push(Function { name, line: first, lines: last + 1 - first });
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.add(&function.sig, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.add(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        if let Some(body) = &function.default {
            self.add(&function.sig, body);
        }
        visit::visit_trait_item_fn(self, function);
    }
}
