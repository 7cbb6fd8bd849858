//! Criterion's own report: where it is, and how a page of ours leads to it.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The page, in criterion's folder.
const PAGE: &str = "report/index.html";
/// Where cargo has criterion keep it if nobody says otherwise, from the current folder.
const USUAL: &str = "target/criterion/report/index.html";

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

#[cfg(test)]
mod tests {
    use super::*;

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
