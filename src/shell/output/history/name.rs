//! What a record of the history is called: the time at which its run began, and the how manieth of
//! that time it is.

/// What stands in the place of `2026-11-28T09-12-33Z`: digits where it has a 0.
const PATTERN: &str = "0000-00-00T00-00-00Z";
const SUFFIX: &str = ".json";
const PAGE_SUFFIX: &str = ".html";

/// In the order of time, and at one time in that of their numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    /// As `2026-11-28T09-12-33Z`.
    pub(super) stamp: String,
    /// From 1 on.
    pub(super) nth: u32,
}

impl Name {
    /// A time of RFC 3339 in UTC as part of a name; none where it is no such time: what stands in
    /// a record may be anything.
    pub(super) fn stamp_of(started_at: &str) -> Option<String> {
        let stamp = started_at.replace(':', "-");
        is_stamp(&stamp).then_some(stamp)
    }

    /// The name of a record of the history; none for any other file.
    pub(super) fn parse(file: &str) -> Option<Self> {
        let name = file.strip_suffix(SUFFIX)?;
        let (stamp, rest) = name.split_at_checked(PATTERN.len())?;
        let nth = match rest.strip_prefix('-') {
            Some(number) => number.parse().ok().filter(|nth| *nth > 1)?,
            None if rest.is_empty() => 1,
            None => return None,
        };
        let name = Self { stamp: stamp.to_owned(), nth };
        // No other way of writing a number: two names would be of one file.
        (is_stamp(stamp) && name.record() == file).then_some(name)
    }

    /// As `2026-11-28T09-12-33Z.json`, `2026-11-28T09-12-33Z-2.json`.
    pub(super) fn record(&self) -> String {
        self.file(SUFFIX)
    }

    /// What its page is called, which lies beside it.
    pub(super) fn page(&self) -> String {
        self.file(PAGE_SUFFIX)
    }

    fn file(&self, suffix: &str) -> String {
        let Self { stamp, nth } = self;
        if *nth == 1 {
            format!("{stamp}{suffix}")
        } else {
            format!("{stamp}-{nth}{suffix}")
        }
    }
}

fn is_stamp(text: &str) -> bool {
    let fits = |(is, as_in): (u8, u8)| is == as_in || (as_in == b'0' && is.is_ascii_digit());
    text.len() == PATTERN.len() && text.bytes().zip(PATTERN.bytes()).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_history_are_read_back_and_no_other_file_is_one() {
        let stamp = Name::stamp_of("2026-11-28T09:12:33Z").expect("a time");
        for nth in [1, 2, 10] {
            let name = Name { stamp: stamp.clone(), nth };
            assert_eq!(Name::parse(&name.record()), Some(name));
        }
        for file in [
            "2026-11-28T09-12-33Z.html",
            "2026-11-28T09-12-33Z-1.json",
            "2026-11-28T09-12-33Z-02.json",
            "2026-11-28T09-12-33Z-mine.json",
            "2026-11-28.json",
            ".tollgate-2026-11-28T09-12-33Z.json",
        ] {
            assert_eq!(Name::parse(file), None, "{file}");
        }
    }

    #[test]
    fn a_time_that_would_lead_out_of_the_folder_is_no_name() {
        for started_at in ["", "../../../../etc/passwd", "2026-11-28T09:12:33+01:00", "2026-11-28"]
        {
            assert_eq!(Name::stamp_of(started_at), None, "{started_at}");
        }
    }

    #[test]
    fn later_runs_and_later_displaced_records_of_one_run_come_later() {
        let parsed = |file: &str| Name::parse(file).expect("a name");
        let in_order = [
            "2026-11-28T09-12-33Z.json",
            "2026-11-28T09-12-33Z-2.json",
            "2026-11-28T09-12-33Z-10.json",
            "2026-11-29T00-00-00Z.json",
        ];
        assert!(in_order.map(parsed).is_sorted());
    }
}
