//! What the fuzz target `driver_answers` has kept: lines that reach different parts of the code,
//! and those that it once failed on.

use std::{fs, path::Path};

#[test]
fn every_line_that_fuzzing_kept_is_refused_or_recorded() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    for folder in ["corpus/driver_answers", "crashes/driver_answers"] {
        let mut run = 0;
        for file in fs::read_dir(fuzz.join(folder)).expect("it is in the repository") {
            let file = file.expect("readable").path();
            // The test's output says which file it was, if it panics.
            println!("{}", file.display());
            tollgate::fuzzing::driver_answers(&fs::read(file).expect("readable"));
            run += 1;
        }
        assert!(run > 0, "{folder} is empty");
    }
}
