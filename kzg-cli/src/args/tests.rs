//! The command line as a whole.

use clap::{Arg, Command, CommandFactory};

use super::Arguments;
use crate::config::keys;

#[test]
fn the_command_line_is_consistent() {
    Arguments::command().debug_assert();
}

/// The commands on which a setting has an effect.
const AFFECTED: [(&str, &str); 12] = [
    (
        "backend",
        "pipeline, decode, commit, prove, verify, cells, recover, verify-cells, convert, bench, \
         serve, selftest, inspect, setup verify, config show",
    ),
    ("verify-backend", "pipeline, config show"),
    ("cross-check", "pipeline, serve, config show"),
    ("audit-log", "serve, config show"),
    (
        "threads",
        "pipeline, decode, commit, prove, verify, cells, recover, verify-cells, convert, bench, \
         serve, selftest, inspect, setup verify, config show",
    ),
    (
        "precompute",
        "pipeline, commit, prove, cells, recover, convert, serve, selftest, config show",
    ),
    (
        "trusted-setup",
        "pipeline, decode, commit, prove, verify, cells, recover, verify-cells, convert, \
         backends, bench, serve, selftest, inspect, config show",
    ),
    (
        "subgroup-check",
        "pipeline, decode, verify, verify-cells, serve, selftest, inspect, config show",
    ),
    ("proofs", "pipeline, config show"),
    ("emit", "pipeline, config show"),
    ("chunk-blobs", "pipeline, verify, config show"),
    ("memory-limit", "pipeline, config show"),
];

/// The commands below `command` that take a flag, by their names on the command line.
fn taking(command: &Command, flag: &str) -> Vec<String> {
    let subcommands = command.get_subcommands().flat_map(|subcommand| {
        let name = subcommand.get_name();
        let takes = |arg: &Arg| arg.get_long() == Some(flag);
        let itself = subcommand.get_arguments().any(takes);
        let below = taking(subcommand, flag);
        let below = below
            .into_iter()
            .map(move |below| format!("{name} {below}"));
        itself.then(|| name.to_owned()).into_iter().chain(below)
    });
    subcommands.collect()
}

/// `--proofs` of two commands is a file of proofs, and no setting.
fn is_a_file_of_proofs(flag: &str, command: &str) -> bool {
    flag == "proofs" && ["recover", "verify-cells"].contains(&command)
}

#[test]
fn a_command_takes_the_settings_that_have_an_effect_on_it() {
    let flags = keys::ALL.iter().map(|key| key.about().flag());
    assert!(flags.eq(AFFECTED.map(|(flag, _)| flag.to_owned())));
    for (flag, affected) in AFFECTED {
        let mut commands = taking(&Arguments::command(), flag);
        commands.retain(|command| !is_a_file_of_proofs(flag, command));
        assert_eq!(commands.join(", "), affected, "--{flag}");
    }
}
