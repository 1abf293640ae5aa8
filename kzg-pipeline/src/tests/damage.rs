//! Artefacts that are damaged, missing or wrong.

use super::*;

/// Flips one bit at several places of a file.
fn damage(path: &Path, places: impl IntoIterator<Item = usize>, mut check: impl FnMut(usize)) {
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
fn a_flipped_bit_in_the_manifest_is_found_and_what_can_be_is_mended() {
    let fixture = Fixture::new();
    let options = every_kind().remove(0);
    let out = fixture.out("out");
    fixture.run(&out, &options).unwrap();
    let expected = contents(&out);
    let path = out.join(manifest::MANIFEST);
    let text = fs::read_to_string(&path).unwrap();
    // No byte of the manifest can change unnoticed; the reader's own test tries them all.
    damage(&path, (0..text.len()).step_by(11), |place| {
        let found = verify(&out);
        assert!(!found.passed(), "byte {place}");
    });
    // Every value is named by its blob or input, and made again.
    let line = text.lines().nth(4).unwrap();
    assert!(line.contains("\"blob\":2"), "{line}");
    for (key, item) in [
        ("\"commitment\":\"0x", "blob 2 "),
        ("\"versioned_hash\":\"0x", "blob 2 "),
        ("\"proof\":\"0x", "blob 2 "),
        ("\"sha256\":\"0x", "input 0 "),
    ] {
        let line = text.lines().position(|line| {
            line.contains(key) && (line.contains("\"blob\":2") || key.contains("\"sha"))
        });
        let line_start: usize = text
            .split_inclusive('\n')
            .take(line.unwrap())
            .map(str::len)
            .sum();
        let place = line_start + text[line_start..].find(key).unwrap() + key.len() + 4;
        damage(&path, [place], |_| {
            let found = verify(&out);
            assert!(
                found.failures.iter().any(|f| f.item.starts_with(item)),
                "{key}: {found:?}"
            );
            let report = fixture
                .run(&out, &options.clone().with_resume(true))
                .unwrap();
            assert_eq!(report.resumed.unwrap().mended, 1);
            assert_eq!(contents(&out), expected);
        });
    }
}

#[test]
fn what_is_missing_is_named_and_made_again() {
    let fixture = Fixture::new();
    let options = every_kind().remove(0);
    let out = fixture.out("out");
    fixture.run(&out, &options).unwrap();
    let expected = contents(&out);
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
    let wrong = Hashing {
        wrong_proofs: true,
        ..Hashing::default()
    };
    let report = DataProcessingPipeline::new(Arc::new(wrong), PipelineOptions::default())
        .run(fixture.inputs(), &fixture.out("out"))
        .unwrap();
    assert_eq!(report.verification.failed, 8);
    assert_eq!(
        report.verification.failures[7].item,
        "blob 7 (blobs/00000007.blob)"
    );
}
