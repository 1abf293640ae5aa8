//! `kzg config`.

use std::fmt;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::config::{Configuration, Everything, Flags, Origin, TEMPLATE_BEGINS, keys};
use crate::exit::Exit;
use crate::{output, table};

#[derive(Args, Debug)]
pub(crate) struct Config {
    #[command(subcommand)]
    pub(crate) action: ConfigAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigAction {
    /// Show every setting, its value and the origin of the value.
    Show(ConfigShow),
    /// Print a configuration file that explains every setting and changes none.
    Template,
}

#[derive(Args, Debug)]
pub(crate) struct ConfigShow {
    #[command(flatten)]
    pub(crate) settings: Flags<Everything>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn show(arguments: &ConfigShow) -> Result<Exit> {
    let configuration = arguments.settings.configuration()?;
    output::print(arguments.json, &configuration, || text(&configuration))?;
    Ok(Exit::Done)
}

fn text(configuration: &Configuration) -> String {
    let mut table = table::table();
    table.set_header(["setting", "value", "from"]);
    for setting in &configuration.settings {
        let origin = setting.origin.to_string();
        let value = setting.value.to_string_lossy();
        table.add_row([setting.about.name, &*value, &origin]);
    }
    let file = &configuration.file;
    let place = match &file.path {
        None => "none, because there is no home folder".to_owned(),
        Some(path) if file.read => path.display().to_string(),
        Some(path) => format!("none; {} would be read", path.display()),
    };
    let table = table::text(&table);
    format!("{table}\nconfiguration file: {place}")
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}, line {line}", path.display()),
            Self::Environment { variable } => write!(f, "environment variable {variable}"),
            Self::Flag { flag } => write!(f, "flag {flag}"),
        }
    }
}

pub(crate) fn template() -> Result<Exit> {
    output::print_text(&template_text())?;
    Ok(Exit::Done)
}

/// A file in which every line is a comment.
fn template_text() -> String {
    let mut text = format!(
        "{TEMPLATE_BEGINS} An environment variable overrides this file, and a flag overrides both.\n"
    );
    for key in keys::ALL {
        let about = key.about();
        text.push('\n');
        text.push_str(&about.comment());
        let (variable, flag) = (about.variable(), about.flag());
        text.push_str(&format!("# Also: {variable}, --{flag} {}\n", about.metavar));
        text.push_str(&format!("# {} = {:?}\n", about.name, about.default));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_is_the_template() {
        let reference = include_str!("../../../docs/configuration.md");
        let listed = format!("```toml\n{}```\n", template_text());
        assert!(
            reference.contains(&listed),
            "docs/configuration.md:\n{listed}"
        );
    }
}
