//! Documents that this project writes: reports, manifests, audit logs, calibrations, results.

use std::path::Path;

use anyhow::Result;
use kzg_advanced::adaptive::{Calibration, Hardware};
use kzg_advanced::audit::{self, AuditEvent};
use kzg_pipeline::formats::{self, Format};
use kzg_pipeline::manifest::{MANIFEST, Record};
use kzg_pipeline::{JobOutcome, ProcessingReport};
use serde_json::Value;

use super::folder::COMPLETE;
use super::{Inspection, Inspector};
use crate::output;
use crate::values::document;

impl Inspector {
    /// A JSON document, or lines of JSON documents; `None` for any other content, and for a document
    /// that is refused.
    pub(super) fn document(
        &self,
        content: &[u8],
        path: Option<&Path>,
    ) -> Result<Option<Inspection>> {
        let text = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
        if text.trim_ascii_start().first() != Some(&b'{') {
            return Ok(None);
        }
        // A JSON document with the length of a blob is a document.
        let format = formats::recognize(content);
        if let Some(format) = format.filter(|format| format.name() != formats::Raw.name()) {
            return self.sidecars(format, content).map(Some);
        }
        let document = document::read(text);
        if document.is_ok() {
            if let Ok(report) = serde_json::from_slice::<ProcessingReport>(text) {
                return Ok(Some(report_finding(&report)));
            }
            if let Ok(calibration) = serde_json::from_slice::<Calibration>(text) {
                return Ok(Some(calibration_finding(&calibration)));
            }
        }
        // Readers of a record may keep values of any kind until they know the kind of the record.
        let first = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
        if let Ok(first) = formats::checked_json(first) {
            if let Ok(Record::Header(_)) = serde_json::from_slice(first) {
                return self.manifest(content, path).map(Some);
            }
            if serde_json::from_slice::<AuditEvent>(first).is_ok() {
                return audit_log(content, path).map(Some);
            }
        }
        match document {
            Ok(document) => self.result(&document),
            Err(error) if document::refusal(&error).is_some() => Ok(None),
            Err(error) => {
                let mut finding = Inspection::new("a JSON document that is damaged");
                finding.invalid(error.to_string());
                Ok(Some(finding))
            }
        }
    }

    /// A manifest: in its folder it is inspected as a job.
    fn manifest(&self, content: &[u8], path: Option<&Path>) -> Result<Inspection> {
        let is_in_folder = path.is_some_and(|path| path.ends_with(MANIFEST));
        if let Some(folder) = path.and_then(Path::parent).filter(|_| is_in_folder) {
            let here = Path::new(".");
            let folder = if folder.as_os_str().is_empty() {
                here
            } else {
                folder
            };
            let mut finding = self.job(folder)?;
            finding.kind = format!("the manifest of {}", finding.kind);
            return Ok(finding);
        }
        let lines = content.split(|&byte| byte == b'\n');
        let lines = lines.filter(|line| !line.is_empty()).count();
        Ok(Inspection::new("a manifest of `kzg pipeline`")
            .with("lines", lines)
            .with("checked", "nothing: a manifest is verified in its folder"))
    }

    /// A document that a command of this program printed with `--json`, or one of another program.
    fn result(&self, document: &Value) -> Result<Option<Inspection>> {
        // A document is the result of the first command whose keys it has.
        const RESULTS: [(&str, &[&str]); 13] = [
            ("kzg commit", &["commitments", "blobs"]),
            ("kzg verify", &["valid", "file", "verification"]),
            ("kzg inspect", &["file", "kind", "fields"]),
            ("kzg verify-cells", &["valid", "commitment", "good", "bad"]),
            ("kzg verify", &["valid", "file"]),
            ("kzg decode", &["dir", "out", "files", "verification"]),
            ("kzg convert", &["input_format", "out", "format"]),
            ("kzg config show", &["file", "settings"]),
            ("kzg cells", &["commitment", "proofs", "cells"]),
            ("kzg cells --out", &["commitment", "proofs", "out"]),
            ("kzg prove", &["commitment", "proof", "versioned_hash"]),
            ("kzg selftest", &["backends", "passed"]),
            ("kzg backends", &["backends", "hardware"]),
        ];
        if document.get("error").is_some() && document.get("exit_code").is_some() {
            return Ok(Some(Inspection::new(
                "the error of a command, as --json printed it",
            )));
        }
        if let Some(finding) = json_rpc(document) {
            return Ok(Some(finding));
        }
        let has = |key: &&str| document.get(key).is_some();
        let found = RESULTS.iter().find(|(_, keys)| keys.iter().all(has));
        Ok(found.map(|(command, _)| {
            let mut finding = Inspection::new(format!("what `{command} --json` printed"));
            for (name, key) in [
                ("file_name", "file"),
                ("commitment", "commitment"),
                ("versioned_hash", "versioned_hash"),
                ("proof", "proof"),
            ] {
                if let Some(value) = document.get(key).and_then(Value::as_str) {
                    finding = finding.with(name, value);
                }
            }
            finding
        }))
    }
}

/// A request or a response of JSON-RPC that holds no blobs; `None` for any other document.
fn json_rpc(document: &Value) -> Option<Inspection> {
    let has = |key| document.get(key).is_some();
    let is_marked = has("jsonrpc");
    let is_response = has("result") || has("error");
    if let Some(method) = document.get("method").and_then(Value::as_str)
        && !is_response
        && (is_marked || has("params"))
    {
        let kind = format!("a JSON-RPC request: {method}");
        let finding = Inspection::new(kind).with("method", method);
        let first = document.get("params").and_then(|params| params.get(0));
        return Some(match first.and_then(Value::as_str) {
            Some(digits) if method == "eth_sendRawTransaction" => sent(finding, digits),
            _ => finding,
        });
    }
    if let Some(error) = document.get("error").filter(|error| error.is_object()) {
        let mut finding = Inspection::new("a JSON-RPC response with an error");
        for (name, key) in [("code", "code"), ("message", "message")] {
            if let Some(value) = error.get(key) {
                finding = finding.with(name, value);
            }
        }
        return Some(finding);
    }
    let finding = match document.get("result")? {
        Value::Null => Inspection::new("a JSON-RPC response whose result is null"),
        Value::Array(items) if !items.is_empty() && items.iter().all(Value::is_null) => {
            let items = output::counted(items.len() as u64, "item");
            Inspection::new(format!(
                "a JSON-RPC response whose list has {items}, none of which the node has"
            ))
        }
        _ if is_marked => Inspection::new("a JSON-RPC response with a result of no known kind"),
        _ => return None,
    };
    Some(finding)
}

/// The least first byte of an RLP list.
const LIST: u8 = 0xc0;

/// A request that sends a transaction without blobs, or a damaged one.
fn sent(mut finding: Inspection, digits: &str) -> Inspection {
    const BLOB_TRANSACTION: u8 = 3;

    let bytes = match hex::decode(digits) {
        Ok(bytes) => bytes,
        Err(error) => {
            finding.not_canonical(format!("the transaction: {error}"));
            return finding;
        }
    };
    let kind = match *bytes {
        [] => {
            finding.not_canonical("the transaction has no byte");
            return finding;
        }
        [BLOB_TRANSACTION, ref list @ ..] if is_without_sidecar(list) => {
            "a blob transaction without its sidecar, as in blocks".to_owned()
        }
        [kind @ ..0x80, ..] if kind != BLOB_TRANSACTION => {
            format!("of type {kind}, which carries no blobs")
        }
        [LIST..=u8::MAX, ..] => "without a type, which carries no blobs".to_owned(),
        [..] => {
            if let Err(error) = formats::TransactionV0.read(&bytes) {
                finding.not_canonical(format!("the transaction: {error}"));
            }
            match bytes[0] {
                BLOB_TRANSACTION => "a blob transaction that is damaged".to_owned(),
                _ => "of no known form".to_owned(),
            }
        }
    };
    finding.with("transaction", kind)
}

/// Whether the RLP list of a blob transaction is that of blocks: its first item is the chain's identifier,
/// where the network form has the transaction.
fn is_without_sidecar(list: &[u8]) -> bool {
    // The length of a long list follows its first byte.
    let length_bytes = list.first().map_or(0, |first| first.saturating_sub(0xf7));
    let item = list.get(1 + usize::from(length_bytes));
    list.first().is_some_and(|&first| first >= LIST) && item.is_some_and(|&item| item < LIST)
}

fn report_finding(report: &ProcessingReport) -> Inspection {
    let mut finding = Inspection::new("the report of a job of `kzg pipeline`")
        .with("outcome", format!("{:?}", report.outcome).to_lowercase())
        .with("backend", &report.backend)
        .with("trusted_setup", report.trusted_setup.to_string())
        .with("encoding", &report.encoding)
        .with("proofs", report.proofs)
        .with("inputs", report.inputs)
        .with("blobs", report.blobs)
        .with("input_bytes", report.bytes)
        .with("seconds", format!("{:.3}", report.seconds))
        .with("verified_blobs", report.verification.right_blobs)
        .with("failed", report.failed);
    finding.valid = (!report.is_empty()).then(|| report.is_success());
    match report.outcome {
        JobOutcome::Complete => {}
        JobOutcome::Interrupted => finding.problem(format!("the job was interrupted: {COMPLETE}")),
        _ => finding.problem(format!("an error stopped the job: {COMPLETE}")),
    }
    for failure in &report.failures {
        finding
            .problems
            .push(format!("{}: {}", failure.item, failure.reason));
    }
    finding
}

fn calibration_finding(calibration: &Calibration) -> Inspection {
    let here = match calibration.check(&Hardware::detect()) {
        Ok(()) => "yes".to_owned(),
        Err(reason) => format!("no: {reason}"),
    };
    let candidates = calibration.entries.iter().map(|entry| &*entry.candidate);
    let mut candidates: Vec<&str> = candidates.collect();
    candidates.sort_unstable();
    candidates.dedup();
    let measured = calibration
        .entries
        .iter()
        .filter(|entry| !entry.extrapolated);
    let measured = measured.count();
    Inspection::new("a calibration: how fast the backends are on a machine")
        .with("version", &calibration.version)
        .with("candidates", candidates.join(", "))
        .with("measured", measured)
        .with("extrapolated", calibration.entries.len() - measured)
        .with("used_here", here)
}

/// An audit log. Without a path, the records of standard input are one file of it.
fn audit_log(content: &[u8], path: Option<&Path>) -> Result<Inspection> {
    let standard_input = Path::new("standard input");
    let report = match path {
        Some(path) => audit::verify(path),
        None => audit::verify_reader(content, standard_input),
    };
    let named = path.unwrap_or(standard_input);
    let report = report.map_err(|error| crate::commands::audit::unreadable(named, error))?;
    let mut finding = Inspection::new("an audit log")
        .with("files", report.files.len())
        .with("records", report.records)
        .with("first", report.first)
        .with("last_hash", &report.last_hash);
    if report.torn_bytes > 0 {
        let torn = output::counted(report.torn_bytes, "byte");
        finding = finding.with("torn", format!("a last record of {torn}"));
    }
    finding.valid = Some(report.passed());
    if let Some(broken) = &report.broken {
        finding.problems.push(broken.to_string());
    }
    Ok(finding.with("next", "`kzg audit verify --key KEY` checks signatures too"))
}
