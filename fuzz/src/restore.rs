//! An output folder with damaged files: what is restored is what was put in, and what cannot be restored
//! is reported. Half of the cells of each blob are enough.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use arbitrary::{Result, Unstructured};
use kzg_advanced::CancellationToken;
use kzg_pipeline::{
    Artefact, DataProcessingPipeline, Input, NoProgress, PipelineOptions, Proofs, decode,
};
use kzg_testing::fake::Fake;
use kzg_traits::Cell;

use crate::damage;

const INPUTS: [(&str, &[u8]); 3] = [
    ("first", b"forty-two bytes of an input are in the first "),
    ("empty", b""),
    ("last", b"z"),
];

/// The files of a finished job, with blobs and with cells, by path below the output folder.
static FOLDERS: LazyLock<[BTreeMap<PathBuf, Vec<u8>>; 2]> = LazyLock::new(|| {
    [Artefact::Blobs, Artefact::Cells].map(|artefact| {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("out");
        let proofs = if artefact == Artefact::Cells {
            Proofs::Cells
        } else {
            Proofs::Blob
        };
        let options = PipelineOptions::default()
            .with_proofs(proofs)
            .with_emit([artefact]);
        let inputs = INPUTS
            .iter()
            .map(|(name, content)| Input::reader(*name, *content))
            .collect();
        let pipeline = DataProcessingPipeline::new(Arc::new(Fake::new("hashing")), options);
        pipeline.run(inputs, &out).expect("a job over a fake");
        files_below(&out)
    })
});

/// Runs the target.
pub fn run(data: &[u8]) {
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    let mut files = u.choose(&*FOLDERS)?.clone();
    let paths: Vec<PathBuf> = files.keys().cloned().collect();
    for _ in 0..u.int_in_range(1..=2_u8)? {
        let path = u.choose(&paths)?;
        match u.int_in_range(0..=5_u8)? {
            0 => drop(files.remove(path)),
            1 => {
                let other = files.get(u.choose(&paths)?).cloned();
                files.insert(path.clone(), other.unwrap_or_default());
            }
            _ => {
                let content = files.entry(path.clone()).or_default();
                damage::edit(
                    u,
                    content,
                    2,
                    &[b"\n", b"{\"type\":\"input\"", b"../../../escaped"],
                )?;
            }
        }
    }
    check(&files);
    if u.ratio(1, 4)? {
        lost_cells(u)?;
    }
    Ok(())
}

/// Damages up to 64 cells of each blob, or loses them: everything is restored. The fake recovers a cell from
/// its complement alone, so that one cell of each pair stays.
fn lost_cells(u: &mut Unstructured<'_>) -> Result<()> {
    let mut files = FOLDERS[1].clone();
    let mut blobs = 0;
    for (path, content) in &mut files {
        if !path.starts_with("cells") {
            continue;
        }
        blobs += 1;
        let cells = content.as_chunks_mut::<{ Cell::LENGTH }>().0;
        assert_eq!(cells.len(), 128, "{}", path.display());
        for pair in 0..u.int_in_range(0..=64_usize)? {
            let cell = &mut cells[pair + 64 * u.int_in_range(0..=1_usize)?];
            match u.int_in_range(0..=3_u8)? {
                0 => cell.fill(0xff),
                1 => cell.fill(u.arbitrary()?),
                _ => cell[u.choose_index(Cell::LENGTH)?] ^= 1 << u.int_in_range(0..=7_u8)?,
            }
        }
    }
    assert!(blobs > 0, "a job with cells");
    assert_eq!(
        check(&files),
        Some(Vec::new()),
        "half of the cells are left"
    );
    Ok(())
}

/// Returns what is reported as not restored; `None` if nothing could be decoded.
fn check(files: &BTreeMap<PathBuf, Vec<u8>>) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    for (path, content) in files {
        let path = out.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("a file");
    }
    let back = folder.path().join("back");
    let decoded = decode(
        &Fake::new("hashing"),
        &out,
        &back,
        &NoProgress,
        &CancellationToken::default(),
    );
    // A job in which one input is known is restored as a file, without a folder around it.
    let restored = if back.is_file() {
        BTreeMap::from([(PathBuf::new(), fs::read(&back).expect("a file"))])
    } else if back.is_dir() {
        files_below(&back)
    } else {
        BTreeMap::new()
    };
    for (path, content) in &restored {
        let is_input = INPUTS.iter().any(|(_, input)| input == content);
        assert!(is_input, "{} is not what was put in", path.display());
    }
    let failures = decoded.ok().map(|report| {
        assert_eq!(restored.len() as u64, report.files);
        let failures = report.verification.failures.iter();
        let failures: Vec<String> = failures.map(|failure| format!("{failure:?}")).collect();
        assert!(
            !failures.is_empty() || restored.len() == INPUTS.len(),
            "a loss is reported"
        );
        failures
    });
    let entries = fs::read_dir(folder.path()).expect("the folder").count();
    assert!(entries <= 2, "nothing is written outside of the target");
    failures
}

fn files_below(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).expect("below the root").to_owned();
                files.insert(name, fs::read(path).expect("a file"));
            }
        }
    }
    files
}
