//! Folders: the output of a job, or any other folder.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use kzg_advanced::KzgAdvancedError;
use kzg_pipeline::describe_shards;
use kzg_pipeline::manifest::{MANIFEST, ManifestReader, Record};

use super::Inspector;
use super::finding::{Inspection, ListedFile};
use crate::output;

/// The largest number of entries of a folder that are inspected.
const LISTED: usize = 100;

/// The next step after a job that was not finished.
pub(super) const COMPLETE: &str = "complete the job by the command that began it, with --resume";

impl Inspector {
    pub(super) fn folder(&self, path: &Path) -> Result<Inspection> {
        if path.join(MANIFEST).exists() {
            return self.job(path);
        }
        self.any_folder(path)
    }

    /// The output folder of a job.
    pub(super) fn job(&self, path: &Path) -> Result<Inspection> {
        let mut finding = Inspection::new("the folder of a job of `kzg pipeline`");
        let mut manifest =
            ManifestReader::open(path).map_err(KzgAdvancedError::reading(&path.join(MANIFEST)))?;
        let (mut inputs, mut blobs, mut bytes, mut damaged) = (0_u64, 0_u64, 0_u64, 0_u64);
        let mut end = None;
        loop {
            match manifest.next_line() {
                Ok(None) => break,
                Ok(Some(line)) => match line.record {
                    Record::Header(header) => {
                        let emit: Vec<String> =
                            header.emit.iter().map(ToString::to_string).collect();
                        if let Some(shard) = header.shard {
                            finding = finding.with("shard", shard.to_string());
                        }
                        finding = finding
                            .with("backend", header.backend)
                            .with("trusted_setup", header.trusted_setup.to_string())
                            .with("encoding", header.encoding)
                            .with("proofs", header.proofs)
                            .with("artefacts", emit.join(", "));
                    }
                    Record::Input(_) => inputs += 1,
                    Record::Blob(_) => blobs += 1,
                    Record::InputEnd(input) => bytes += input.bytes,
                    Record::End(found) => end = Some(found),
                },
                Err(error) => {
                    damaged += 1;
                    let is_last =
                        matches!(error.fault, kzg_pipeline::manifest::ManifestFault::Io(_));
                    finding.invalid(error.to_string());
                    if is_last {
                        break;
                    }
                }
            }
        }
        finding = finding
            .with("inputs", inputs)
            .with("blobs", blobs)
            .with("input_bytes", bytes)
            .with("finished", if end.is_some() { "yes" } else { "no" });
        if damaged > 0 {
            return Ok(finding.with("damaged_lines", damaged));
        }
        if end.is_none() {
            finding.invalid(format!("unfinished: {COMPLETE}"));
            return Ok(finding);
        }
        let Some(loaded) = self.loaded()? else {
            return Ok(finding);
        };
        let found = loaded.pipeline().verify(path)?;
        finding.valid = (!found.is_empty()).then(|| found.passed());
        for failure in &found.failures {
            finding
                .problems
                .push(format!("{}: {}", failure.item, failure.reason));
        }
        Ok(finding.with("verified_blobs", found.right_blobs))
    }

    /// Any other folder: what its files are, without verification.
    fn any_folder(&self, path: &Path) -> Result<Inspection> {
        let reading = |error| KzgAdvancedError::reading(path)(error);
        let mut files: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(path).map_err(reading)? {
            files.push(entry.map_err(reading)?.path());
        }
        files.sort();
        if let Some(shards) = describe_shards(path) {
            return Ok(Inspection::new("a folder of shards of `kzg pipeline`").with("next", shards));
        }
        let count = output::counted_as(files.len() as u64, "entry", "entries");
        let mut finding = Inspection::new(format!("a folder with {count}, and no {MANIFEST}"));
        let quick = Self {
            verifies: false,
            given: self.given,
            configuration: self.configuration.clone(),
        };
        let mut listed = Vec::new();
        for file in files.iter().take(LISTED) {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let kind = if file.is_dir() {
                "a folder".to_owned()
            } else if !file.is_file() {
                "not a regular file".to_owned()
            } else {
                match quick.target(file.as_os_str()) {
                    Ok(found) => found.kind,
                    Err(error) => error.to_string(),
                }
            };
            listed.push(ListedFile {
                name: name.into_owned(),
                kind,
            });
        }
        finding.entries = listed;
        if files.len() > LISTED {
            finding = finding.with("more", files.len() - LISTED);
        }
        Ok(finding)
    }
}
