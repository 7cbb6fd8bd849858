//! Criterion's own report: where it is, how a page of ours leads to it, and it to ours.

use crate::shell::files::Staged;
use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// The page, in criterion's folder.
const PAGE: &str = "report/index.html";
/// Where cargo has criterion keep it if nobody says otherwise, from the current folder.
const USUAL: &str = "target/criterion/report/index.html";
/// The end of the page's heading, in criterion 0.8: the link to ours goes behind it.
const HEADING_END: &str = "Benchmark Index</h2>";

/// The page of this folder of criterion's, where there is one.
pub(super) fn page(criterion: &Path) -> Option<PathBuf> {
    let page = criterion.join(PAGE);
    // From the current folder where it lies below it: a shorter path to copy.
    let here = env::current_dir().ok();
    let below = here.and_then(|here| Some(page.strip_prefix(here).ok()?.to_path_buf()));
    Some(below.unwrap_or(page)).filter(|page| page.is_file())
}

/// A link to it from a page in this folder.
pub(super) fn link(out: &Path, criterion: Option<&Path>) -> Option<String> {
    let here = fs::canonicalize(".").ok()?;
    let out = fs::canonicalize(out).ok()?;
    let page = fs::canonicalize(page(criterion?)?).ok()?;
    relative(&here, &out, &page)
}

/// None but where both lie in their usual places: a page that is given away names no other folder
/// of the machine.
fn relative(here: &Path, out: &Path, page: &Path) -> Option<String> {
    let below = out.strip_prefix(here).ok()?;
    let is_usual = page == here.join(USUAL);
    is_usual.then(|| "../".repeat(below.components().count()) + USUAL)
}

/// Puts a link to this report of ours into criterion's page, which criterion writes anew each time
/// it measures. Nothing where either lies elsewhere than usual, or the link is there.
///
/// # Errors
/// The page cannot be read or written.
pub(super) fn link_back(report: &Path, criterion: &Path) -> io::Result<()> {
    let Some(page) = page(criterion) else { return Ok(()) };
    let (here, page) = (fs::canonicalize(".")?, fs::canonicalize(page)?);
    let report = fs::canonicalize(report)?;
    let Ok(below) = report.strip_prefix(&here) else { return Ok(()) };
    if page != here.join(USUAL) {
        return Ok(());
    }
    let up = "../".repeat(Path::new(USUAL).components().count() - 1);
    match linked(&fs::read_to_string(&page)?, &format!("{up}{}", below.display())) {
        Some(text) => Staged::new(&page, text.as_bytes())?.put(),
        None => Ok(()),
    }
}

/// The page with the link; none where it is there already, or the heading is not.
fn linked(page: &str, href: &str) -> Option<String> {
    let link = format!("<p><a href=\"{href}\">Tollgate's report of the same build</a></p>");
    let (before, after) = page.split_once(HEADING_END)?;
    let is_there = page.contains(&link);
    (!is_there).then(|| format!("{before}{HEADING_END}{link}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn criterions_page_leads_to_ours_once() {
        let page = "<body><h2>Criterion.rs Benchmark Index</h2>See individual pages</body>";
        let once = linked(page, "../../../reports/out/report.html").expect("put in");
        assert!(once.contains(
            "Index</h2><p><a href=\"../../../reports/out/report.html\">Tollgate's report"
        ));
        assert!(once.ends_with("</p>See individual pages</body>"));
        assert_eq!(linked(&once, "../../../reports/out/report.html"), None, "it is there");
        assert_eq!(linked("<h2>Another page</h2>", "report.html"), None);
    }

    #[test]
    fn a_link_to_criterions_report_names_no_folder_of_the_machine() {
        let link = |out: &str, criterion: &str| {
            relative(Path::new("/home/ada/tollgate"), Path::new(out), Path::new(criterion))
        };
        let usual = "/home/ada/tollgate/target/criterion/report/index.html";
        assert_eq!(
            link("/home/ada/tollgate/reports/out", usual).as_deref(),
            Some("../../target/criterion/report/index.html")
        );
        for (out, criterion) in [
            ("/home/ada/elsewhere", usual),
            ("/home/ada/tollgate/reports/out", "/scratch/ada/criterion/report/index.html"),
            ("/home/ada/tollgate/reports/out", "/home/ada/tollgate/ada/report/index.html"),
        ] {
            assert_eq!(link(out, criterion), None, "{out} {criterion}");
        }
    }
}
