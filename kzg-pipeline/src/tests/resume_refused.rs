//! Runs that are refused over the damaged folder of an earlier run.

use kzg_traits::KzgCommitment;

use super::resume_damaged::{assert_nothing_is_lost, copy_with_manifest, lines_of, with_damage};
use super::*;
use crate::manifest::{MANIFEST, Record};

/// The stored blob is not that of the input, and the line is damaged or of neither of them.
#[test]
fn a_blob_that_differs_from_the_input_is_refused_with_the_fault_of_its_line() {
    let fixture = Fixture::new();
    let options = PipelineOptions::default();
    let out = fixture.out("out");
    fixture.run(&out, &options).unwrap();
    let mut stored = contents(&out);
    let lines = lines_of(&stored[Path::new(MANIFEST)]);
    let name = layout::blob_file(3);
    stored.get_mut(Path::new(&name)).unwrap()[99] ^= 1;

    // The lines before that of blob 3: the header, an input and three blobs.
    let text = lines.concat();
    let mut reader = ManifestReader::new(&*text);
    let record = (0..6).map(|_| reader.next_line().unwrap().unwrap().record);
    let Some(Record::Blob(mut record)) = record.last() else {
        panic!("not a blob");
    };
    record.commitment = KzgCommitment([1; 48]);
    let mut of_neither = lines.clone();
    of_neither[5] = Record::Blob(record).to_line().into_bytes();
    for (manifest, fault) in [
        (
            of_neither.concat(),
            "manifest.jsonl line 6 does not verify: the blob is not the one that was committed to",
        ),
        (
            with_damage(&lines, &[5]),
            "its line in manifest.jsonl is damaged",
        ),
    ] {
        let out = fixture.out("damaged");
        copy_with_manifest(&stored, &manifest, &out);
        let error = fixture.run(&out, &options.clone().with_resume(true));
        let message = error.unwrap_err().to_string();
        let expected = format!(
            "blob 3 in {name} differs from that of the inputs that this run reads, and {fault}; if"
        );
        assert!(message.contains(&expected), "{message}");
        assert_nothing_is_lost(&out, &stored, &manifest);
        fs::remove_dir_all(out).unwrap();
    }
}

/// Every artefact behind the last input is named, so that they can be moved at once.
#[test]
fn artefacts_behind_the_last_input_are_named_as_a_whole() {
    let root = tempfile::tempdir().unwrap();
    let [first, second] = ["first", "second"].map(|name| root.path().join(name));
    fs::write(&first, "first").unwrap();
    fs::write(&second, vec![7; 8 * CAPACITY]).unwrap();
    let options = PipelineOptions::default().with_emit([Artefact::Blobs, Artefact::Bundles]);
    let out = root.path().join("out");
    let inputs = vec![Input::file(&first), Input::file(&second)];
    pipeline(&options).run(inputs, &out).unwrap();
    let stored = contents(&out);
    // Only the lines of the first input are left. The second one is gone, and is left out.
    let manifest = lines_of(&stored[Path::new(MANIFEST)])[..4].concat();
    fs::write(out.join(MANIFEST), &manifest).unwrap();
    fs::remove_file(&second).unwrap();
    let inputs = vec![Input::file(&first), Input::file(&second)];
    let resumed = options.with_resume(true).with_keep_going(true);
    let error = pipeline(&resumed).run(inputs, &out).unwrap_err();
    let message = error.to_string();
    let expected = "the folder has 8 files from blobs/00000001.blob to blobs/00000008.blob, \
                    bundles/00000001.json, bundles/00000000.json, and the end";
    assert!(message.contains(expected), "{message}");
    assert_nothing_is_lost(&out, &stored, &manifest);
}

/// The header is damaged, so only the folder shows the artefacts of the job.
#[test]
fn after_damage_to_the_header_fewer_artefacts_are_refused() {
    let Finished {
        fixture,
        options,
        expected,
        ..
    } = Finished::new();
    let lines = lines_of(&expected[Path::new(MANIFEST)]);
    let manifest = with_damage(&lines, &[0]);
    let out = fixture.out("damaged");
    copy_with_manifest(&expected, &manifest, &out);
    for (emit, other) in [
        (Artefact::Blobs, "bundles/0000000"),
        (Artefact::Bundles, "blobs/0000000"),
    ] {
        let fewer = options.clone().with_resume(true).with_emit([emit]);
        let error = fixture.run(&out, &fewer).unwrap_err();
        let reason = format!("cannot resume with other options: the folder holds {other}");
        assert!(error.to_string().contains(&reason), "{error}");
        assert_nothing_is_lost(&out, &expected, &manifest);
    }
    fixture.run(&out, &options.with_resume(true)).unwrap();
    assert_eq!(contents(&out), expected);
}
