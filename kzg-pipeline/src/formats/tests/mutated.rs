//! No bytes make a reader panic: valid documents are changed at random.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// A change to a document. Positions are fractions of the length.
#[derive(Clone, Debug)]
enum Change {
    Set(u32, u8),
    /// Sets a byte near the beginning, where headers and offsets are.
    Head(u16, u8),
    /// Sets a byte that is no digit of a JSON document.
    Structure(u16, u8),
    Cut(u32),
    Remove(u32, u16),
    Repeat(u32, u16),
    Insert(u32, Vec<u8>),
}

fn change() -> impl Strategy<Value = Change> {
    let structure = prop::sample::select(b"{}[]\",:0x1n-\\ \0\xff".to_vec());
    prop_oneof![
        (any::<u32>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        (0..700_u16, any::<u8>()).prop_map(|(at, byte)| Change::Head(at, byte)),
        (any::<u16>(), structure).prop_map(|(at, byte)| Change::Structure(at, byte)),
        any::<u32>().prop_map(Change::Cut),
        (any::<u32>(), 1..2000_u16).prop_map(|(at, count)| Change::Remove(at, count)),
        (any::<u32>(), 1..2000_u16).prop_map(|(at, count)| Change::Repeat(at, count)),
        (any::<u32>(), vec(any::<u8>(), 1..40)).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
    ]
}

impl Change {
    fn apply(&self, content: &mut Vec<u8>) {
        if content.is_empty() {
            return;
        }
        let length = content.len();
        let place = |at: &u32| ((u64::from(*at) * length as u64) >> 32) as usize;
        match self {
            Self::Set(at, byte) => content[place(at)] = *byte,
            Self::Head(at, byte) => content[usize::from(*at).min(length - 1)] = *byte,
            Self::Structure(at, byte) => {
                let others = content.iter_mut().filter(|byte| !byte.is_ascii_hexdigit());
                if let Some(found) = others.take(usize::from(*at % 600) + 1).last() {
                    *found = *byte;
                }
            }
            Self::Cut(at) => content.truncate(place(at)),
            Self::Remove(at, count) => {
                let start = place(at);
                content.drain(start..length.min(start + usize::from(*count)));
            }
            Self::Repeat(at, count) => {
                let start = place(at);
                let part = content[start..length.min(start + usize::from(*count))].to_vec();
                content.splice(start..start, part);
            }
            Self::Insert(at, bytes) => {
                let start = place(at);
                content.splice(start..start, bytes.clone());
            }
        }
    }
}

/// A small document in each format.
static DOCUMENTS: LazyLock<Vec<(&dyn Format, Vec<u8>)>> = LazyLock::new(|| {
    let mut sample = sample(1);
    let full = for_format(&DataColumns, &sample);
    sample.blobs[0].0.fill(0);
    let documents = all().iter().map(|format| {
        let mut wanted = if format.holds().cells {
            full.clone()
        } else {
            for_format(*format, &sample)
        };
        for cells in &mut wanted.cells {
            cells.indices.truncate(3);
            cells.cells.truncate(3);
            cells.proofs.truncate(3);
        }
        let content = format.write(&wanted).unwrap_or_else(|_| vec![1; 1000]);
        (*format, content)
    });
    documents.collect()
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn changed_documents_cause_no_panic(changes in vec(change(), 1..4)) {
        for (format, content) in DOCUMENTS.iter() {
            let mut content = content.clone();
            changes.iter().for_each(|change| change.apply(&mut content));
            let _ = recognize(&content);
            let _ = decompressed(&content);
            if let Ok(sidecars) = format.read(&content) {
                let _ = sidecars.check_hashes();
                let _ = sidecars.name(0);
                for other in all() {
                    let _ = other.write(&sidecars);
                }
                if let Ok(written) = format.write(&sidecars) {
                    let read = format.read(&written).map_err(|error| error.to_string());
                    prop_assert!(read == Ok(sidecars.clone()), "{}: {changes:?}", format.name());
                }
                let _ = sidecars.with_blobs();
            }
        }
    }

    #[test]
    fn random_bytes_cause_no_panic(content in vec(any::<u8>(), 0..400)) {
        for format in all() {
            let _ = format.recognizes(&content);
            let _ = format.read(&content);
        }
    }
}
