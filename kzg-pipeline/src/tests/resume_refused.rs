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
