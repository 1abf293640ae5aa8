//! A command that this build lacks prints how to build the program with it.

use crate::{folder_with, run, stderr};

#[test]
fn a_command_of_a_missing_feature_says_how_to_build_it() {
    let dir = folder_with(&[0; 131_072]);
    let mut cases: Vec<(&[&str], &str)> = Vec::new();
    if cfg!(not(feature = "metrics")) {
        cases.push((&["commit", "input", "--metrics", "m"], "metrics"));
        cases.push((
            &["pipeline", "input", "--out", "out", "--metrics", "m"],
            "metrics",
        ));
    }
    if cfg!(not(feature = "schema")) {
        cases.push((&["schema", "report"], "schema"));
    }
    if cfg!(not(feature = "serve")) {
        cases.push((&["serve"], "serve"));
    }
    if cfg!(not(feature = "selftest")) {
        cases.push((&["selftest"], "selftest"));
    } else if cfg!(not(feature = "vectors")) {
        cases.push((&["selftest", "--vectors", "vectors"], "vectors"));
    }
    let mut exit_codes = vec![2; cases.len()];
    if cfg!(not(feature = "constantine")) {
        cases.push((
            &["commit", "input", "--backend", "constantine"],
            "constantine",
        ));
        exit_codes.push(4);
    }
    for ((arguments, feature), exit_code) in cases.into_iter().zip(exit_codes) {
        let message = stderr(&run(dir.path(), arguments, exit_code));
        assert_eq!(message.lines().count(), 1, "{message}");
        for part in [
            format!("built without the feature {feature}"),
            format!("cargo install --path kzg-cli --locked --features {feature}"),
        ] {
            assert!(message.contains(&part), "{message}");
        }
    }
}
