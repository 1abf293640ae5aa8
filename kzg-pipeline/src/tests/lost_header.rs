//! Folders whose header line is damaged.

use super::damage::damage;
use super::*;

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
