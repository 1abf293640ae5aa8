//! Runs that are refused over the damaged folder of an earlier run.

use kzg_traits::KzgCommitment;

use super::resume_damaged::{
    assert_nothing_is_lost, copy_with_manifest, lines_of, restored_from, with_damage,
};
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

#[test]
fn after_damage_other_inputs_are_refused_too() {
    let Finished {
        fixture,
        options,
        expected,
        ..
    } = Finished::new();
    let lines = lines_of(&expected[Path::new(MANIFEST)]);
    for damaged in [3, 0] {
        let manifest = with_damage(&lines, &[damaged]);
        let out = fixture.out("damaged");
        copy_with_manifest(&expected, &manifest, &out);
        let mut inputs = fixture.inputs();
        inputs[1] = Input::file(&fixture.inputs[0]);
        let error = pipeline(&options.clone().with_resume(true)).run(inputs, &out);
        let error = error.unwrap_err().to_string();
        assert!(error.contains("other inputs"), "{error}");
        assert_nothing_is_lost(&out, &expected, &manifest);
        assert_eq!(restored_from(&out), 3);
        fs::remove_dir_all(out).unwrap();
    }
}

#[test]
fn after_damage_more_or_fewer_inputs_are_refused() {
    let Finished {
        fixture,
        options,
        expected,
        ..
    } = Finished::new();
    let resumed = options.with_resume(true);
    let lines = lines_of(&expected[Path::new(MANIFEST)]);
    let first = |count| fixture.inputs().into_iter().take(count).collect();
    let one_more = || {
        let more = Input::file(&fixture.inputs[1]);
        fixture.inputs().into_iter().chain([more]).collect()
    };
    let cases: [(&[usize], Vec<Input>); 7] = [
        (&[3], fixture.inputs().split_off(1)),
        (&[3], first(2)),
        (&[0], first(2)),
        // The line of the first input, which is another one now.
        (&[1], vec![Input::file(&fixture.inputs[1])]),
        // All lines of the last input.
        (&[12, 13, 14], first(2)),
        (&[14], one_more()),
        (&[3, 11, 12, 13, 14], one_more()),
    ];
    for (damaged, inputs) in cases {
        let manifest = with_damage(&lines, damaged);
        let out = fixture.out("damaged");
        copy_with_manifest(&expected, &manifest, &out);
        let error = pipeline(&resumed).run(inputs, &out).unwrap_err();
        let is_refusal = matches!(error, KzgAdvancedError::Configuration { .. });
        assert!(is_refusal, "lines {damaged:?}: {error}");
        assert_nothing_is_lost(&out, &expected, &manifest);
        fs::remove_dir_all(out).unwrap();
    }
    // The line feed of the last line is damaged.
    let mut manifest = lines.concat();
    *manifest.last_mut().unwrap() ^= 1;
    let out = fixture.out("damaged");
    copy_with_manifest(&expected, &manifest, &out);
    let error = pipeline(&resumed).run(one_more(), &out).unwrap_err();
    assert!(error.to_string().contains("other inputs"), "{error}");
    assert_nothing_is_lost(&out, &expected, &manifest);
}

#[test]
fn after_damage_to_the_header_other_proofs_are_refused() {
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
    let others = options.with_resume(true).with_proofs(Proofs::Both);
    let error = fixture.run(&out, &others).unwrap_err();
    assert!(error.to_string().contains("other options"), "{error}");
    assert_nothing_is_lost(&out, &expected, &manifest);
}

/// The line of a blob is damaged, and the input differs in this blob alone. The blob may be gone for good
/// if the stored one were replaced.
#[test]
fn an_input_that_differs_in_the_blob_of_a_damaged_line_is_refused() {
    let Finished {
        fixture,
        options,
        expected,
        ..
    } = Finished::new();
    let resumed = options.with_resume(true);
    let lines = lines_of(&expected[Path::new(MANIFEST)]);
    let mut grown = fixture.contents[0].clone();
    let mut changed = grown.clone();
    let mut changed_before = grown.clone();
    grown.extend([7; 10]);
    *changed.last_mut().unwrap() ^= 1;
    changed_before[CAPACITY + 10] ^= 1;
    let end: Vec<usize> = (8..16).collect();
    let cases: [(&[usize], Vec<u8>); 5] = [
        // The line of blob 6, which is the last blob of the first input.
        (&[8], grown),
        (&[8], changed.clone()),
        (&end, changed),
        // The line of blob 1, which is in another chunk.
        (&[3], changed_before.clone()),
        (&[2, 3, 4], changed_before),
    ];
    for (damaged, content) in cases {
        let manifest = with_damage(&lines, damaged);
        let out = fixture.out("damaged");
        copy_with_manifest(&expected, &manifest, &out);
        fs::write(&fixture.inputs[0], &content).unwrap();
        let error = fixture.run(&out, &resumed).unwrap_err();
        assert!(
            matches!(error, KzgAdvancedError::Configuration { .. }),
            "{error}"
        );
        assert_nothing_is_lost(&out, &expected, &manifest);
        if damaged.len() == 1 {
            assert_eq!(restored_from(&out), 3);
        }
        // With the right input, the line is mended.
        fs::write(&fixture.inputs[0], &fixture.contents[0]).unwrap();
        fixture.run(&out, &resumed).unwrap();
        assert_eq!(contents(&out), expected);
        fs::remove_dir_all(out).unwrap();
    }
}

/// Nothing in the manifest says any more that the earlier run had a third input. Its blob has a file.
#[test]
fn after_damage_up_to_the_end_fewer_inputs_are_refused() {
    for options in every_kind() {
        let fixture = Fixture::new();
        let out = fixture.out("out");
        fixture.run(&out, &options).unwrap();
        let expected = contents(&out);
        let lines = lines_of(&expected[Path::new(MANIFEST)]);
        let zeroed = |first: usize| {
            let lost: usize = lines[first..].iter().map(Vec::len).sum();
            [lines[..first].concat(), vec![0; lost]].concat()
        };
        let manifests = [
            with_damage(&lines, &[12, 13, 14, 15]),
            with_damage(&lines, &[8, 9, 10, 11, 12, 13, 14, 15]),
            zeroed(12),
            zeroed(10),
            zeroed(8),
            // A line that a killed process was writing.
            [lines[..12].concat(), lines[12][..40].to_vec()].concat(),
        ];
        for (number, manifest) in manifests.iter().enumerate() {
            for count in [1, 2] {
                let out = fixture.out("damaged");
                copy_with_manifest(&expected, manifest, &out);
                let inputs = fixture.inputs().into_iter().take(count).collect();
                let resumed = options.clone().with_resume(true);
                let error = pipeline(&resumed).run(inputs, &out).unwrap_err();
                let is_refusal = matches!(error, KzgAdvancedError::Configuration { .. });
                assert!(is_refusal, "manifest {number}, {count} inputs: {error}");
                assert_nothing_is_lost(&out, &expected, manifest);
                // All inputs are there again.
                fixture.run(&out, &resumed).unwrap();
                assert_eq!(contents(&out), expected, "manifest {number}");
                fs::remove_dir_all(out).unwrap();
            }
        }
    }
}
