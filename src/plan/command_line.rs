//! The command line that repeats a plan.

use crate::plan::{
    keys::{
        form::Form,
        key::{Key, Repeat},
        table,
    },
    run_plan::Plan,
};

impl Plan {
    /// The command line that repeats this plan, without files: a record holds no paths.
    pub(crate) fn as_command(&self) -> String {
        let standard = Self::standard();
        let mut words = vec!["tollgate run".to_owned()];
        words.extend(table::keys().filter_map(|key| key.repeated(self, &standard)));
        if self.against.is_some() {
            // A record holds no path: whoever repeats the run names the other build again.
            words.push("--against OTHER".into());
        }
        words.join(" ")
    }
}

impl Key {
    /// Flag and text, where the command has them.
    fn repeated(&self, plan: &Plan, standard: &Plan) -> Option<String> {
        let text = match self.repeat {
            Repeat::Never => None,
            Repeat::Changed(text) => text(plan).filter(|own| text(standard).as_ref() != Some(own)),
            Repeat::Always(text) => Some(text(plan)),
        }?;
        Some(if self.form == Form::Switch {
            format!("--{}", self.flag)
        } else {
            format!("--{} {text}", self.flag)
        })
    }
}
