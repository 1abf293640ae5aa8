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
    for (arguments, feature) in cases {
        let message = stderr(&run(dir.path(), arguments, 2));
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(
            message.contains(&format!("--features {feature}")),
            "{message}"
        );
    }
}
