//! The command that starts one side of a lane: this program or another build of it, a peer, or the
//! user's own words.

use crate::{
    fleet::{Fleet, lane_files},
    lanes::{peers, roster::Program},
    shell::failure::Failure,
};
use std::{os::unix::process::CommandExt, path::PathBuf, process::Command};

impl Fleet {
    fn peers(&self) -> Result<PathBuf, Failure> {
        let folder = self.folder.path().join("peers");
        if self.peers_written.get().is_none() {
            peers::write(&folder)?;
            let _ = self.peers_written.set(());
        }
        Ok(folder)
    }

    /// What starts one side of a lane. Refuses where a file that the lane is made of is no longer
    /// what it was when the lane was started first.
    pub(super) fn command(
        &self,
        lane: &str,
        program: &Program,
        own: &str,
    ) -> Result<Command, Failure> {
        let command = match program {
            Program::Own => self.own_command(lane, own)?,
            Program::Peer { folder, words } => {
                let folder = self.peers()?.join(folder);
                self.files.note(lane, peers::files_below(&folder));
                let shown = folder.display().to_string();
                let words: Vec<String> =
                    words.iter().map(|word| word.replace("{folder}", &shown)).collect();
                self.given_command(lane, &words)
            }
            Program::Given(words) => self.given_command(lane, words),
        };
        self.files.check(lane)?;
        Ok(command)
    }

    /// This program, or that of another build.
    fn own_command(&self, lane: &str, own: &str) -> Result<Command, Failure> {
        if self.image.has_changed() {
            return Err(lane_files::changed(lane, self.image.path()));
        }
        let mut command = self.start_image();
        command.arg(own);
        if let Some(counting) = &self.counting {
            counting.preload(&mut command, own)?;
        }
        Ok(command)
    }

    pub(super) fn start_image(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.arg0(self.image.path());
        command
    }

    /// Words of a peer's, or of the user's.
    fn given_command(&self, lane: &str, words: &[String]) -> Command {
        self.files.note_command(lane, words);
        let mut words = words.iter();
        let mut command = Command::new(words.next().map_or("", String::as_str));
        command.args(words);
        command
    }
}
