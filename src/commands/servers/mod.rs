//! `tollgate servers`: which servers lanes may go through, and whether they can run here; one that
//! is started for a person, who may end it from another terminal; one that has to be built.

pub(crate) mod attend;
mod build;
mod check;
mod started;

use crate::{
    lanes::Lanes,
    shell::{failure::Failure, output::print},
};
use std::process::ExitCode;

/// What is done with servers.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

/// What holds for all of them.
const AFTER: &str = "A run starts the servers of its lanes itself, and ends them. With --server \
NAME=URL lanes go through one of your own, which is never started nor ended here. It is opened by \
TOLLGATE_SERVER_NAME_USER and TOLLGATE_SERVER_NAME_PASSWORD of the environment, NAME in \
capitals.";

#[derive(Clone, Debug, clap::Subcommand)]
enum What {
    /// Show every server, and what is missing for those that cannot run here
    Check,
    /// Start a server, print where it answers, and end it on Ctrl-C
    Start(started::Arguments),
    /// End servers that `servers start` of yours started, in whichever terminal: all, or those of a
    /// name. No other server is touched
    Stop {
        /// The server, as `servers check` names it
        name: Option<String>,
    },
    /// Build a server that has to be built, into the cache folder
    Build {
        /// The server, as `servers check` names it
        name: String,
    },
}

/// Does it.
pub(crate) fn servers(lanes: &Lanes, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let servers = lanes.servers();
    match &arguments.what {
        What::Check => print(&check::text(servers))?,
        What::Start(arguments) => started::start(servers, arguments)?,
        What::Stop { name } => {
            let name = name.as_deref().map(|name| servers.named(name)).transpose()?;
            started::stop(name.map(|entry| entry.name.as_str()))?;
        }
        What::Build { name } => build::build(servers.named(name)?)?,
    }
    Ok(ExitCode::SUCCESS)
}
