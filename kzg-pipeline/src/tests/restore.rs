//! Restores the bytes of the inputs from the remaining artefacts.

use kzg_traits::Cell;

use super::*;
use crate::restore::decode_on;

/// Cancels a job once a file is there.
#[derive(Debug)]
struct CancelAfter {
    file: PathBuf,
    cancel: CancellationToken,
}

impl Progress for CancelAfter {
    fn begin(&self, _: Phase, _: Option<u64>) {}

    fn advance(&self, _: Phase, _: u64, _: u64) {
        if self.file.exists() {
            self.cancel.cancel();
        }
    }
}

#[test]
fn files_that_are_restored_before_an_error_are_durable() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("tree");
    fs::create_dir_all(folder.join("below")).unwrap();
    for name in ["below/first", "second"] {
        fs::write(folder.join(name), name).unwrap();
    }
    let out = root.path().join("out");
    pipeline(&PipelineOptions::default())
        .run(vec![Input::folder(&folder)], &out)
        .unwrap();
    let back = root.path().join("back");
    let cancel = CancellationToken::default();
    let progress = CancelAfter {
        file: back.join("tree/below/first"),
        cancel: cancel.clone(),
    };
    let disk = Disk::default();
    let error = decode_on(&fake(), &out, &back, &progress, &cancel, &disk).unwrap_err();
    assert!(matches!(error, KzgAdvancedError::Cancelled), "{error}");
    assert_eq!(fs::read(&progress.file).unwrap(), b"below/first");
    assert!(!back.join("tree/second").exists());
    assert!(disk.is_durable());
}

#[test]
fn an_input_whose_blob_is_lost_does_not_keep_the_others_back() {
    let fixture = Fixture::new();
    let out = fixture.out("out");
    fixture.run(&out, &PipelineOptions::default()).unwrap();
    fs::remove_file(out.join("blobs/00000002.blob")).unwrap();
    let back = fixture.out("back");
    let report = restore(&out, &back).unwrap();
    assert_eq!(report.files, 2);
    let items: Vec<&str> = report
        .verification
        .failures
        .iter()
        .map(|failure| failure.item.as_str())
        .collect();
    assert_eq!(items[0], "blob 2 (blobs/00000002.blob)");
    assert!(items[1].starts_with("input 0 "), "{items:?}");
    assert_eq!(contents(&back).len(), 2);
}

#[test]
fn a_single_input_becomes_a_file() {
    let fixture = Fixture::new();
    for (index, content) in fixture.contents.iter().enumerate() {
        let out = fixture.out(&format!("out{index}"));
        let input = Input::reader("../../not here", std::io::Cursor::new(content.clone()));
        pipeline(&PipelineOptions::default())
            .run(vec![input], &out)
            .unwrap();
        let back = fixture.out(&format!("back{index}"));
        restore(&out, &back).unwrap();
        assert_eq!(fs::read(&back).unwrap(), *content);
        assert_eq!(contents(&out).len(), 2 + content.len().div_ceil(CAPACITY));
    }
}

/// Overwrites cells of the first blob.
fn spoil(out: &Path, cells: impl IntoIterator<Item = usize>, byte: u8) {
    let path = out.join("cells/00000000.cells");
    let mut content = fs::read(&path).unwrap();
    for cell in cells {
        content[cell * Cell::LENGTH..][..Cell::LENGTH].fill(byte);
    }
    fs::write(path, content).unwrap();
}

#[test]
fn lost_and_false_cells_do_not_keep_a_blob_from_being_decoded() {
    let fixture = Fixture::new();
    let out = fixture.out("out");
    let options = PipelineOptions::default()
        .with_proofs(Proofs::Cells)
        .with_emit([Artefact::Cells]);
    fixture.run(&out, &options).unwrap();
    // In this backend, cells k and k + 64 hold the same bytes.
    spoil(&out, 0..40, 0xff);
    spoil(&out, 104..128, 7);
    assert_eq!(decoded(&fixture, &out), fixture.contents);
    let found = verify(&out);
    assert_eq!(found.failed, 2, "{found:?}");
    assert_eq!(found.failures[1].item, "blob 0 (cells/00000000.cells)");
    let reason = &found.failures[1].reason;
    assert!(reason.starts_with("cell 0: lost; and 63 more"), "{found:?}");

    // The first blob has one cell too few. All other inputs are still decoded.
    spoil(&out, [41], 0xff);
    let back = fixture.out("back");
    let report = restore(&out, &back);
    let report = report.unwrap();
    assert_eq!(report.files, 2);
    assert_eq!(
        report.verification.failures[0].item,
        "blob 0 (cells/00000000.cells)"
    );
    assert_eq!(
        report.verification.failures[0].reason,
        "63 good cells, 64 are needed; 41 are lost, 24 fail their proof"
    );
}

#[test]
fn a_damaged_artefact_is_passed_over_where_another_holds_the_blob() {
    let fixture = Fixture::new();
    let out = fixture.out("out");
    let options = PipelineOptions::default()
        .with_proofs(Proofs::Both)
        .with_emit(Artefact::ALL);
    fixture.run(&out, &options).unwrap();
    let path = out.join("blobs/00000000.blob");
    let mut blob = fs::read(&path).unwrap();
    blob[5000] ^= 1;
    fs::write(&path, blob).unwrap();
    assert_eq!(decoded(&fixture, &out), fixture.contents);
    fs::remove_file(&path).unwrap();
    spoil(&out, 0..65, 0xff);
    assert_eq!(decoded(&fixture, &out), fixture.contents);
    fs::write(out.join("bundles/00000000.json"), "{}").unwrap();
    let back = fixture.out("back");
    let report = restore(&out, &back);
    assert_eq!(report.unwrap().files, 2);
}

#[test]
fn no_file_of_a_users_is_touched_and_none_is_left_after_an_error() {
    let fixture = Fixture::new();
    let out = fixture.out("out");
    let input = Input::reader("input", std::io::Cursor::new(vec![7; 3 * CAPACITY]));
    pipeline(&PipelineOptions::default())
        .run(vec![input], &out)
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    // The output folder may be missing.
    let back = folder.path().join("new/back");
    restore(&out, &back).unwrap();
    fs::remove_file(&back).unwrap();
    fs::write(folder.path().join("new/back.decoding"), "a user's").unwrap();
    let cancelled = CancellationToken::default();
    cancelled.cancel();
    let stopped = decode(&fake(), &out, &back, &NoProgress, &cancelled);
    assert!(matches!(stopped, Err(KzgAdvancedError::Cancelled)));
    assert_eq!(contents(folder.path()).len(), 1);
    restore(&out, &back).unwrap();
    let left = contents(folder.path());
    assert_eq!(left[Path::new("new/back.decoding")], b"a user's");
    assert_eq!(left[Path::new("new/back")], vec![7; 3 * CAPACITY]);
    assert_eq!(left.len(), 2);
}

#[test]
fn very_many_empty_inputs_are_resumed_and_come_back() {
    let root = tempfile::tempdir().unwrap();
    let inputs = || {
        let empty = |_| Input::reader("e", std::io::empty());
        let one = |_| Input::reader("one", std::io::Cursor::new(vec![1]));
        let empties = || (0..2500).map(empty);
        empties()
            .chain((0..7).map(one))
            .chain(empties())
            .chain((0..1).map(one))
            .collect()
    };
    let options = PipelineOptions::default().with_emit([Artefact::Blobs, Artefact::Bundles]);
    let out = root.path().join("out");
    pipeline(&options).run(inputs(), &out).unwrap();
    let expected = contents(&out);
    assert!(verify(&out).passed());
    let manifest = out.join(manifest::MANIFEST);
    let text = fs::read(&manifest).unwrap();
    fs::write(&manifest, &text[..text.len() * 2 / 3]).unwrap();
    let report = pipeline(&options.with_resume(true)).run(inputs(), &out);
    assert_eq!(report.unwrap().resumed.unwrap().mended, 0);
    assert!(contents(&out) == expected);
}

/// Notes the permission bits of a temporary file, and whether it was there.
#[cfg(unix)]
#[derive(Debug)]
struct ModeOf {
    temporary: PathBuf,
    modes: std::sync::Mutex<Vec<u32>>,
}

#[cfg(unix)]
impl Progress for ModeOf {
    fn begin(&self, _: Phase, _: Option<u64>) {}

    fn advance(&self, _: Phase, _: u64, _: u64) {
        use std::os::unix::fs::PermissionsExt;

        if let Ok(metadata) = fs::metadata(&self.temporary) {
            let mode = metadata.permissions().mode() & 0o777;
            self.modes.lock().unwrap().push(mode);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_file_with_a_recorded_mode_is_private_until_it_is_complete() {
    use std::os::unix::fs::PermissionsExt;

    let mode_of = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let fixture = Fixture::new();
    let input = &fixture.inputs[0];
    let usual = mode_of(input);
    for mode in [Some(0o600), Some(0o644), Some(0o400), None] {
        let out = fixture.out("out");
        let given = match mode {
            Some(mode) => {
                fs::set_permissions(input, fs::Permissions::from_mode(mode)).unwrap();
                Input::file(input)
            }
            None => Input::reader("stream", std::io::Cursor::new(vec![7; 3 * CAPACITY])),
        };
        let job = pipeline(&PipelineOptions::default());
        job.run(vec![given], &out).unwrap();
        let back = fixture.out("back");
        let progress = ModeOf {
            temporary: fixture.out("back.decoding"),
            modes: std::sync::Mutex::default(),
        };
        let cancel = CancellationToken::default();
        decode(&fake(), &out, &back, &progress, &cancel).unwrap();
        let modes = progress.modes.into_inner().unwrap();
        // A stream has no mode that others may not know.
        let expected = if mode.is_some() { 0o600 } else { usual };
        assert!(modes.len() > 2, "{modes:?}");
        assert!(modes.iter().all(|mode| *mode == expected), "{modes:?}");
        assert_eq!(mode_of(&back), mode.unwrap_or(usual));
        fs::remove_file(&back).unwrap();
        fs::remove_dir_all(&out).unwrap();
    }
}

/// The line of a blob has a malformed commitment. Its cells are not to blame, and the other input is
/// restored.
#[test]
fn a_malformed_commitment_is_a_fault_of_its_blob() {
    use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};

    let setup = TrustedSetup::mainnet();
    let settings = load(BackendChoice::Auto, &setup, SettingsOptions::default());
    let settings = settings.expect("blst is compiled in");
    let root = tempfile::tempdir().unwrap();
    let (out, back) = (root.path().join("out"), root.path().join("back"));
    let options = PipelineOptions::default()
        .with_proofs(Proofs::Cells)
        .with_emit([Artefact::Cells]);
    let inputs = ["first", "second"];
    let inputs = inputs.map(|name| Input::reader(name, std::io::Cursor::new(name)));
    let pipeline = DataProcessingPipeline::new(settings.clone(), options);
    pipeline.run(inputs.into(), &out).unwrap();
    let mut reader = ManifestReader::open(&out).unwrap();
    let mut text = String::new();
    while let Some(line) = reader.next_line().unwrap() {
        let mut record = line.record;
        if let manifest::Record::Blob(blob) = &mut record
            && blob.blob == 1
        {
            blob.commitment = kzg_traits::KzgCommitment([0; 48]);
        }
        text.push_str(&record.to_line());
    }
    fs::write(out.join(manifest::MANIFEST), text).unwrap();
    let reason_in = |found: &Verification| {
        let mut failures = found.failures.iter();
        let of_blob = failures.find(|failure| failure.item.starts_with("blob 1 "));
        of_blob.expect("a failure of the blob").reason.clone()
    };
    let found = pipeline.verify(&out).unwrap();
    assert_eq!(reason_in(&found), "commitment 1: invalid encoding");
    let cancel = CancellationToken::default();
    let report = decode(&*settings, &out, &back, &NoProgress, &cancel).unwrap();
    assert_eq!(
        reason_in(&report.verification),
        "commitment 1: invalid encoding"
    );
    let restored: Vec<Vec<u8>> = contents(&back).into_values().collect();
    assert_eq!(restored, [b"first"]);
}
