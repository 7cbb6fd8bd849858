//! The page of a run that has no whole restart yet. It stands in the place of an earlier run's
//! page, which is held in memory: without one whole restart it gets its place back.

use crate::shell::{files, stderr};
use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

/// Such a page. Where it ends before a restart is whole, what was there before is there again.
pub(crate) struct FirstPage {
    place: PathBuf,
    /// What stood there; none where nothing did.
    earlier: Option<Vec<u8>>,
    /// True once a whole restart follows it.
    is_followed: bool,
}

impl FirstPage {
    /// Puts the page there.
    ///
    /// # Errors
    /// The earlier page cannot be read, or the new one not be written: then the earlier one stays.
    pub(crate) fn put(place: &Path, page: &[u8]) -> io::Result<Self> {
        let earlier = match fs::read(place) {
            Ok(earlier) => Some(earlier),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        files::replace(place, page)?;
        Ok(Self { place: place.into(), earlier, is_followed: false })
    }

    /// A whole restart follows: the earlier page, if there was one, goes to this place.
    pub(crate) fn earlier_to(&mut self, place: &Path) -> io::Result<()> {
        if let Some(earlier) = &self.earlier {
            files::replace(place, earlier)?;
        }
        self.is_followed = true;
        Ok(())
    }

    fn take_back(&self) -> io::Result<()> {
        match &self.earlier {
            Some(earlier) => files::replace(&self.place, earlier),
            None => fs::remove_file(&self.place),
        }
    }
}

impl Drop for FirstPage {
    fn drop(&mut self) {
        if self.is_followed {
            return;
        }
        if let Err(error) = self.take_back() {
            let place = self.place.display();
            stderr::say(format_args!(
                "tollgate: {place} is of a run that was cut short ({error}): `tollgate report \
                record.json --format html` makes the page of an earlier record again"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands in a folder in which a first page was put over this one and then left.
    fn left(earlier: Option<&str>, is_followed: bool) -> [Option<String>; 2] {
        let folder = files::private_folder().expect("a folder");
        let [place, aside] = ["report.html", "aside.html"].map(|name| folder.path().join(name));
        if let Some(text) = earlier {
            fs::write(&place, text).expect("written");
        }
        let mut first = FirstPage::put(&place, b"first").expect("there is room");
        assert_eq!(fs::read(&place).expect("there"), b"first");
        if is_followed {
            first.earlier_to(&aside).expect("there is room");
        }
        drop(first);
        [place, aside].map(|file| fs::read_to_string(file).ok())
    }

    #[test]
    fn without_a_whole_restart_an_earlier_page_gets_its_place_back_byte_for_byte() {
        assert_eq!(left(Some("earlier"), false), [Some("earlier".to_owned()), None]);
        assert_eq!(left(None, false), [None, None]);
    }

    #[test]
    fn with_one_the_earlier_page_stands_aside() {
        let both = [Some("first".to_owned()), Some("earlier".to_owned())];
        assert_eq!(left(Some("earlier"), true), both);
        assert_eq!(left(None, true), [Some("first".to_owned()), None]);
    }
}
