//! Verdicts on blobs with every kind of proofs.

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
