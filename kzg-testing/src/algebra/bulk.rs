//! Bulk decoding gives the same verdict on each item as decoding the item alone.

use crate::execs;
use crate::malformed::{self, G1_OUTSIDE_SUBGROUP};
use crate::seeded::Seeded;
use kzg_traits::algebra::{Fr, Group};
use kzg_traits::backend::Backend;
use kzg_traits::error::PointError;

use super::oracle::{KnownPoints, Plain};

/// Bulk decoding gives all elements, or the position of the first that is not canonical.
pub(super) fn field_elements<B: Backend>() {
    let mut seeded = Seeded::new(9);
    for n in [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 64, 4096] {
        let mut encodings: Vec<[u8; 32]> = (0..n).map(|_| seeded.field_element().0).collect();
        if let Some(first) = encodings.first_mut() {
            *first = (-B::Fr::ONE).to_bytes();
        }
        let mut out = vec![B::Fr::ONE; n];
        assert_eq!(B::fr_from_bytes_many(&encodings, &mut out), Ok(()));
        for (element, encoding) in out.iter().zip(&encodings) {
            assert_eq!(Some(*element), B::Fr::from_bytes(encoding));
        }
        for (place, bad) in (0..n)
            .step_by(n.div_ceil(10).max(1))
            .chain(n.checked_sub(1))
            .zip(malformed::field_elements().into_iter().cycle())
        {
            let mut encodings = encodings.clone();
            encodings[place] = bad;
            encodings[n - 1] = [0xff; 32];
            assert_eq!(
                B::fr_from_bytes_many(&encodings, &mut out),
                Err(place),
                "of {n}"
            );
        }
    }
}

/// Bulk decoding gives a verdict per point, in order, on any number of threads.
pub(super) fn g1_points<B: Backend>() {
    let points = KnownPoints::<B>::distinct(64).points;
    let mut kinds: Vec<[u8; 48]> = points.iter().map(Group::to_bytes).collect();
    kinds.push(B::G1::identity().to_bytes());
    kinds.extend(malformed::g1_points().map(|(encoding, _)| encoding));
    kinds.extend(G1_OUTSIDE_SUBGROUP);
    // A step that is coprime with the number of kinds mixes them.
    assert_ne!(kinds.len() % 29, 0);
    for n in [0, 1, 2, 3, 8, 17, 65, 256] {
        let encodings: Vec<[u8; 48]> = (0..n).map(|i| kinds[29 * i % kinds.len()]).collect();
        let mut plain = vec![Err(PointError::Encoding); n];
        Plain::<B>::g1_from_bytes_many(&encodings, &mut plain, &execs()[0]);
        for (verdict, encoding) in plain.iter().zip(&encodings) {
            assert_eq!(*verdict, B::G1::from_bytes(encoding));
        }
        for exec in execs() {
            // Earlier content of the buffer is overwritten.
            let mut out = vec![Ok(B::G1::generator()); n];
            B::g1_from_bytes_many(&encodings, &mut out, &exec);
            assert_eq!(out, plain, "{n} points, {} threads", exec.threads());
            out.fill(Ok(B::G1::generator()));
            B::g1_from_bytes_batched(&encodings, &mut out, &exec);
            assert_eq!(
                out,
                plain,
                "{n} points together, {} threads",
                exec.threads()
            );
        }
    }
    // The same verdicts in two steps.
    for n in [0, 1, 2, 3, 7, 8, 9, 17, 65, 256] {
        let encodings: Vec<[u8; 48]> = (0..n).map(|i| kinds[29 * i % kinds.len()]).collect();
        for exec in execs() {
            let mut decoded = vec![Ok(B::G1::generator()); n];
            B::g1_on_curve_from_bytes_many(&encodings, &mut decoded, &exec);
            let points: Vec<B::G1> = (decoded.iter())
                .map(|point| point.unwrap_or(B::G1::identity()))
                .collect();
            let mut verdicts: Vec<Result<(), PointError>> =
                decoded.iter().map(|point| point.map(|_| ())).collect();
            B::g1_check_subgroup(&points, &mut verdicts, &exec);
            for ((verdict, point), encoding) in verdicts.iter().zip(points).zip(&encodings) {
                assert_eq!(
                    verdict.map(|()| point),
                    B::G1::from_bytes(encoding),
                    "{n} points"
                );
            }
        }
    }
    // Lists of valid points only, and lists of one kind of error only.
    let valid: Vec<[u8; 48]> = kinds[..65].to_vec();
    let outside = vec![G1_OUTSIDE_SUBGROUP[2]; 65];
    for exec in execs() {
        let mut out = vec![Err(PointError::Encoding); 65];
        B::g1_from_bytes_many(&valid, &mut out, &exec);
        assert_eq!(
            out[..64],
            points.iter().copied().map(Ok).collect::<Vec<_>>()
        );
        assert_eq!(out[64], Ok(B::G1::identity()));
        B::g1_from_bytes_many(&outside, &mut out, &exec);
        assert_eq!(out, [Err(PointError::Subgroup); 65]);
    }
    // Enough points for a batched subgroup check: all in the subgroup, or one outside.
    let mut many: Vec<[u8; 48]> = valid.iter().copied().cycle().take(200).collect();
    let mut out = vec![Err(PointError::Encoding); many.len()];
    B::g1_from_bytes_batched(&many, &mut out, &execs()[0]);
    assert!(out.iter().all(Result::is_ok));
    for (place, encoding) in G1_OUTSIDE_SUBGROUP.into_iter().enumerate() {
        let right = core::mem::replace(&mut many[place * 17], encoding);
        B::g1_from_bytes_batched(&many, &mut out, &execs()[0]);
        let wrong: Vec<usize> = (0..many.len()).filter(|&i| out[i].is_err()).collect();
        assert_eq!(wrong, [place * 17]);
        many[place * 17] = right;
    }
}

/// Affine coordinates of the setup's points, with either sign of y.
pub(super) fn trusted_affine<B: Backend>() {
    let (g1, g2) = (B::G1::generator(), B::G2::generator());
    for (affine, expected) in [
        (&G1_AFFINE, g1),
        (&MINUS_G1_AFFINE, -g1),
        (&TWICE_G1_AFFINE, g1.double()),
    ] {
        assert_eq!(B::g1_from_trusted_affine(affine), Ok(expected));
        assert_eq!(Plain::<B>::g1_from_trusted_affine(affine), Ok(expected));
    }
    for (affine, expected) in [
        (&G2_AFFINE, g2),
        (&MINUS_G2_AFFINE, -g2),
        (&TWICE_G2_AFFINE, g2.double()),
    ] {
        assert_eq!(B::g2_from_trusted_affine(affine), Ok(expected));
        assert_eq!(Plain::<B>::g2_from_trusted_affine(affine), Ok(expected));
    }
}
const G1_AFFINE: [u8; 96] = malformed::decoded(
    "17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1",
);
const MINUS_G1_AFFINE: [u8; 96] = malformed::decoded(
    "17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb114d1d6855d545a8aa7d76c8cf2e21f267816aef1db507c96655b9d5caac42364e6f38ba0ecb751bad54dcd6b939c2ca",
);
const TWICE_G1_AFFINE: [u8; 96] = malformed::decoded(
    "0572cbea904d67468808c8eb50a9450c9721db309128012543902d0ac358a62ae28f75bb8f1c7c42c39a8c5529bf0f4e166a9d8cabc673a322fda673779d8e3822ba3ecb8670e461f73bb9021d5fd76a4c56d9d4cd16bd1bba86881979749d28",
);
const G2_AFFINE: [u8; 192] = malformed::decoded(
    "13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb80606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801",
);
const MINUS_G2_AFFINE: [u8; 192] = malformed::decoded(
    "13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb813fa4d4a0ad8b1ce186ed5061789213d993923066dddaf1040bc3ff59f825c78df74f2d75467e25e0f55f8a00fa030ed0d1b3cc2c7027888be51d9ef691d77bcb679afda66c73f17f9ee3837a55024f78c71363275a75d75d86bab79f74782aa",
);
const TWICE_G2_AFFINE: [u8; 192] = malformed::decoded(
    "0a4edef9c1ed7f729f520e47730a124fd70662a904ba1074728114d1031e1572c6c886f6b57ec72a6178288c47c335771638533957d540a9d2370f17cc7ed5863bc0b995b8825e0ee1ea1e1e4d00dbae81f14b0bf3611b78c952aacab827a0530f6d4552fa65dd2638b361543f887136a43253d9c66c411697003f7a13c308f5422e1aa0a59c8967acdefd8b6e36ccf30468fb440d82b0630aeb8dca2b5256789a66da69bf91009cbfe6bd221e47aa8ae88dece9764bf3bd999d95d71e4c9899",
);

/// Messages have the hashes that they have alone, also next to messages of other lengths.
pub(super) fn hashes<B: Backend>() {
    let mut seeded = Seeded::new(31);
    let bytes: Vec<u8> = (0..40).flat_map(|_| seeded.bytes::<32>()).collect();
    for count in 0..=9 {
        for len in [0, 1, 31, 55, 56, 63, 64, 65, 119, 120, 128, 200, 640] {
            for longer in [0, 1] {
                let messages: Vec<[&[u8]; 3]> = (0..count)
                    .map(|k| {
                        let len = len + longer * (k % 2);
                        let (head, rest) = bytes[k..][..len].split_at(len.min(32));
                        let (middle, tail) = rest.split_at(rest.len() / 3);
                        [head, middle, tail]
                    })
                    .collect();
                let (mut out, mut plain) = (vec![[1; 32]; count], vec![[2; 32]; count]);
                B::sha256_many(&messages, &mut out);
                Plain::<B>::sha256_many(&messages, &mut plain);
                assert_eq!(out, plain, "{count} messages of {len} bytes");
            }
        }
    }
}
