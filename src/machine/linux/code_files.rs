//! Which files a process runs: its program and its shared libraries, as the kernel has mapped them;
//! and how a program is started from a file that is open, whatever lies at its path by then.

use std::{
    fs::{self, File},
    os::fd::AsRawFd,
    path::{Path, PathBuf},
};

/// A path under which a child of this process, and only at its start, finds this open file.
pub(crate) fn path_of_open_file(file: &File) -> Option<PathBuf> {
    // In the child the same number is the same file: it is closed behind the start of the program.
    let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
    path.exists().then_some(path)
}

/// The files whose code a process has mapped. Left out is what has no name: memory files, and files
/// that were removed.
pub(crate) fn code_files(pid: u32) -> Vec<PathBuf> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap_or_default();
    let mut files: Vec<PathBuf> = maps.lines().filter_map(code_file).collect();
    files.sort_unstable();
    files.dedup();
    files
}

/// The files that a process has open to write into.
pub(crate) fn written_files(pid: u32) -> Vec<PathBuf> {
    let open = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    let written = open.filter(|entry| is_written(pid, &entry.file_name().to_string_lossy()));
    written.filter_map(|entry| fs::read_link(entry.path()).ok()).collect()
}

/// True where the flags of the open file let it be written into.
fn is_written(pid: u32, number: &str) -> bool {
    let info = fs::read_to_string(format!("/proc/{pid}/fdinfo/{number}")).unwrap_or_default();
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
    // O_ACCMODE: not O_RDONLY, which is 0.
    flags.is_some_and(|flags| flags & 0o3 != 0)
}

/// The file of a line of `maps`, `7f.. r-xp 00000000 08:01 1234   /usr/lib/libc.so.6`, that maps
/// code.
fn code_file(line: &str) -> Option<PathBuf> {
    let mut fields = line.splitn(6, ' ');
    let is_code = fields.nth(1)?.contains('x');
    let path = fields.nth(3)?.trim_start();
    let is_named = path.starts_with('/')
        && !path.starts_with("/memfd:")
        && !path.starts_with("/dev/")
        && !path.ends_with(" (deleted)");
    (is_code && is_named).then(|| Path::new(path).to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_written_are_told_from_those_that_are_read() {
        let [log, data] = [(); 2].map(|()| tempfile::NamedTempFile::new().expect("a file"));
        let reading = File::open(data.path()).expect("there");
        let (_, data) = data.into_parts();
        let files = written_files(std::process::id());
        assert!(files.contains(&log.path().to_path_buf()), "{files:?}");
        assert!(!files.contains(&data.to_path_buf()), "{files:?} {reading:?}");
    }

    #[test]
    fn the_program_of_this_process_is_among_its_code_and_data_is_not() {
        let files = code_files(std::process::id());
        let own = std::env::current_exe().expect("Linux");
        assert!(files.contains(&own), "{files:?}");
        let line = |perms: &str, path: &str| {
            code_file(&format!("7f0000000000-7f0000001000 {perms} 00000000 08:01 1234   {path}"))
        };
        assert_eq!(line("r-xp", "/lib/a b.so"), Some(PathBuf::from("/lib/a b.so")));
        for (perms, path) in [
            ("r--p", "/lib/a.so"),
            ("r-xp", "[vdso]"),
            ("r-xp", "/memfd:tollgate-ffi (deleted)"),
            ("r-xp", "/lib/a.so (deleted)"),
        ] {
            assert_eq!(line(perms, path), None, "{perms} {path}");
        }
    }
}
