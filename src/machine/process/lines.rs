//! The lines that a child writes, read in threads of their own and held to bounds: whatever it
//! writes, little of it is kept.

use std::{
    collections::VecDeque,
    io::{self, BufRead, BufReader},
    process::{ChildStderr, ChildStdout},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
        mpsc,
    },
    thread,
};

/// The longest line of stdout while nothing longer is waited for, bytes: a `ready ENDPOINT`, a
/// greeting, a version, floors.
pub(crate) const SHORT_LINE: usize = 64 << 10;
/// Lines of stdout that nobody has taken yet: one. A child is asked one thing at a time, and what
/// it says unasked must not fill the memory.
const UNREAD_LINES: usize = 1;
/// Lines of stderr that are kept for an error message.
const KEPT_LINES: usize = 6;
/// Bytes of each of these: what is longer is cut.
const KEPT_BYTES: usize = 400;

/// How a line begins that says why a program ends, where a page of what it was doing follows: the
/// runtimes of Go and others.
const CAUSES: [&str; 3] = ["SIG", "fatal error: ", "panic: "];

/// The longest line that is taken, which may change while it is read.
pub(crate) type Longest = Arc<AtomicUsize>;

/// The lines of stdout. One that is longer than `longest` says is an error in its place.
pub(crate) fn lines_of(
    stdout: ChildStdout,
    longest: Longest,
) -> mpsc::Receiver<io::Result<String>> {
    let (send, lines) = mpsc::sync_channel(UNREAD_LINES);
    thread::spawn(move || {
        let mut stdout = BufReader::new(stdout);
        while let Some(line) = next_line(&mut stdout, || longest.load(Relaxed)).transpose() {
            let ends = line.is_err();
            // Nobody listens to a callee after its first line: the rest is read all the same, or it
            // would block.
            let _ = send.send(line.and_then(|line| whole(&line)));
            if ends {
                return;
            }
        }
    });
    lines
}

fn whole(line: &Line) -> io::Result<String> {
    if line.length > line.kept.len() {
        let (length, most) = (line.length, line.kept.len());
        let what = format!("a line of {length} bytes; {most} is the most here");
        return Err(io::Error::new(io::ErrorKind::InvalidData, what));
    }
    Ok(String::from_utf8_lossy(&line.kept).into_owned())
}

/// The last words on stderr.
pub(crate) type LastWords = Arc<Mutex<VecDeque<String>>>;

/// Keeps the last lines of stderr, and the first that says why it ends. What is answered says
/// nothing, and ends when stderr has.
pub(crate) fn keep_last(stderr: ChildStderr, kept: LastWords) -> mpsc::Receiver<()> {
    let (ending, ended) = mpsc::channel();
    thread::spawn(move || {
        let _ending: mpsc::Sender<()> = ending;
        let mut stderr = BufReader::new(stderr);
        while let Some(line) = next_line(&mut stderr, || KEPT_BYTES).transpose() {
            let ends = line.is_err();
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            keep(&mut kept, line.map_or_else(|error| error.to_string(), |line| shown(&line)));
            if ends {
                return;
            }
        }
    });
    ended
}

fn keep(kept: &mut VecDeque<String>, line: String) {
    if kept.len() == KEPT_LINES {
        let says_why = CAUSES.iter().any(|cause| kept[0].starts_with(cause));
        kept.remove(usize::from(says_why));
    }
    kept.push_back(line);
}

/// As it may be printed on a terminal: what would move its cursor is left out.
fn shown(line: &Line) -> String {
    let text = String::from_utf8_lossy(&line.kept);
    let mut shown: String = text.chars().filter(|c| !c.is_control()).collect();
    if line.length > line.kept.len() {
        shown.push('…');
    }
    shown
}

/// A line without its end.
struct Line {
    /// Its first bytes: all of them, if it is no longer than allowed.
    kept: Vec<u8>,
    /// How long it was.
    length: usize,
}

/// The next line, of which at most so many bytes are kept; none at the end of the stream.
fn next_line(stream: &mut impl BufRead, longest: impl Fn() -> usize) -> io::Result<Option<Line>> {
    let mut line = Line { kept: Vec::new(), length: 0 };
    loop {
        let chunk = match stream.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if chunk.is_empty() {
            return Ok((line.length > 0).then_some(line));
        }
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let part = &chunk[..end.unwrap_or(chunk.len())];
        let room = longest().saturating_sub(line.kept.len());
        line.kept.extend_from_slice(&part[..part.len().min(room)]);
        line.length += part.len();
        let used = part.len() + usize::from(end.is_some());
        stream.consume(used);
        if end.is_some() {
            return Ok(Some(line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn a_line_without_an_end_keeps_no_more_than_is_allowed() {
        let long = 1 << 20;
        let text = io::repeat(b'x').take(long).chain(&b"\nshort\n\nlast"[..]);
        let mut stream = BufReader::new(text);
        let mut lines = Vec::new();
        while let Some(line) = next_line(&mut stream, || 5).expect("readable") {
            assert!(line.kept.capacity() < 100, "{}", line.kept.capacity());
            lines.push(line);
        }
        let lengths: Vec<usize> = lines.iter().map(|line| line.length).collect();
        assert_eq!(lengths, [long as usize, 5, 0, 4]);
        let texts: Vec<Option<String>> = lines.iter().map(|line| whole(line).ok()).collect();
        assert_eq!(texts, [None, Some("short".into()), Some(String::new()), Some("last".into())]);
    }

    #[test]
    fn the_line_that_says_why_is_kept_before_a_page_of_others() {
        let kept_of = |lines: &[&str]| {
            let mut kept = VecDeque::new();
            lines.iter().for_each(|line| keep(&mut kept, (*line).to_owned()));
            kept.into_iter().collect::<Vec<_>>()
        };
        let registers = ["r8", "r9", "r10", "r11", "r12", "r13", "r14"];
        let said = kept_of(&[&["SIGSEGV: segmentation violation"][..], &registers].concat());
        assert_eq!(said[0], "SIGSEGV: segmentation violation");
        assert_eq!(said[1..], registers[2..]);
        assert_eq!(kept_of(&[&["about to"][..], &registers].concat()), registers[1..]);
    }

    #[test]
    fn last_words_are_short_and_move_no_cursor() {
        let line = Line { kept: b"\x1b[2Jgone\r".to_vec(), length: 9_000 };
        assert_eq!(shown(&line), "[2Jgone…");
    }
}
