//! `kzg sql`.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use clap::Args;
use kzg_advanced::{Error, IoAction};

use crate::errors::usage;
use crate::exit::Exit;

/// The name of the program, which is built by itself because it has an engine in it.
const PROGRAM: &str = "kzg-sql";

/// Query blobs in Parquet files by SQL, here or on a cluster; starts the program kzg-sql.
///
/// `kzg sql --help` prints the help of kzg-sql, which is looked for beside kzg and then on the PATH.
#[derive(Args, Debug)]
#[command(disable_help_flag = true)]
pub(crate) struct Sql {
    /// The arguments of kzg-sql.
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "ARGUMENT"
    )]
    arguments: Vec<OsString>,
}

/// Replaces this process with kzg-sql where the system can, and otherwise waits for it.
pub(crate) fn run(arguments: &Sql) -> Result<Exit> {
    let beside = env::current_exe().ok();
    let path = env::var_os("PATH").unwrap_or_default();
    let Some(program) = find(beside.as_deref().and_then(Path::parent), &path) else {
        return Err(usage(
            "kzg-sql is neither beside kzg nor on the PATH; in the source of kzg, build it with: \
             cargo install --path kzg-sql --locked",
        ));
    };
    start(Command::new(&program).args(&arguments.arguments))
        .map_err(|error| Error::io(IoAction::Start, program.display().to_string(), &error).into())
}

/// The program in a folder, or in the folders of a list.
fn find(folder: Option<&Path>, path: &OsString) -> Option<PathBuf> {
    let name = format!("{PROGRAM}{}", env::consts::EXE_SUFFIX);
    let folders = folder
        .map(Path::to_owned)
        .into_iter()
        .chain(env::split_paths(path));
    folders
        .map(|folder| folder.join(&name))
        .find(|program| program.is_file())
}

#[cfg(unix)]
fn start(command: &mut Command) -> io::Result<Exit> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

#[cfg(not(unix))]
fn start(command: &mut Command) -> io::Result<Exit> {
    let code = command.status()?.code();
    let exits = [
        Exit::Done,
        Exit::NegativeVerdict,
        Exit::Usage,
        Exit::BadInput,
        Exit::Interrupted,
    ];
    let exit = exits
        .into_iter()
        .find(|&exit| code == Some(exit.code().into()));
    Ok(exit.unwrap_or(Exit::Fault))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_beside_kzg_comes_before_those_on_the_path() {
        let (beside, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let name = format!("{PROGRAM}{}", env::consts::EXE_SUFFIX);
        let path = env::join_paths([other.path()]).unwrap();
        assert_eq!(find(Some(beside.path()), &path), None);
        std::fs::write(other.path().join(&name), "").unwrap();
        assert_eq!(
            find(Some(beside.path()), &path),
            Some(other.path().join(&name))
        );
        std::fs::write(beside.path().join(&name), "").unwrap();
        assert_eq!(
            find(Some(beside.path()), &path),
            Some(beside.path().join(&name))
        );
    }
}
