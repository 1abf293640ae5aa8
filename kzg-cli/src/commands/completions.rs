//! `kzg completions`.

use anyhow::Result;
use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use crate::args::Arguments;
use crate::exit::Exit;
use crate::output;

#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell that reads the completions: bash, zsh, fish, elvish or powershell.
    pub(crate) shell: Shell,
}

pub(crate) fn run(arguments: &Completions) -> Result<Exit> {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    generate(arguments.shell, &mut command, name, &mut script);
    output::print_text(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
