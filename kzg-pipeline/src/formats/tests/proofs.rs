//! Verdicts on blobs with every kind of proofs, and on cells of every index.

use super::*;

#[test]
fn every_kind_of_proof_is_verified() {
    let settings = &**SETTINGS;
    let mut blobs = vec![Blob::zeroed_on_heap(), Blob::zeroed_on_heap()];
    blobs[0].0[31] = 5;
    blobs[1].0[63] = 7;
    let refs: Vec<&Blob> = blobs.iter().map(|blob| &**blob).collect();
    let commitments = settings.blobs_to_kzg_commitments((&refs).into()).unwrap();
    let of_blobs = settings
        .compute_blob_kzg_proofs((&refs).into(), &commitments)
        .unwrap();
    let of_cells = refs
        .iter()
        .flat_map(|blob| settings.compute_cell_kzg_proofs(blob).unwrap())
        .collect();
    for proofs in [
        SidecarProofs::None,
        SidecarProofs::Blobs(of_blobs),
        SidecarProofs::Cells(of_cells),
    ] {
        let mut sidecars = Sidecars {
            blobs: blobs.clone(),
            commitments: commitments.clone(),
            proofs,
            ..Sidecars::default()
        };
        let verify = |sidecars: &Sidecars| sidecars.verify(settings).unwrap();
        assert_eq!(verify(&sidecars), [Some(Ok(())), Some(Ok(()))]);
        sidecars.blobs[1].0[95] = 1;
        let verdicts = verify(&sidecars);
        assert_eq!(verdicts[0], Some(Ok(())));
        assert!(matches!(verdicts[1], Some(Err(_))), "{verdicts:?}");
        sidecars.blobs[1].0[64] = 0xff;
        let verdicts = verify(&sidecars);
        assert!(
            matches!(verdicts[1], Some(Err(SidecarFault::Malformed(_)))),
            "{verdicts:?}"
        );
        sidecars.commitments.pop();
        assert!(sidecars.verify(settings).is_err());
        // Without commitments the proofs are verified against those of the blobs.
        sidecars.commitments.clear();
        let has_proofs = sidecars.proofs != SidecarProofs::None;
        let verdicts = verify(&sidecars);
        assert_eq!(verdicts[0], has_proofs.then_some(Ok(())));
        assert_eq!(verdicts[1].is_some(), has_proofs);
        assert_ne!(verdicts[1], Some(Ok(())));
    }
}

/// The fields of cells are public, so they may hold any index and lists of any length.
#[test]
fn cells_that_no_blob_has_are_malformed() {
    let settings = &**SETTINGS;
    let columns = for_format(&DataColumns, &sample(1));
    let whole = &columns.cells[0];
    let of = |indices: Vec<u64>| {
        let places = indices.iter().map(|index| *index as usize % 128);
        BlobCells {
            cells: places.clone().map(|k| whole.cells[k].clone()).collect(),
            proofs: places.map(|k| whole.proofs[k]).collect(),
            indices,
        }
    };
    let claimed = |index, cell_index| kzg_traits::Error::CellIndex { index, cell_index };
    for (indices, expected) in [
        ((1..64).chain([200]).collect(), claimed(63, 200)),
        // The blob is a copy of the first 64 cells, and the others count too.
        ((0..64).chain([128]).collect(), claimed(64, 128)),
        ((1..64).chain([u64::MAX]).collect(), claimed(63, u64::MAX)),
    ] {
        let cells = of(indices);
        let (stored, _) = cells.stored();
        let mut blob = Blob::zeroed_on_heap();
        let refused = stored.to_blob(settings, &cells.indices, &mut blob);
        assert_eq!(refused, Err(expected.clone()));
        assert_eq!(stored.select(&cells.indices), Err(expected.clone()));
        let mut wrong = Sidecars {
            cells: vec![cells],
            ..Sidecars::default()
        };
        let malformed = Err(SidecarFault::Malformed(expected.clone()));
        assert_eq!(wrong.verify(settings), Ok(vec![Some(malformed)]));
        let refused = wrong.complete(Raw.holds(), settings);
        assert_eq!(refused, Err(expected.with_index(0)));
    }
    let (stored, _) = whole.stored();
    assert_eq!(stored.select(&[127, 0]).map(|cells| cells.len()), Ok(2));

    // A document is not written with other cells than it says.
    type Change = fn(&mut BlobCells);
    let changes: [Change; 3] = [
        |cells| cells.indices[127] = 128,
        |cells| cells.cells.truncate(127),
        |cells| cells.proofs.truncate(127),
    ];
    for change in changes {
        let mut wrong = columns.clone();
        change(&mut wrong.cells[0]);
        for format in [&DataColumns as &dyn Format, &DataColumnsSsz, &GetBlobsV4] {
            assert!(format.write(&wrong).is_err(), "{}", format.name());
        }
    }
    let mut few = columns.clone();
    few.cells[0].cells.truncate(63);
    assert!(few.with_blobs().is_err());
}
