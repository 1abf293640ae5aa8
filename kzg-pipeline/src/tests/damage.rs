//! Artefacts that are damaged, missing or wrong.

use super::*;

/// Flips one bit at several places of a file.
pub(super) fn damage(
    path: &Path,
    places: impl IntoIterator<Item = usize>,
    mut check: impl FnMut(usize),
) {
    let good = fs::read(path).unwrap();
    for place in places {
        let mut bad = good.clone();
        bad[place] ^= 1;
        fs::write(path, &bad).unwrap();
        check(place);
        fs::write(path, &good).unwrap();
    }
}

#[test]
fn a_flipped_bit_is_found_wherever_it_is_and_mended_by_resuming() {
    let fixture = Fixture::new();
    for options in every_kind() {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("out");
        fixture.run(&out, &options).unwrap();
        let expected = contents(&out);
        let resumed = options.clone().with_resume(true);
        for (name, content) in &expected {
            if name == Path::new(layout::REPORT) || name == Path::new(manifest::MANIFEST) {
                continue;
            }
            let step = content.len() / 5;
            damage(&out.join(name), (0..content.len()).step_by(step), |place| {
                let found = verify(&out);
                let name = name.to_str().unwrap();
                assert!(
                    found.failures.iter().any(|f| f.item.contains(name)),
                    "byte {place} of {name}: {found:?}"
                );
                assert_eq!(found.blobs, 8, "{name}");
                if !name.starts_with("bundles") {
                    assert_eq!(found.right_blobs, 7, "byte {place} of {name}: {found:?}");
                }
                let report = fixture.run(&out, &resumed).unwrap();
                assert_eq!(report.resumed.unwrap().mended_items, [name.to_owned()]);
                assert_eq!(contents(&out), expected);
            });
        }
    }
}

#[test]
fn a_flipped_bit_in_the_manifest_costs_what_it_touches_and_is_mended() {
    let Finished {
        fixture,
        options,
        out,
        expected,
    } = Finished::new();
    let path = out.join(manifest::MANIFEST);
    let text = fs::read_to_string(&path).unwrap();
    let resumed = options.clone().with_resume(true);
    let mut starts: Vec<usize> = text.match_indices("{\"type\"").map(|(at, _)| at).collect();
    starts.push(text.len());
    for (line, ends) in starts.windows(2).enumerate() {
        let middle = (ends[0] + ends[1]) / 2;
        damage(&path, [ends[0], middle, ends[1] - 1], |place| {
            let found = verify(&out);
            assert!(!found.passed(), "byte {place}");
            let named = format!("manifest.jsonl line {}", line + 1);
            let Failure { item, reason } = &found.failures[0];
            assert!(
                item.contains(&named) || reason.contains(&named),
                "{item}: {reason}"
            );
            assert!(reason.contains("--resume"));
            assert_eq!(found.failed, 1, "byte {place}: {found:?}");
            // Every byte is restored; at most a name is lost.
            let back = tempfile::tempdir().unwrap();
            let report = restore(&out, &back.path().join("back")).unwrap();
            assert_eq!(report.files, 3, "byte {place}: {report:?}");
            let mut restored: Vec<Vec<u8>> = contents(back.path()).into_values().collect();
            restored.sort();
            let mut all = fixture.contents.clone();
            all.sort();
            assert!(restored == all, "byte {place}");
        });
        damage(&path, [middle], |place| {
            fixture.run(&out, &resumed).unwrap();
            assert_eq!(contents(&out), expected, "byte {place}");
        });
    }
}

#[test]
fn a_wrong_value_with_a_right_checksum_is_named_and_mended() {
    let Finished {
        fixture,
        options,
        out,
        expected,
    } = Finished::new();
    let path = out.join(manifest::MANIFEST);
    let text = fs::read_to_string(&path).unwrap();
    type Change = fn(&mut manifest::Record);
    let changes: [(&str, usize, Change); 4] = [
        ("blob 2 ", 4, |record| {
            let manifest::Record::Blob(blob) = record else {
                panic!()
            };
            blob.commitment.0[9] ^= 1;
        }),
        ("blob 2 ", 4, |record| {
            let manifest::Record::Blob(blob) = record else {
                panic!()
            };
            blob.versioned_hash.0[9] ^= 1;
        }),
        ("blob 2 ", 4, |record| {
            let manifest::Record::Blob(blob) = record else {
                panic!()
            };
            blob.proof.as_mut().unwrap().0[9] ^= 1;
        }),
        ("input 0 ", 9, |record| {
            let manifest::Record::InputEnd(end) = record else {
                panic!()
            };
            end.sha256.0[9] ^= 1;
        }),
    ];
    for (item, line, change) in changes {
        let mut lines: Vec<String> = text.lines().map(|line| format!("{line}\n")).collect();
        let mut record: manifest::Record = serde_json::from_str(&lines[line]).unwrap();
        change(&mut record);
        lines[line] = record.to_line();
        fs::write(&path, lines.concat()).unwrap();
        let found = verify(&out);
        assert!(
            found.failures.iter().any(|f| f.item.starts_with(item)),
            "{item}: {found:?}"
        );
        let report = fixture
            .run(&out, &options.clone().with_resume(true))
            .unwrap();
        assert_eq!(report.resumed.unwrap().mended, 1);
        assert_eq!(contents(&out), expected);
    }
}

#[test]
fn a_report_that_cannot_be_written_is_a_failure_of_the_job() {
    let Finished {
        fixture,
        options,
        out,
        expected,
    } = Finished::new();
    let pipeline = pipeline(&options.with_resume(true));
    for name in [layout::REPORT, layout::REPORT_PAGE] {
        let path = out.join(name);
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        let run = pipeline.attempt(fixture.inputs(), &out);
        let error = run.error.unwrap().to_string();
        assert!(error.contains(name), "{error}");
        let report = run.report.unwrap();
        assert!(report.verification.passed() && !report.is_success());
        assert_eq!(report.outcome, JobOutcome::Failed);
        assert_eq!(report.error.as_deref(), Some(&*error));
        let failure = StageFailure {
            stage: Stage::Write,
            item: "job".to_owned(),
            reason: error,
        };
        if name == layout::REPORT_PAGE {
            // The report in the folder says the same.
            let text = fs::read_to_string(out.join(layout::REPORT)).unwrap();
            assert_eq!(text, report.to_json());
        }
        assert_eq!((report.failed, report.failures), (1, vec![failure]));
        fs::remove_dir(&path).unwrap();
        let report = pipeline.run(fixture.inputs(), &out).unwrap();
        assert!(report.is_success(), "{report}");
        assert_eq!(contents(&out), expected);
    }
}

#[test]
fn nothing_verified_is_not_passed() {
    assert!(!Verification::default().passed());
    let dir = tempfile::tempdir().unwrap();
    let header = manifest::Header {
        format: manifest::FORMAT,
        backend: "hashing".to_owned(),
        encoding: "simple".to_owned(),
        proofs: Proofs::Blob,
        emit: vec![Artefact::Blobs],
        trusted_setup: manifest::SetupId::default(),
        shard: None,
    };
    let header = manifest::Record::Header(header).to_line();
    let sha256 = <sha2::Sha256 as sha2::Digest>::digest(&header);
    let end = manifest::Record::End(manifest::EndRecord {
        inputs: 0,
        blobs: 0,
        bytes: 0,
        not_kept: 0,
        not_kept_items: Vec::new(),
        manifest_sha256: kzg_traits::Bytes32(sha256.into()),
    });
    fs::write(dir.path().join(manifest::MANIFEST), header + &end.to_line()).unwrap();
    let found = verify(dir.path());
    assert_eq!((found.failed, found.passed()), (0, false));
    assert!(found.is_empty());
    let back = dir.path().join("back");
    let error = restore(dir.path(), &back).unwrap_err().to_string();
    assert!(
        error.ends_with("there is no input: nothing to restore"),
        "{error}"
    );
    assert!(!back.exists());
    // The hash of an empty input is checked too.
    let fixture = Fixture::new();
    let out = fixture.out("out");
    let report = pipeline(&PipelineOptions::default())
        .run(vec![Input::file(&fixture.inputs[1])], &out)
        .unwrap();
    assert!(report.is_success() && verify(&out).passed());
    let lost = cells::StoredCells::from_bytes(&vec![0xff; cells::CELLS_FILE_LENGTH]).unwrap();
    let proofs = [kzg_traits::KzgProof::default(); 128];
    let checked = lost.verify(&fake(), &Default::default(), &proofs).unwrap();
    assert!(!checked.is_valid());
}

#[cfg(unix)]
#[test]
fn a_named_pipe_in_the_place_of_a_file_is_refused_at_once() {
    use nix::sys::stat::Mode;

    let fixture = Fixture::new();
    let options = every_kind().remove(4);
    let out = fixture.out("out");
    fixture.run(&out, &options).unwrap();
    for name in [
        "blobs/00000000.blob",
        "cells/00000000.cells",
        "bundles/00000000.json",
        manifest::MANIFEST,
    ] {
        let path = out.join(name);
        let content = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        nix::unistd::mkfifo(&path, Mode::S_IRWXU).unwrap();
        if name == manifest::MANIFEST {
            let error = pipeline(&options).verify(&out).unwrap_err();
            assert!(error.to_string().contains("not a regular file"), "{error}");
            assert!(restore(&out, &fixture.out("back")).is_err());
            assert!(
                fixture
                    .run(&out, &options.clone().with_resume(true))
                    .is_err()
            );
        } else {
            let found = verify(&out);
            let reasons = found.failures.iter();
            assert!(
                reasons
                    .into_iter()
                    .any(|failure| failure.item.contains(name)
                        && failure.reason == "not a regular file"),
                "{found:?}"
            );
            assert_eq!(decoded(&fixture, &out), fixture.contents);
        }
        fs::remove_file(&path).unwrap();
        fs::write(&path, content).unwrap();
    }
}

#[test]
fn missing_artefacts_are_named_and_made_again() {
    let Finished {
        fixture,
        options,
        out,
        expected,
    } = Finished::new();
    for name in ["blobs/00000003.blob", "bundles/00000001.json"] {
        fs::remove_file(out.join(name)).unwrap();
        let found = verify(&out);
        assert!(
            found.failures.iter().any(|f| f.item.contains(name)),
            "{found:?}"
        );
        // The other kind of artefact still holds the blob.
        assert_eq!(decoded(&fixture, &out), fixture.contents);
        fixture
            .run(&out, &options.clone().with_resume(true))
            .unwrap();
        assert_eq!(contents(&out), expected);
    }
}

#[test]
fn a_wrong_proof_is_found_by_reading_back() {
    let fixture = Fixture::new();
    let wrong = fake().with_wrong_proofs();
    let report = DataProcessingPipeline::new(Arc::new(wrong), PipelineOptions::default())
        .run(fixture.inputs(), &fixture.out("out"))
        .unwrap();
    assert_eq!(report.verification.failed, 8);
    assert_eq!(
        report.verification.failures[7].item,
        "blob 7 (blobs/00000007.blob)"
    );
}

/// The missing blob is not one of those that are checked together, and the numbers go on behind it.
#[test]
fn a_reason_names_the_blob_that_it_is_about() {
    let fixture = Fixture::new();
    let out = fixture.out("out");
    let options = PipelineOptions::default().with_proofs(Proofs::None);
    fixture.run(&out, &options).unwrap();
    fs::remove_file(out.join("blobs/00000001.blob")).unwrap();
    let path = out.join("blobs/00000002.blob");
    let mut blob = fs::read(&path).unwrap();
    blob[64..96].fill(0xff);
    fs::write(path, blob).unwrap();
    let found = verify(&out);
    let failures = found.failures.iter();
    let reasons: Vec<&str> = failures
        .filter(|failure| failure.item.starts_with("blob 2 "))
        .map(|failure| &*failure.reason)
        .collect();
    assert!(
        reasons.iter().any(|reason| reason.contains("blob 2")),
        "{reasons:?}"
    );
    assert!(
        !reasons.iter().any(|reason| reason.contains("blob 1")),
        "{reasons:?}"
    );
}

/// Without the header, the lines of blobs say which proofs there are.
#[test]
fn a_wrong_number_of_cell_proofs_is_a_fault_of_the_blob() {
    let fixture = Fixture::new();
    let out = fixture.out("out");
    let options = PipelineOptions::default().with_proofs(Proofs::Cells);
    fixture.run(&out, &options).unwrap();
    let path = out.join(manifest::MANIFEST);
    let text = fs::read_to_string(&path).unwrap();
    for count in [0, 3, 129] {
        let mut lines = text.lines().map(|line| format!("{line}\n"));
        let header = lines.next().unwrap().replacen("type", "typo", 1);
        let mut changed = header;
        for line in lines {
            let mut record: manifest::Record = serde_json::from_str(&line).unwrap();
            if let manifest::Record::Blob(blob) = &mut record
                && blob.blob == 4
            {
                let proofs = blob.cell_proofs.as_mut().unwrap();
                proofs.resize(count, kzg_traits::KzgProof::default());
            }
            changed += &record.to_line();
        }
        fs::write(&path, changed).unwrap();
        let found = verify(&out);
        assert!(
            found
                .failures
                .iter()
                .any(|failure| failure.item.starts_with("blob 4 ")),
            "{count} proofs: {found:?}"
        );
        assert_eq!((found.blobs, found.right_blobs), (8, 7), "{count} proofs");
    }
}
