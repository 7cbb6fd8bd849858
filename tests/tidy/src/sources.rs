//! Source files of the checkout, parsed. Generated and foreign code is left out.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Folders that hold no source of ours.
const LEFT_OUT: [&str; 5] = ["target", ".git", "vendor", "node_modules", "out"];

/// A source file.
pub struct Source {
    /// Its path below the folder that was asked for, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The same, parsed.
    pub syntax: syn::File,
}

/// Every file below `folder` whose name ends like this, by path.
///
/// # Errors
///
/// A folder that cannot be read.
pub fn files(folder: &Path, ending: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !LEFT_OUT.contains(&name.as_str()) {
            found.extend(files(&path, ending)?);
        } else if path.is_file() && name.ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// How many entries each folder has, this one and all below it, by their paths from here.
///
/// # Errors
///
/// A folder that cannot be read.
pub fn entries(folder: &Path) -> io::Result<Vec<(PathBuf, usize)>> {
    let mut found = Vec::new();
    let mut due = vec![PathBuf::new()];
    while let Some(below) = due.pop() {
        let mut count = 0;
        for entry in fs::read_dir(folder.join(&below))? {
            let entry = entry?;
            count += 1;
            if entry.path().is_dir() {
                due.push(below.join(entry.file_name()));
            }
        }
        found.push((below, count));
    }
    found.sort();
    Ok(found)
}

/// Every Rust source below `folder`.
///
/// # Errors
///
/// A file that cannot be read or is no Rust, by its name.
pub fn rust(folder: &Path) -> Result<Vec<Source>, String> {
    let paths = files(folder, ".rs").map_err(|why| format!("{}: {why}", folder.display()))?;
    paths.iter().map(|path| source(folder, path)).collect()
}

fn source(folder: &Path, path: &Path) -> Result<Source, String> {
    let text = fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()))?;
    let syntax = syn::parse_file(&text).map_err(|why| {
        let at = why.span().start();
        format!("{}:{}: {why}", path.display(), at.line)
    })?;
    let below = path.strip_prefix(folder).unwrap_or(path);
    let path = below.to_string_lossy().replace('\\', "/");
    Ok(Source { path, text, syntax })
}
