//! Folders whose header line is damaged.

use super::damage::damage;
use super::damaged_lines::check_damaged_lines;
use super::*;
use crate::Encoding;

#[test]
fn a_damaged_header_is_written_again_by_resuming() {
    let fixture = Fixture::new();
    for encoding in [Encoding::Simple, Encoding::OpStack, Encoding::EigenDa] {
        for options in every_kind() {
            let options = options.with_encoding(encoding);
            let root = tempfile::tempdir().unwrap();
            let out = root.path().join("out");
            fixture.run(&out, &options).unwrap();
            let expected = contents(&out);
            let path = out.join(manifest::MANIFEST);
            let text = fs::read(&path).unwrap();
            for place in [0, 20, 60] {
                let mut damaged = text.clone();
                damaged[place] ^= 1;
                fs::write(&path, damaged).unwrap();
                let found = verify(&out);
                assert_eq!((found.failed, found.right_blobs), (1, found.blobs));
                assert_eq!((found.inputs, found.blobs > 6), (3, true));
                let back = tempfile::tempdir().unwrap();
                let restored = restore(&out, &back.path().join("back")).unwrap();
                assert_eq!((restored.files, restored.verification.failed), (3, 1));
                let report = fixture
                    .run(&out, &options.clone().with_resume(true))
                    .unwrap();
                assert!(report.verification.passed());
                assert_eq!(contents(&out), expected);
            }
        }
    }
}

/// Without the header, such blobs can be taken for those of another encoding.
#[test]
fn blobs_that_could_be_decoded_are_restored_as_the_blobs_that_they_are() {
    let root = tempfile::tempdir().unwrap();
    let codecs = [Encoding::Simple, Encoding::OpStack, Encoding::EigenDa];
    let contents = codecs.map(|encoding| {
        let mut blob = Blob::zeroed_on_heap();
        encoding.codec().encode(b"content", &mut blob).unwrap();
        blob.0.to_vec()
    });
    let input = |number: usize| {
        let content = std::io::Cursor::new(contents[number].clone());
        Input::reader(format!("name {number}"), content).holding_blobs(None)
    };
    let options = PipelineOptions::default().with_encoding(Encoding::Raw);
    for numbers in [0..1, 0..2, 0..3] {
        let out = root.path().join(format!("out {}", numbers.end));
        let inputs = numbers.clone().map(input).collect();
        pipeline(&options).run(inputs, &out).unwrap();
        check_damaged_lines(&out, &contents[numbers.clone()], numbers.end as u64);
    }
}

#[test]
fn without_header_and_end_lines_the_encoding_is_lost() {
    let fixture = Fixture::new();
    for encoding in [Encoding::Simple, Encoding::OpStack] {
        let out = fixture.out(encoding.codec().name());
        let options = PipelineOptions::default().with_encoding(encoding);
        let input = vec![Input::file(&fixture.inputs[0])];
        pipeline(&options).run(input, &out).unwrap();
        let path = out.join(manifest::MANIFEST);
        let mut lines: Vec<String> = fs::read_to_string(&path)
            .unwrap()
            .split_inclusive('\n')
            .map(str::to_owned)
            .collect();
        let end = lines.len() - 2;
        for number in [0, end] {
            lines[number] = lines[number].replacen("type", "typo", 1);
        }
        fs::write(&path, lines.concat()).unwrap();
        let back = fixture.out("back");
        let report = restore(&out, &back).unwrap();
        assert_eq!(report.files, 0);
        let failures = report.verification.failures;
        let reason = &failures.last().unwrap().reason;
        assert!(reason.contains("encoding is lost"), "{failures:?}");
        assert!(!back.exists());
        // The blobs match their lines all the same.
        let found = verify(&out);
        assert_eq!((found.failed, found.right_blobs), (3, found.blobs));
    }
}

#[test]
fn a_damaged_header_of_a_shard_costs_no_other_line() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("tree");
    fs::create_dir(&folder).unwrap();
    for number in 0..9_u8 {
        let content = vec![number; usize::from(number) * 30_000];
        fs::write(folder.join(number.to_string()), content).unwrap();
    }
    fs::write(root.path().join("alone"), "alone").unwrap();
    let out = root.path().join("out");
    let inputs = |names: &[&str]| -> Vec<Input> {
        let paths = names.iter().map(|name| root.path().join(name));
        let given = paths.map(|path| match path.is_dir() {
            true => Input::folder(path),
            false => Input::file(path),
        });
        given.collect()
    };
    let has_alone = |shard: &Shard| shard.has(b"alone");
    // Several inputs of a folder, and one file.
    for (names, count) in [(&["tree"][..], 2), (&["alone"], 5)] {
        let mut shards = (0..count).map(|index| Shard::new(index, count).unwrap());
        let shard = match names {
            ["tree"] => shards.next_back(),
            _ => shards.find(has_alone),
        };
        let shard = shard.unwrap();
        let out = out.join(names[0]);
        let options = PipelineOptions::default().with_shard(Some(shard));
        let report = pipeline(&options).run(inputs(names), &out).unwrap();
        assert!(report.inputs == if count == 2 { report.inputs.max(3) } else { 1 });
        let dir = out.join(shard.folder());
        let expected = contents(&dir);
        for name in [shard.folder(), "renamed".to_owned()] {
            let renamed = out.join(&name);
            fs::rename(&dir, &renamed).unwrap();
            damage(&renamed.join(manifest::MANIFEST), [0, 20, 60], |place| {
                let found = verify(&renamed);
                assert_eq!(found.failed, 1, "byte {place}: {found:?}");
                assert_eq!((found.inputs, found.blobs), (report.inputs, report.blobs));
                let back = tempfile::tempdir().unwrap();
                let back = back.path().join("back");
                let restored = restore(&renamed, &back).unwrap();
                assert_eq!(restored.files, report.inputs, "byte {place}");
                assert_eq!(restored.verification.failed, 1, "byte {place}");
                assert_eq!(back.is_file(), count == 5);
            });
            fs::rename(&renamed, &dir).unwrap();
        }
        damage(&dir.join(manifest::MANIFEST), [20], |_| {
            let report = pipeline(&options).run(inputs(names), &out).unwrap();
            assert_eq!(report.resumed.unwrap().mended, 1);
            assert_eq!(contents(&dir), expected);
        });
    }
}
