//! The command that starts one side of a lane: this program or another build of it, a peer, or the
//! user's own words.

use crate::{
    fleet::{Fleet, lane_files},
    lanes::{
        peers::{Peers, program::Place},
        roster::Program,
    },
    shell::failure::Failure,
};
use std::{os::unix::process::CommandExt, path::PathBuf, process::Command, sync::PoisonError};

impl Fleet {
    /// The folder with the files of the peer of this name inside the binary.
    fn embedded_peer(&self, name: &str) -> Result<PathBuf, Failure> {
        let folder = self.folder.path().join("peers").join(name);
        // Held while they are written: nobody starts a peer of which half is there.
        let mut written = self.peers_written.lock().unwrap_or_else(PoisonError::into_inner);
        if written.insert(name.into()) {
            let peers = Peers::embedded();
            let peer = peers.entries().iter().find(|peer| peer.folder == name);
            peer.map_or(Ok(()), |peer| peer.write(&folder))?;
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
            Program::Peer { place, files, words } => {
                let folder = match place {
                    Place::Embedded(name) => self.embedded_peer(name)?,
                    Place::Kept(folder) => folder.clone(),
                };
                self.files.note(lane, files.iter().map(|file| folder.join(file)));
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
