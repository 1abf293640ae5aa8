//! Output folders with reports of every kind, for `tools/report-test`, which opens them in a
//! browser. The backend is a fake, and the long list is made without computing its blobs.

use std::fmt::Write;

use super::*;
use crate::html::pages::write_pages;
use crate::manifest::{BlobRecord, Given, Header, InputEndRecord, InputRecord, Record};
use crate::report::{JobOutcome, RunInfo, Stage, StageFailure, ThroughputSample};
use kzg_traits::{Bytes32, KzgCommitment, KzgProof};

/// The number of blobs in the long list, and of blobs in one of its inputs.
const MANY: u64 = 20_000;
const EACH: u64 = 16;

#[test]
#[ignore = "writes the folders of tools/report-test into the folder KZG_REPORT_SAMPLES"]
fn samples_for_the_browser() {
    let out = std::env::var_os("KZG_REPORT_SAMPLES").expect("KZG_REPORT_SAMPLES names a folder");
    let out = PathBuf::from(out);
    fs::create_dir_all(&out).unwrap();
    let fixture = Fixture::new();
    let command = ["kzg", "pipeline", "it's <input>", "--out", "out"];
    let both = pipeline(&every_kind()[4]).with_command_line(command);

    let one = vec![Input::file(&fixture.inputs[2])];
    let report = both.run(one, &out.join("one")).unwrap();
    assert_eq!(report.blobs, 1);

    let wrong = Arc::new(fake().with_wrong_proofs());
    let wrong = DataProcessingPipeline::new(wrong, every_kind()[0].clone());
    let failed = wrong.attempt(fixture.inputs(), &out.join("failed"));
    let failed = failed.report.unwrap();
    assert_eq!(
        (failed.outcome, failed.succeeded),
        (JobOutcome::Complete, 0)
    );

    let dir = out.join("resumed");
    let fault = Arc::new(fake().with_fault_at(6));
    let fault = DataProcessingPipeline::new(fault, every_kind()[0].clone());
    let stopped = fault.attempt(fixture.inputs(), &dir).report.unwrap();
    assert_eq!(stopped.outcome, JobOutcome::Failed);
    copy(&dir, &out.join("stopped"));
    fs::remove_file(dir.join("blobs/00000001.blob")).unwrap();
    let resumed = pipeline(&every_kind()[0].clone().with_resume(true));
    let resumed = resumed.run(fixture.inputs(), &dir).unwrap();
    assert_eq!(resumed.resumed.as_ref().unwrap().mended, 1);

    many(&report, &out.join("many"));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let place = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &place);
        } else {
            fs::copy(&path, &place).unwrap();
        }
    }
}

/// A folder with the report and the manifest of [`MANY`] blobs, of which one in every thousand
/// failed. There are no artefacts.
fn many(report: &ProcessingReport, out: &Path) {
    let mut report = report.clone();
    report.inputs = MANY / EACH;
    report.blobs = MANY;
    report.bytes = MANY * 100_000;
    report.succeeded = MANY;
    report.verification.inputs = report.inputs;
    report.verification.blobs = MANY;
    let command: Vec<_> = report.run.command.iter().map(Into::into).collect();
    report.run = RunInfo::now(&command);
    // The mean lies at the height of the label of the middle grid line.
    let sample = |seconds, blobs| ThroughputSample {
        seconds,
        blobs,
        bytes: blobs * 100_000,
    };
    report.throughput = vec![sample(100.0, 4_000), sample(182.0, MANY)];
    for blob in (500..MANY).step_by(1000) {
        let item = format!("blobs/{blob:08}.blob");
        report.verification.fail_blob(blob, &item, "missing");
        report.succeeded -= 1;
        report.failed += 1;
        report.failures.push(StageFailure {
            stage: Stage::Verify,
            item,
            reason: "missing".to_owned(),
        });
    }

    let mut lines = String::new();
    let mut line = |record: &Record| write!(lines, "{}", record.to_line()).unwrap();
    line(&Record::Header(Header {
        format: crate::manifest::FORMAT,
        backend: report.backend.clone(),
        encoding: report.encoding.clone(),
        proofs: Proofs::Blob,
        emit: report.emit.clone(),
        trusted_setup: report.trusted_setup,
        shard: None,
    }));
    for input in 0..report.inputs {
        line(&Record::Input(InputRecord {
            input,
            path: format!("data/2026-11/part-{input:05}.bin"),
            path_bytes: None,
            given: Given::InFolder,
            mode: None,
        }));
        for blob in input * EACH..(input + 1) * EACH {
            let mut bytes = [0; 48];
            bytes[40..].copy_from_slice(&(blob.wrapping_mul(0x9e37_79b9_7f4a_7c15)).to_be_bytes());
            let commitment = KzgCommitment(bytes);
            line(&Record::Blob(BlobRecord {
                input,
                blob,
                commitment,
                versioned_hash: kzg_to_versioned_hash(&commitment),
                proof: Some(KzgProof(bytes)),
                cell_proofs: None,
            }));
        }
        line(&Record::InputEnd(InputEndRecord {
            input,
            bytes: EACH * (CAPACITY as u64 - input),
            sha256: Bytes32([input as u8; 32]),
        }));
    }
    fs::create_dir_all(out.join("report")).unwrap();
    fs::write(out.join(manifest::MANIFEST), &lines).unwrap();
    fs::write(out.join(layout::REPORT), report.to_json()).unwrap();
    let manifest = || ManifestReader::open(out).ok();
    write_pages(&report, manifest, |name, text| {
        fs::write(out.join(name), text).unwrap();
        Ok(())
    })
    .unwrap();
}
