//! A plan from what the user wrote: flags over the plan file over the defaults.

use crate::{
    drive::workload::Files,
    plan::{
        keys::{
            effort,
            file::{self, PlanFile},
            flags::{Flags, KeyFlags},
            form::Form,
            key::Key,
            table,
        },
        run_plan::Plan,
    },
    shell::failure::Failure,
};
use reports::record;

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
        // Which lanes there are is known later: an unknown one is found then.
        plan.lanes_named_at =
            file.place_of("lanes").filter(|_| flags.keys.values("lanes").is_none());
        plan.against = flags.other.other()?;
        if plan.is_custom() {
            plan.name = "custom";
        }
        plan.command = plan.as_command();
        Ok(plan)
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
