//! Imports files of other programs into Parquet files, for `kzg-sql import`.

mod rows;
mod sources;

use std::fs;
use std::io;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::parquet::schema::types::ColumnPath;
use kzg_pipeline::formats::{self, FormatError};
use tempfile::NamedTempFile;

use crate::Kzg;
use rows::Rows;

/// The rows of a row group: 4 MiB of blobs.
const ROW_GROUP: usize = 32;

/// The rows of a file: 32 MiB of blobs. Files are the unit that partitions and machines share, and
/// `kzg` reads files of this length whole.
pub const ROWS_PER_FILE: usize = 256;

/// The result of an import.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// The number of rows that were written.
    pub rows: u64,
    /// The number of Parquet files.
    pub files: u64,
    /// The number of files in the given folders that have no known format.
    pub skipped: u64,
    /// Blobs about which a file claims something false. They are imported, with the reason in the
    /// column `error`.
    pub false_claims: Vec<Finding>,
    /// Files that could not be imported.
    pub unreadable: Vec<Finding>,
}

/// Something wrong with a file.
#[derive(Debug)]
#[non_exhaustive]
pub struct Finding {
    /// The file, and the slot and index of the blob where that is known.
    pub place: String,
    /// The error at that place.
    pub reason: String,
}

/// The reason why an import stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The folder for the result has files already.
    #[error("{}: not empty", .0.display())]
    NotEmpty(PathBuf),
    /// A given file or folder cannot be read.
    #[error("{}: {error}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        error: io::Error,
    },
    /// The result cannot be written.
    #[error("{}: {error}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        error: io::Error,
    },
    /// The result cannot be encoded.
    #[error("Parquet: {0}")]
    Parquet(#[from] ParquetError),
    /// The backend failed.
    #[error(transparent)]
    Kzg(#[from] kzg_traits::Error),
}

/// Imports files, and all files in folders, into Parquet files in an empty folder.
///
/// Each row has a blob with what its file claims about it; everything that is claimed is verified.
/// A file is written under another name first, and renamed.
///
/// # Errors
///
/// [`ImportError`]. A file that is malformed stops nothing and is in the report.
pub fn import(kzg: &Kzg, paths: &[PathBuf], out: &Path) -> Result<Report, ImportError> {
    let write_error = |error| ImportError::Write {
        path: out.to_owned(),
        error,
    };
    fs::create_dir_all(out).map_err(write_error)?;
    if fs::read_dir(out).map_err(write_error)?.next().is_some() {
        return Err(ImportError::NotEmpty(out.to_owned()));
    }
    let mut report = Report::default();
    let mut target = Target::new(out);
    for source in sources::sources(paths)? {
        let place = source.path.display().to_string();
        let sidecars = formats::read_file(&source.path).and_then(formats::Sidecars::with_blobs);
        let sidecars = match sidecars {
            Ok(sidecars) => sidecars,
            Err(FormatError::Unknown) if !source.is_named => {
                report.skipped += 1;
                continue;
            }
            Err(error) => {
                let reason = error.to_string();
                report.unreadable.push(Finding { place, reason });
                continue;
            }
        };
        let verdicts = sidecars.verify(&**kzg);
        let verdicts = match verdicts {
            Ok(verdicts) => verdicts,
            Err(error) if error.kind() == kzg_traits::ErrorKind::Input => {
                let reason = error.to_string();
                report.unreadable.push(Finding { place, reason });
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        for (position, verdict) in verdicts.into_iter().enumerate() {
            let fault = verdict.and_then(Result::err).map(|fault| fault.to_string());
            if let Some(reason) = &fault {
                report.false_claims.push(Finding {
                    place: format!("{place}: {}", sidecars.name(position)),
                    reason: reason.clone(),
                });
            }
            target.rows.push(&place, &sidecars, position, fault);
            report.rows += 1;
            target.write_full_groups()?;
        }
    }
    report.files = target.finish()?;
    Ok(report)
}

/// The files that an import writes.
struct Target<'a> {
    out: &'a Path,
    rows: Rows,
    file: Option<(ArrowWriter<NamedTempFile>, usize)>,
    finished: u64,
}

impl<'a> Target<'a> {
    fn new(out: &'a Path) -> Self {
        Self {
            out,
            rows: Rows::default(),
            file: None,
            finished: 0,
        }
    }

    fn write_full_groups(&mut self) -> Result<(), ImportError> {
        if self.rows.len() < ROW_GROUP {
            return Ok(());
        }
        self.write_rows()
    }

    fn write_rows(&mut self) -> Result<(), ImportError> {
        let count = self.rows.len();
        let batch = self.rows.take()?;
        let (mut writer, mut written) = match self.file.take() {
            Some(file) => file,
            None => (self.create()?, 0),
        };
        writer.write(&batch)?;
        written += count;
        if written >= ROWS_PER_FILE {
            self.close(writer)
        } else {
            self.file = Some((writer, written));
            Ok(())
        }
    }

    fn create(&self) -> Result<ArrowWriter<NamedTempFile>, ImportError> {
        let mut builder = tempfile::Builder::new();
        // By default, nobody else may read a temporary file.
        #[cfg(unix)]
        builder.permissions(fs::Permissions::from_mode(0o666));
        let temporary = builder.suffix(".partial").tempfile_in(self.out);
        let temporary = temporary.map_err(|error| self.error(error))?;
        Ok(ArrowWriter::try_new(
            temporary,
            rows::schema(),
            Some(properties()?),
        )?)
    }

    fn close(&mut self, writer: ArrowWriter<NamedTempFile>) -> Result<(), ImportError> {
        let temporary = writer.into_inner()?;
        temporary
            .as_file()
            .sync_all()
            .map_err(|error| self.error(error))?;
        let path = self.out.join(format!("{:05}.parquet", self.finished));
        temporary
            .persist_noclobber(path)
            .map_err(|error| self.error(error.error))?;
        self.finished += 1;
        Ok(())
    }

    /// Writes what is left; returns the number of files.
    fn finish(mut self) -> Result<u64, ImportError> {
        if self.rows.len() > 0 {
            self.write_rows()?;
        }
        if let Some((writer, _)) = self.file.take() {
            self.close(writer)?;
        }
        Ok(self.finished)
    }

    fn error(&self, error: io::Error) -> ImportError {
        ImportError::Write {
            path: self.out.to_owned(),
            error,
        }
    }
}

fn properties() -> Result<WriterProperties, ParquetError> {
    let mut properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_dictionary_enabled(false)
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?));
    // The least and the greatest blob are of no use as statistics.
    for column in ["blob", "cell_proofs"] {
        let column = ColumnPath::from(column);
        properties = properties.set_column_statistics_enabled(column, EnabledStatistics::None);
    }
    Ok(properties.build())
}
