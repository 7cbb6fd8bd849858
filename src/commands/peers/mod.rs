//! `tollgate peers`: which programs in other languages there are, whether they can run here, and
//! the building of those that have to be built.

mod build;
mod check;
mod clean;
mod list;

pub(crate) use crate::commands::peers::list::in_words;
use crate::{
    lanes::Lanes,
    shell::{failure::Failure, output::print},
};
use std::process::ExitCode;

/// What is done with peers.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

/// What holds for all of them.
const AFTER: &str = "A run builds nothing: lanes of a peer that is not built are shown as missing. \
What is built lies in the user's cache folder, or in the one that TOLLGATE_CACHE names, and is \
built anew when a file of the peer or the version of its language changes. A language of your own \
joins by a [[peer]] in a --lanes-file; peers/peers.toml says how.";

#[derive(Clone, Debug, clap::Subcommand)]
enum What {
    /// Show every peer: its language here, whether it is built, its lanes
    List,
    /// Build peers that have to be built and are not yet
    Build {
        /// Languages, as `peers list` shows them [default: all that are here]
        #[arg(value_name = "LANGUAGE")]
        languages: Vec<String>,
        /// Show what would be run and downloaded, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Prove that what was built works
    Check {
        /// Languages, as `peers list` shows them [default: all]
        #[arg(value_name = "LANGUAGE")]
        languages: Vec<String>,
    },
    /// Remove what was built
    Clean {
        /// Languages, as `peers list` shows them [default: all]
        #[arg(value_name = "LANGUAGE")]
        languages: Vec<String>,
    },
}

/// Does it.
pub(crate) fn peers(lanes: &Lanes, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let peers = lanes.peers();
    match &arguments.what {
        What::List => print(&list::text(lanes))?,
        What::Build { languages, dry_run: true } => {
            print(&build::would_be_done(&peers.named(languages)?))?;
        }
        What::Build { languages, dry_run: false } => {
            return build::build(&peers.named(languages)?, !languages.is_empty());
        }
        What::Check { languages } => return check::check(&peers.named(languages)?),
        What::Clean { languages } => clean::clean(&peers.named(languages)?)?,
    }
    Ok(ExitCode::SUCCESS)
}
