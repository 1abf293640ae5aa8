//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand};
use kzg_advanced::BackendId;
use kzg_pipeline::Shard;

use crate::backend::Computing;
use crate::commands::audit::Audit;
use crate::commands::bench::Bench;
use crate::commands::completions::Completions;
use crate::commands::config::Config;
use crate::commands::convert::Convert;
use crate::commands::explain::Explain;
use crate::commands::inspect::Inspect;
use crate::commands::merge::Merge;
use crate::commands::schema::Schema;
use crate::commands::setup::Setup;
use crate::commands::sql::Sql;
use crate::config::{
    Flags, Loading, Processing, Proving, Testing, Verifying, VerifyingStored, parse,
};
use crate::serve::Serve;
use crate::values::given::{Given, PipelineInput, pipeline_parser};

/// KZG commitments, proofs and cells (EIP-4844, EIP-7594) for files and for single blobs.
///
/// A value is given as 0x and hexadecimal digits, as a file with the bytes, with their hexadecimal
/// digits or with what another command printed, or as - for standard input. `kzg pipeline` turns
/// files of any size into blobs.
///
/// Exit codes: 0 done; 1 a verification failed, or an input claims something false about its blobs;
/// 2 wrong usage; 3 malformed or unreadable input; 4 a fault of a backend or of the machine; 130
/// interrupted.
#[derive(Debug, Parser)]
#[command(name = "kzg", version, about, max_term_width = 100)]
pub(crate) struct Arguments {
    /// Read settings from this file [env: KZG_CONFIG] [default: kzg/config.toml in the user's
    /// configuration folder].
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Print errors and results only: no progress and no notes.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print details too.
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Turn files into blobs with commitments and proofs, verified, in a folder.
    Pipeline(Pipeline),
    /// Join the shards of a job that several processes have done.
    Merge(Merge),
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
    /// Convert blobs, cells and sidecars from one format to another, computing what is missing.
    Convert(Convert),
    /// Show which backends are compiled in and can run here.
    Backends(Backends),
    /// Measure this machine and advise a configuration.
    Bench(Bench),
    /// Serve the operations over HTTP and gRPC, until SIGTERM.
    ///
    /// The input of an official test vector is the body of a request: POST /v1/HANDLER. The other
    /// endpoints are listed at /openapi.json, with a page to try them at /. SIGHUP reads tokens and
    /// certificates again.
    Serve(Box<Serve>),
    /// Query blobs in Parquet files by SQL, here or on a cluster, by the program kzg-sql.
    Sql(Sql),
    /// Test every backend that can run here: the conformance suite and the official vectors.
    ///
    /// The suite takes some ten seconds for each backend on one core, the official vectors as long
    /// again. The suite uses the trusted setup of mainnet, and options of its own.
    Selftest(Selftest),
    /// Check audit logs.
    ///
    /// `kzg serve --audit-log FILE` appends a record of each call to an audit log. So does a
    /// program that uses the library: `kzg_advanced::AuditLogger`, in an `EnterpriseKzgManager` or
    /// by itself.
    Audit(Audit),
    /// Identify a file or folder, show its fields, and verify it.
    ///
    /// The command recognises blobs, cells, commitments, proofs, field elements, as bytes or as
    /// hexadecimal digits; bundles of the Engine API; trusted setups; folders, manifests and reports
    /// of `kzg pipeline`; audit logs; calibrations; configurations. A verification that fails, or an
    /// encoding that is not canonical, gives exit code 1, and content of no known kind 3.
    Inspect(Inspect),
    /// Explain a term, such as blob, commitment or cell, in ten lines.
    Explain(Explain),
    /// Inspect, verify and convert trusted setups.
    Setup(Setup),
    /// Print the JSON schema of a document.
    Schema(Schema),
    /// Show the settings and their origins.
    Config(Config),
    /// Print a shell's completions of this command line.
    Completions(Completions),
}

#[derive(Args, Debug)]
pub(crate) struct Pipeline {
    /// Files to read, and folders with all files in them; - for standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The content of the files. bytes, op-stack and eigenda encode the bytes into blobs. auto, which
    /// detects the format, or the name of a blob format, such as raw, hex, bundle-v2 or blob-sidecars,
    /// stores the blobs unchanged and checks their commitments and proofs. `kzg convert --help` lists
    /// the names. `kzg decode` restores the bytes that were encoded, or the bytes of the blobs.
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "bytes",
        hide_possible_values = true,
        value_parser = pipeline_parser(),
    )]
    pub(crate) input_format: PipelineInput,
    /// The folder to write to. It must be empty, unless --resume is given.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Complete an interrupted run with the same files and options.
    #[arg(long)]
    pub(crate) resume: bool,
    /// Leave out files that cannot be opened, and exit with 3 at the end.
    #[arg(long)]
    pub(crate) keep_going: bool,
    /// Do one part of N, from 0, in a folder of its own in DIR. The parts can be done by different
    /// machines with the same files and options; a part that was begun is completed. `kzg merge`
    /// joins them.
    #[arg(long, value_name = "I/N", conflicts_with = "keep_going")]
    pub(crate) shard: Option<Shard>,
    #[command(flatten)]
    pub(crate) computing: Computing<Processing>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Decode {
    /// A pipeline's folder.
    pub(crate) dir: PathBuf,
    /// The file to write, or the folder where there were several inputs; - writes a single input
    /// to standard output.
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
    /// Files of blobs: their bytes, their hexadecimal digits or a document in another format; - for
    /// standard input.
    #[arg(required = true, value_name = "BLOB")]
    pub(crate) blobs: Vec<OsString>,
    #[command(flatten)]
    pub(crate) given: Given,
    #[command(flatten)]
    pub(crate) computing: Computing<Proving>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
#[command(group(ArgGroup::new("claim").required(true)))]
pub(crate) struct Prove {
    /// The blob: a file with its 131072 bytes, their hexadecimal digits or a document in another
    /// format; - for standard input.
    pub(crate) blob: OsString,
    /// Prove that the blob matches this commitment: hexadecimal digits, a file or -. Another
    /// blob's commitment is refused.
    #[arg(long, value_name = "VALUE", group = "claim")]
    pub(crate) commitment: Option<OsString>,
    /// Prove the value of the blob's polynomial at this point, and print it: 32 bytes, big-endian,
    /// as hexadecimal digits, a file or -.
    #[arg(long, value_name = "VALUE", group = "claim")]
    pub(crate) z: Option<OsString>,
    #[command(flatten)]
    pub(crate) given: Given,
    #[command(flatten)]
    pub(crate) computing: Computing<Proving>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// A pipeline's folder, a file of blobs with commitments and proofs in any format, or a blob,
    /// which needs --commitment and --proof. Without it, --z and --y are needed too.
    #[arg(value_name = "DIR|FILE", required_unless_present = "z")]
    pub(crate) target: Option<OsString>,
    /// The commitment: hexadecimal digits, a file or -.
    #[arg(long, value_name = "VALUE", requires = "proof")]
    pub(crate) commitment: Option<OsString>,
    /// The proof: hexadecimal digits, a file or -.
    #[arg(long, value_name = "VALUE", requires = "commitment")]
    pub(crate) proof: Option<OsString>,
    /// The point at which the polynomial is evaluated: 32 bytes, big-endian, as hexadecimal
    /// digits, a file or -.
    #[arg(long, value_name = "VALUE", requires_all = ["y", "commitment", "proof"], conflicts_with = "target")]
    pub(crate) z: Option<OsString>,
    /// The claimed value at the point: hexadecimal digits, a file or -.
    #[arg(long, value_name = "VALUE", requires = "z")]
    pub(crate) y: Option<OsString>,
    #[command(flatten)]
    pub(crate) given: Given,
    #[command(flatten)]
    pub(crate) computing: Computing<VerifyingStored>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

/// The options of a command that computes 128 cells and their proofs.
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
    /// The blob: a file with its 131072 bytes, their hexadecimal digits or a document in another
    /// format; - for standard input.
    pub(crate) blob: OsString,
    #[command(flatten)]
    pub(crate) given: Given,
    #[command(flatten)]
    pub(crate) extension: Extension,
}

#[derive(Args, Debug)]
pub(crate) struct Recover {
    /// The cells, lost cells all 0xff: a file of 128 times 2048 bytes or their hexadecimal digits; - for
    /// standard input. More than 64 cells are checked against each other; exactly 64 contradict
    /// nothing.
    pub(crate) cells: OsString,
    /// The blob's commitment: the recovered blob must match it.
    #[arg(long, value_name = "VALUE")]
    pub(crate) commitment: Option<OsString>,
    /// The proofs of all 128 cells, as `kzg cells --out` prints them, or a bundle: false cells are
    /// named and count as lost.
    #[arg(long, value_name = "FILE", requires = "commitment")]
    pub(crate) proofs: Option<OsString>,
    #[command(flatten)]
    pub(crate) given: Given,
    #[command(flatten)]
    pub(crate) extension: Extension,
}

#[derive(Args, Debug)]
pub(crate) struct VerifyCells {
    /// The cells: a file of 128 times 2048 bytes or their hexadecimal digits, lost cells all 0xff;
    /// - for standard input.
    pub(crate) cells: OsString,
    /// The blob's commitment: hexadecimal digits, a file or -.
    #[arg(long, value_name = "VALUE")]
    pub(crate) commitment: OsString,
    /// The proofs of all 128 cells: a file as `kzg cells --out` prints it, a bundle, or -.
    #[arg(long, value_name = "FILE")]
    pub(crate) proofs: OsString,
    #[command(flatten)]
    pub(crate) given: Given,
    #[command(flatten)]
    pub(crate) computing: Computing<Verifying>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Backends {
    /// Measure the backends, keep the figures, and show which backend is best for which work.
    #[arg(long)]
    pub(crate) calibrate: bool,
    /// The time limit of the measurements; a call that is expected to exceed it is left out.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 10,
        value_parser = clap::value_parser!(u64).range(1..=86_400),
        requires = "calibrate"
    )]
    pub(crate) limit: u64,
    #[command(flatten)]
    pub(crate) settings: Flags<Loading>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
// The conformance suite uses a setup and options of its own.
#[command(
    mut_arg("precompute", |flag| flag.requires("vectors")),
    mut_arg("trusted_setup", |flag| flag.requires("vectors")),
    mut_arg("subgroup_check", |flag| flag.requires("vectors")),
)]
pub(crate) struct Selftest {
    /// Test this backend alone [default: every backend that can run here].
    #[arg(long, value_name = "NAME", value_parser = parse::one_backend)]
    pub(crate) backend: Option<BackendId>,
    #[command(flatten)]
    pub(crate) settings: Flags<Testing>,
    /// Run the official test vectors too: a folder or .tar.zst archive of
    /// tests/kzg/HANDLER/CASE/data.yaml. --precompute, --trusted-setup and --subgroup-check are for
    /// them. Needs a build with the feature vectors.
    #[arg(long, value_name = "PATH")]
    pub(crate) vectors: Option<PathBuf>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests;
