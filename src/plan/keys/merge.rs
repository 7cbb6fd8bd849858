//! A plan from what the user wrote: flags over the plan file over the defaults.

use crate::{
    drive::workload::Files,
    plan::{
        keys::{
            effort,
            file::{self, PlanFile},
            flags::{Flags, KeyFlags},
            form::Form,
            key::{Key, Repeat},
            table,
        },
        run_plan::Plan,
    },
    shell::failure::Failure,
};
use reports::record;
use std::ffi::OsString;

impl Plan {
    /// Flags over the plan file over the defaults.
    pub(crate) fn from_flags(flags: &Flags) -> Result<Self, Failure> {
        Self::merged(flags, file::read(flags.plan.as_deref())?)
    }

    /// Flags over what a plan file says over the defaults.
    pub(crate) fn merged(flags: &Flags, file: PlanFile) -> Result<Self, Failure> {
        let file = effort::settled(&flags.keys, file)?;
        let mut plan = Self::standard();
        for key in table::keys() {
            plan.take_key(key, &flags.keys, &file)?;
        }
        if plan.change.is_asked() {
            stands_beside(flags)?;
        }
        // Which lanes there are is known later: an unknown one is found then.
        plan.lanes_named_at =
            file.place_of("lanes").filter(|_| flags.keys.values("lanes").is_none());
        plan.against = flags.other.other()?;
        plan.name_after_its_command();
        Ok(plan)
    }

    /// Names it, where it is neither the default plan nor a preset, and says how to repeat it.
    pub(crate) fn name_after_its_command(&mut self) {
        if self.is_custom() {
            self.name = "custom";
        }
        self.command = self.as_command();
    }

    /// What its keys put into a record.
    pub(crate) fn recorded(&self) -> record::Plan {
        let mut recorded = record::Plan::default();
        for field in table::keys().filter_map(|key| key.record) {
            field(self, &mut recorded);
        }
        recorded
    }

    /// What flags and file say of a key.
    fn take_key(&mut self, key: &Key, flags: &KeyFlags, file: &PlanFile) -> Result<(), Failure> {
        let flag = flags.values(key.flag);
        if flag.is_none() || key.form == Form::Pairs {
            file.take(key, self)?;
        }
        flag.map_or(Ok(()), |values| key.take(self, values))
    }

    /// True where it is neither the default plan nor a preset.
    fn is_custom(&self) -> bool {
        let mut named = Self { seed: self.seed, ..Self::standard() };
        if let Some(preset) = self.precision.and_then(|wanted| wanted.preset) {
            named.take_preset(preset);
        }
        let Files { products, users, trace } = &self.files;
        let own_files = products.is_some() || users.is_some() || trace.is_some();
        own_files || self.as_command() != named.as_command()
    }
}

/// Refuses flags beside a change of the latest record that would change more: those that would
/// stand in its command.
///
/// # Errors
/// Usage: such a flag was given.
fn stands_beside(flags: &Flags) -> Result<(), Failure> {
    let signed = |values: &[OsString]| {
        values
            .iter()
            .all(|value| value.to_string_lossy().trim().starts_with(['+', '-']))
    };
    let given = table::keys().filter_map(|key| Some((key, flags.keys.values(key.flag)?)));
    for (key, values) in given {
        if key.signed && !signed(values) {
            return Err(Failure::usage(format!(
                "--{0}: its items have no sign, and those of another flag have; give + or - to \
                all, which changes the latest record, or to none",
                key.flag
            )));
        }
        if !key.signed && !matches!(key.repeat, Repeat::Never) {
            return Err(only_the_change(key.flag));
        }
    }
    if flags.other.is_given() {
        return Err(only_the_change("against"));
    }
    Ok(())
}

fn only_the_change(flag: &str) -> Failure {
    Failure::usage(format!(
        "--{flag}: a list with + or - changes the latest record, whose plan holds for everything \
        else; leave out --{flag}, or the signs, which measures a plan of its own"
    ))
}
