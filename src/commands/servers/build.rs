//! `tollgate servers build NAME`: the commands of an entry, in a folder that is kept.

use crate::{
    lanes::servers::ServerEntry,
    machine::process::build_steps::BuildSteps,
    shell::{failure::Failure, interrupt, output::print},
};

/// Builds it, unless it was built already.
pub(super) fn build(entry: &ServerEntry) -> Result<(), Failure> {
    let name = &entry.name;
    let folder = entry.build_folder().map_err(|error| Failure::usage_at(name, error))?;
    let Some(folder) = folder else {
        return print(&format!("{name} is installed, not built: {}\n", entry.install));
    };
    if !folder.is_dir() {
        interrupt::watch()?;
        let commands = entry.build.iter().map(Vec::as_slice).collect();
        BuildSteps { name, commands, folder: &folder }.build(|_| Ok(()))?;
    }
    print(&format!("{name} is built\n"))
}
