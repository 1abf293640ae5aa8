//! Settings from flags. Each command takes the settings that have an effect on it.

use std::ffi::{OsStr, OsString};
use std::marker::PhantomData;
use std::path::PathBuf;

use anyhow::Result;
use clap::builder::{OsStringValueParser, PossibleValue, TypedValueParser};
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use super::key::AnyKey;
use super::{Configuration, Environment, keys};

/// The name of the flag that names the configuration file; all commands take it.
const FILE_FLAG: &str = "config";

/// The settings that have an effect on a kind of command.
pub(crate) trait FlagGroup {
    const KEYS: &'static [&'static dyn AnyKey];
}

/// Commands that commit and prove.
#[derive(Debug)]
pub(crate) struct Proving;
/// Commands that verify.
#[derive(Debug)]
pub(crate) struct Verifying;
/// Commands that verify a pipeline's folder too.
#[derive(Debug)]
pub(crate) struct VerifyingStored;
/// Commands that test several backends.
#[derive(Debug)]
pub(crate) struct Testing;
/// Commands that load backends to look at them or to measure them.
#[derive(Debug)]
pub(crate) struct Loading;
/// Commands that check a trusted setup.
#[derive(Debug)]
pub(crate) struct CheckingSetup;
/// Commands that turn files into verified blobs.
#[derive(Debug)]
pub(crate) struct Processing;
/// Commands that show every setting.
#[derive(Debug)]
pub(crate) struct Everything;

impl FlagGroup for Proving {
    const KEYS: &'static [&'static dyn AnyKey] = &[
        &keys::BACKEND,
        &keys::THREADS,
        &keys::PRECOMPUTE,
        &keys::TRUSTED_SETUP,
    ];
}

impl FlagGroup for Verifying {
    const KEYS: &'static [&'static dyn AnyKey] = &[
        &keys::BACKEND,
        &keys::THREADS,
        &keys::TRUSTED_SETUP,
        &keys::SUBGROUP_CHECK,
    ];
}

impl FlagGroup for VerifyingStored {
    const KEYS: &'static [&'static dyn AnyKey] = &[
        &keys::BACKEND,
        &keys::THREADS,
        &keys::TRUSTED_SETUP,
        &keys::SUBGROUP_CHECK,
        &keys::CHUNK_BLOBS,
    ];
}

impl FlagGroup for Testing {
    const KEYS: &'static [&'static dyn AnyKey] = &[
        &keys::THREADS,
        &keys::PRECOMPUTE,
        &keys::TRUSTED_SETUP,
        &keys::SUBGROUP_CHECK,
    ];
}

impl FlagGroup for Loading {
    const KEYS: &'static [&'static dyn AnyKey] = &[&keys::TRUSTED_SETUP];
}

impl FlagGroup for CheckingSetup {
    const KEYS: &'static [&'static dyn AnyKey] = &[&keys::BACKEND, &keys::THREADS];
}

impl FlagGroup for Processing {
    const KEYS: &'static [&'static dyn AnyKey] = &[
        &keys::BACKEND,
        &keys::VERIFY_BACKEND,
        &keys::CROSS_CHECK,
        &keys::THREADS,
        &keys::PRECOMPUTE,
        &keys::TRUSTED_SETUP,
        &keys::SUBGROUP_CHECK,
        &keys::PROOFS,
        &keys::EMIT,
        &keys::CHUNK_BLOBS,
        &keys::MEMORY_LIMIT,
    ];
}

impl FlagGroup for Everything {
    const KEYS: &'static [&'static dyn AnyKey] = keys::ALL;
}

/// The given flags of a group, and the configuration file that a flag names.
#[derive(Debug)]
pub(crate) struct Flags<G> {
    file: Option<PathBuf>,
    given: Vec<(&'static str, OsString)>,
    group: PhantomData<G>,
}

impl<G: FlagGroup> Flags<G> {
    /// All settings, from these flags, the environment and the configuration file.
    ///
    /// # Errors
    ///
    /// Wrong usage: a value or a name is not known.
    pub(crate) fn configuration(&self) -> Result<Configuration> {
        let given = G::KEYS.iter().filter_map(|&key| {
            let mut given = self.given.iter();
            let (_, value) = given.find(|(name, _)| *name == key.about().name)?;
            Some((key, value.clone()))
        });
        Configuration::resolve(given, self.file.as_deref(), &Environment::of_process())
    }
}

impl<G: FlagGroup> Args for Flags<G> {
    fn augment_args(command: Command) -> Command {
        command.args(G::KEYS.iter().map(|&key| argument(key)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn argument(key: &'static dyn AnyKey) -> Arg {
    let about = key.about();
    let (variable, default) = (about.variable(), about.default);
    // Without a full stop, as in the help of derived arguments.
    let doc = about.doc.trim_end_matches('.');
    Arg::new(about.name)
        .long(about.flag())
        .value_name(about.metavar)
        .help(format!("{doc} [env: {variable}] [default: {default}]"))
        .hide_possible_values(true)
        .value_parser(Checked(key))
}

/// A parser that accepts the values of a setting, and gives its words to completions.
#[derive(Clone)]
struct Checked(&'static dyn AnyKey);

impl TypedValueParser for Checked {
    type Value = OsString;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<OsString, clap::Error> {
        let key = self.0;
        let check = move |value: OsString| key.check(&value).map(|()| value);
        let checked = OsStringValueParser::new().try_map(check);
        checked.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let words = self.0.about().words.iter();
        Some(Box::new(words.map(|&word| PossibleValue::new(word))))
    }
}

impl<G: FlagGroup> FromArgMatches for Flags<G> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = G::KEYS.iter().filter_map(|key| {
            let name = key.about().name;
            Some((name, matches.get_one::<OsString>(name)?.clone()))
        });
        Ok(Self {
            file: matches.get_one::<PathBuf>(FILE_FLAG).cloned(),
            given: given.collect(),
            group: PhantomData,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
