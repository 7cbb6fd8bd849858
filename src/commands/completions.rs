//! `tollgate completions SHELL`: completions that know the lanes of this build. The command line
//! itself takes any word: it says more of one that it does not know than a list of values could.

use crate::{lanes::Lanes, lanes::roster::Roster};
use api::{Role, Set};
use clap::{Command, builder::PossibleValuesParser};
use clap_complete::Shell;

/// What a command takes of lanes.
struct Takes {
    command: &'static str,
    argument: &'static str,
    /// True where roles and sets stand for lanes too.
    groups: bool,
}

const TAKES: [Takes; 6] = [
    Takes { command: "run", argument: "lanes", groups: true },
    Takes { command: "conform", argument: "lanes", groups: true },
    Takes { command: "selftest", argument: "lanes", groups: true },
    Takes { command: "call", argument: "lane", groups: false },
    Takes { command: "load", argument: "lane", groups: false },
    Takes { command: "serve", argument: "lane", groups: false },
];

/// The completions of this command line for a shell.
pub(crate) fn completions(command: Command, lanes: &Lanes, shell: Shell) -> Vec<u8> {
    let mut command = with_lanes(command, &Roster::new(lanes));
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut command, "tollgate", &mut text);
    text
}

/// The command line with the lanes that can run here as the values of arguments that take them.
fn with_lanes(command: Command, roster: &Roster) -> Command {
    let known = roster.known.iter().filter(|lane| lane.about.available);
    // clap wants names that live as long as the program, which ends after this.
    let names: Vec<&'static str> = known.map(|lane| &*lane.about.short.clone().leak()).collect();
    let groups = Role::ALL.map(Role::name).into_iter().chain(Set::ALL.map(Set::name));
    let groups: Vec<&'static str> = groups.chain(["all"]).collect();
    TAKES.into_iter().fold(
        command,
        |command, Takes { command: name, argument, groups: grouped }| {
            let groups = if grouped { groups.clone() } else { Vec::new() };
            let words = PossibleValuesParser::new(names.iter().copied().chain(groups));
            command.mut_subcommand(name, |of_name| {
                of_name.mut_arg(argument, |argument| argument.value_parser(words))
            })
        },
    )
}
