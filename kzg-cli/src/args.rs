//! The command line.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use kzg_advanced::BackendId;
use kzg_advanced::audit::{AuditPublicKey, Head};

use crate::commands::bench::Bench;
use crate::commands::completions::Completions;
use crate::commands::config::Config;
use crate::config::{Everything, Flags, Group, Proving, Testing, Verifying, VerifyingStored};

/// KZG commitments, proofs and cells (EIP-4844, EIP-7594) for files and for single blobs.
///
/// Exit codes: 0 done; 1 a verification said no; 2 wrong usage; 3 bad input; 4 backend or
/// resource fault; 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "kzg", version, about, max_term_width = 100)]
pub(crate) struct Arguments {
    /// Read settings from this file [env: KZG_CONFIG] [default: kzg/config.toml in the user's
    /// configuration folder].
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Turn files into blobs with commitments and proofs, verified, in a folder.
    Pipeline(Pipeline),
    /// Restore the exact files from a pipeline's folder.
    Decode(Decode),
    /// Commit to blobs.
    Commit(Commit),
    /// Prove that a blob matches its commitment, or what its polynomial's value at a point is.
    Prove(Prove),
    /// Verify a pipeline's folder, a blob with its proof, or the proof of a value at a point.
    Verify(Verify),
    /// Compute the 128 cells of a blob's extension and their proofs.
    Cells(Cells),
    /// Recover all 128 cells and their proofs from any 64 of the cells.
    Recover(Recover),
    /// Verify cells against a commitment and their proofs.
    VerifyCells(VerifyCells),
    /// Show which backends are compiled in and can run here.
    Backends(Backends),
    /// Measure this machine, and say what to configure.
    Bench(Bench),
    /// Check every backend that can run here: the conformance suite, and the official vectors.
    Selftest(Selftest),
    /// Look after audit logs.
    Audit(Audit),
    /// Print the JSON schema of a document.
    Schema(Schema),
    /// Show the settings and where they came from.
    Config(Config),
    /// Print a shell's completions of this command line.
    Completions(Completions),
}

/// How the computing is done.
#[derive(Args, Debug)]
pub(crate) struct Computing<G: Group> {
    #[command(flatten)]
    pub(crate) settings: Flags<G>,
    /// Write metrics to this file when done, in the text form of Prometheus.
    #[arg(long, value_name = "FILE")]
    pub(crate) metrics: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Pipeline {
    /// Files to read, and folders with all files in them; - for standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The folder to write to; has to be empty unless a run is resumed.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Complete what an interrupted run with the same files and options has left.
    #[arg(long)]
    pub(crate) resume: bool,
    /// Leave out files that cannot be opened, and exit with 3 at the end.
    #[arg(long)]
    pub(crate) keep_going: bool,
    #[command(flatten)]
    pub(crate) computing: Computing<Everything>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Decode {
    /// A pipeline's folder.
    pub(crate) dir: PathBuf,
    /// The file to write, or the folder where there were several inputs.
    #[arg(long, value_name = "PATH")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) computing: Computing<Verifying>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Commit {
    /// Blobs: files of 131072 bytes or as many hexadecimal digits; - for standard input.
    #[arg(required = true, value_name = "BLOB")]
    pub(crate) blobs: Vec<String>,
    #[command(flatten)]
    pub(crate) computing: Computing<Proving>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
#[command(group(ArgGroup::new("claim").required(true)))]
pub(crate) struct Prove {
    /// The blob: a file of 131072 bytes or as many hexadecimal digits; - for standard input.
    pub(crate) blob: String,
    /// Prove that the blob matches this commitment: hexadecimal digits, a file or -.
    #[arg(long, value_name = "VALUE", group = "claim")]
    pub(crate) commitment: Option<String>,
    /// Prove the value of the blob's polynomial at this point, and print it: hexadecimal
    /// digits, a file or -.
    #[arg(long, value_name = "VALUE", group = "claim")]
    pub(crate) z: Option<String>,
    #[command(flatten)]
    pub(crate) computing: Computing<Proving>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// A pipeline's folder; or a blob, which needs --commitment and --proof. Without it, --z
    /// and --y are needed too.
    #[arg(value_name = "DIR|BLOB", required_unless_present = "z")]
    pub(crate) target: Option<String>,
    /// The commitment: hexadecimal digits, a file or -.
    #[arg(long, value_name = "VALUE", requires = "proof")]
    pub(crate) commitment: Option<String>,
    /// The proof: hexadecimal digits, a file or -.
    #[arg(long, value_name = "VALUE", requires = "commitment")]
    pub(crate) proof: Option<String>,
    /// The point at which the polynomial is evaluated: hexadecimal digits, a file or -.
    #[arg(long, value_name = "VALUE", requires_all = ["y", "commitment", "proof"], conflicts_with = "target")]
    pub(crate) z: Option<String>,
    /// The claimed value there: hexadecimal digits, a file or -.
    #[arg(long, value_name = "VALUE", requires = "z")]
    pub(crate) y: Option<String>,
    #[command(flatten)]
    pub(crate) computing: Computing<VerifyingStored>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where 128 cells and their proofs are computed, and where they go.
#[derive(Args, Debug)]
pub(crate) struct Extension {
    /// Write the cells to this file, 128 times 2048 bytes, and print the proofs only.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) computing: Computing<Proving>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Cells {
    /// The blob: a file of 131072 bytes or as many hexadecimal digits; - for standard input.
    pub(crate) blob: String,
    #[command(flatten)]
    pub(crate) extension: Extension,
}

#[derive(Args, Debug)]
pub(crate) struct Recover {
    /// The cells: a file of 128 times 2048 bytes, lost cells all 0xff; - for standard input.
    pub(crate) cells: String,
    #[command(flatten)]
    pub(crate) extension: Extension,
}

#[derive(Args, Debug)]
pub(crate) struct VerifyCells {
    /// The cells: a file of 128 times 2048 bytes, lost cells all 0xff; - for standard input.
    pub(crate) cells: String,
    /// The blob's commitment: hexadecimal digits, a file or -.
    #[arg(long, value_name = "VALUE")]
    pub(crate) commitment: String,
    /// The proofs of all 128 cells: a file as `kzg cells --out` prints it, or -.
    #[arg(long, value_name = "FILE")]
    pub(crate) proofs: String,
    #[command(flatten)]
    pub(crate) computing: Computing<Verifying>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Backends {
    /// Measure the backends, keep what was found, and say which is best for which work.
    #[arg(long)]
    pub(crate) calibrate: bool,
    /// The time that measuring may take in all; nothing is begun that would take longer.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 10,
        requires = "calibrate"
    )]
    pub(crate) limit: u64,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Selftest {
    /// Check this backend alone [default: every one that can run here].
    #[arg(long, value_name = "NAME")]
    pub(crate) backend: Option<BackendId>,
    #[command(flatten)]
    pub(crate) settings: Flags<Testing>,
    /// The official test vectors: a folder or .tar.zst archive of
    /// tests/kzg/HANDLER/CASE/data.yaml.
    #[arg(long, value_name = "PATH")]
    pub(crate) vectors: Option<PathBuf>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Audit {
    #[command(subcommand)]
    pub(crate) action: AuditAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditAction {
    /// Check the chain of an audit log, and name the first broken record.
    Verify(Box<AuditVerify>),
    /// Print the head of an audit log and its last checkpoint, to be kept elsewhere.
    Head(AuditHead),
}

#[derive(Args, Debug)]
pub(crate) struct AuditVerify {
    /// The log; the full files before it, which end in a number, are checked too.
    pub(crate) file: PathBuf,
    /// The public key of the log's checkpoints: 64 hexadecimal digits.
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<AuditPublicKey>,
    /// A head that the log had, as `kzg audit head` printed it: no record before it may be
    /// missing.
    #[arg(long, value_name = "NUMBER:HASH")]
    pub(crate) head: Option<Head>,
    /// The number of the first record: 0, unless older files were put away.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) expect_from: Option<u64>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct AuditHead {
    /// The log.
    pub(crate) file: PathBuf,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Schema {
    /// The document: report, for a pipeline's report.json.
    pub(crate) document: SchemaOf,
}

/// A document that has a schema.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SchemaOf {
    /// A pipeline's report.json.
    Report,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
