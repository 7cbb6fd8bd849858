//! What the fuzz target `record` has kept: inputs that reach different parts of the code, and those
//! that it once failed on.

use std::{fs, path::Path};

#[test]
fn every_file_that_fuzzing_kept_is_refused_or_shown() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    for folder in ["corpus/record", "crashes/record"] {
        let mut run = 0;
        for file in fs::read_dir(fuzz.join(folder)).expect("it is in the repository") {
            let file = file.expect("readable").path();
            // The test's output says which file it was, if it panics.
            println!("{}", file.display());
            reports::fuzzing::record(&fs::read(file).expect("readable"));
            run += 1;
        }
        assert!(run > 0, "{folder} is empty");
    }
}
