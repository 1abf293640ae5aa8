//! The check of a batch by one random linear combination.
//!
//! The device's results `R_i` should be the commitments to polynomials `p_i`. For random weights
//! `w_i` of 128 bits, the processor compares `Σ w_i·R_i` with the commitment to `Σ w_i·p_i`. The device
//! gives the y coordinate beside the encoding of each `R_i`, so that no square root is needed. kzg-blst
//! decodes them first, and checks that they are in the group of prime order: of many results together, where a
//! result outside of the group passes with a probability below `2^-128` for each attempt, because the
//! coefficients are a hash of the results. If all are in the group and some are wrong, the sums are equal
//! for at most one value of the weight of one of these, so with probability `2^-128`. The weights come
//! from the operating system for each batch, so that neither inputs nor results can be chosen to fit
//! them.
//!
//! For cells, the proof of cell `k` is the commitment to the quotient of `f` by `X^64 - y_k`, which
//! is `Σ_{m=1}^{63} y_k^(m-1) · Σ_{t≥64m} f[t]·X^(t-64m)`; see `kzg_traits::fk20`. So the weighted
//! sum of a blob's quotients is `Σ_m c_m · Σ_{t≥64m} f[t]·X^(t-64m)` with `c_m = Σ_k w_k·y_k^(m-1)`.
//! For each residue of the exponents modulo 64 this is a correlation of the coefficients with the
//! `c_m`. The values of the product at the 128th roots are those of the rows times those of
//! `Σ_m c_m·y^-m`: 8192 products for a blob, added over all blobs. One inverse transform of the sum
//! gives its coefficients; those below 4096 are the wanted ones, because no exponent reaches around
//! from the other side.

use kzg_blst::{Blst, Fr, G1};
use kzg_traits::bytes::{
    BYTES_PER_FIELD_ELEMENT, Blob, CELLS_PER_BLOB, CELLS_PER_EXT_BLOB, FIELD_ELEMENTS_PER_BLOB,
    FIELD_ELEMENTS_PER_CELL, FIELD_ELEMENTS_PER_EXT_BLOB,
};
use kzg_traits::domain::{Domain, bit_reversal_permutation};
use kzg_traits::{Backend, Error, Exec, Fr as _, Group, KzgSettings};

use crate::NAME;

/// Random weights of 128 bits.
///
/// # Errors
///
/// [`Error::Fault`] if the operating system gives no random numbers.
pub(crate) fn weights(n: usize) -> Result<Vec<Fr>, Error> {
    let mut random = vec![[0_u8; 16]; n];
    fill_random(random.as_flattened_mut())?;
    let weight = |half: &[u8; 16]| {
        let mut bytes = [0; 32];
        bytes[16..].copy_from_slice(half);
        Fr::from_bytes_reduced(&bytes)
    };
    Ok(random.iter().map(weight).collect())
}

/// Fills bytes with random numbers of the operating system.
///
/// # Errors
///
/// [`Error::Fault`] if there are none.
pub(crate) fn fill_random(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes).map_err(|error| Error::Fault {
        backend: NAME.to_owned(),
        message: format!("no random numbers: {error}"),
    })
}

/// `Σ weights[i]·polynomials[i]`; each polynomial has 4096 values, and they follow each other.
pub(crate) fn combine(polynomials: &[Fr], weights: &[Fr], exec: &Exec) -> Vec<Fr> {
    let mut sum = vec![Fr::ZERO; FIELD_ELEMENTS_PER_BLOB];
    let chunk = exec.chunk_len(FIELD_ELEMENTS_PER_BLOB, 1);
    exec.for_each_chunk_mut(&mut sum, chunk, |index, sums| {
        let values = index * chunk..index * chunk + sums.len();
        let row = |blob| &polynomials[blob * FIELD_ELEMENTS_PER_BLOB..][values.clone()];
        Blst::weighted_sum(weights, row, sums);
    });
    sum
}

/// Replaces the raw values of a blob, in the first half of `rows`, by its rows: `f mod (X^64 - y)` for the
/// 128 roots `y`, 8192 raw coefficients.
pub(crate) fn values_to_rows(domain: &Domain<Fr>, rows: &mut [Fr]) {
    let (lower, upper) = rows.split_at_mut(FIELD_ELEMENTS_PER_BLOB);
    Blst::ifft_fr(domain, lower);
    upper.copy_from_slice(lower);
    Blst::split_fr(domain, lower, 0, FIELD_ELEMENTS_PER_CELL);
    Blst::split_fr(domain, upper, 1, FIELD_ELEMENTS_PER_CELL);
}

/// The weighted sum of the quotients of all cells of blobs, as values in the order of a blob. `rows`
/// has 8192 coefficients for each blob, `weights` 128 weights.
pub(crate) fn combine_cells(
    domain: &Domain<Fr>,
    rows: &[Fr],
    weights: &[Fr],
    exec: &Exec,
) -> Vec<Fr> {
    let factors: Vec<Vec<Fr>> = weights
        .chunks_exact(CELLS_PER_EXT_BLOB)
        .map(|weights| row_factors(domain, weights))
        .collect();
    let mut sum = vec![Fr::ZERO; FIELD_ELEMENTS_PER_EXT_BLOB];
    exec.for_each_chunk_mut(&mut sum, FIELD_ELEMENTS_PER_CELL, |cell, sums| {
        let factors: Vec<Fr> = factors.iter().map(|factors| factors[cell]).collect();
        let row = |blob| {
            let first = blob * FIELD_ELEMENTS_PER_EXT_BLOB + cell * FIELD_ELEMENTS_PER_CELL;
            &rows[first..][..FIELD_ELEMENTS_PER_CELL]
        };
        Blst::weighted_sum(&factors, row, sums);
    });
    Blst::merge_fr(domain, &mut sum, 0, FIELD_ELEMENTS_PER_CELL);
    sum.truncate(FIELD_ELEMENTS_PER_BLOB);
    Blst::fft_fr(domain, &mut sum);
    sum
}

/// The values of `Σ_{m=1}^{63} c_m·y^-m` at the 128th roots, in bit-reversed order, for the weights
/// of a blob's cells.
fn row_factors(domain: &Domain<Fr>, weights: &[Fr]) -> Vec<Fr> {
    // c_(j+1) = Σ_k w_k·y_k^j is a transform of the weights in natural order.
    let mut sums = weights.to_vec();
    bit_reversal_permutation(&mut sums);
    domain.fft(&mut sums, 0);
    bit_reversal_permutation(&mut sums);
    let mut coefficients = vec![Fr::ZERO; CELLS_PER_EXT_BLOB];
    for m in 1..CELLS_PER_BLOB {
        coefficients[CELLS_PER_EXT_BLOB - m] = sums[m - 1];
    }
    domain.fft(&mut coefficients, 0);
    coefficients
}

/// Whether `Σ weights[i]·points[i]` is the commitment to the combination. The points are in the group,
/// the combination is raw: see [`Fr::from_bytes_raw`].
///
/// # Errors
///
/// The errors of the processor's backend.
///
/// [`Fr::from_bytes_raw`]: kzg_traits::Fr::from_bytes_raw
pub(crate) fn holds(
    processor: &dyn KzgSettings,
    combination: &[Fr],
    weights: &[Fr],
    points: &[G1],
    exec: &Exec,
) -> Result<bool, Error> {
    let expected = processor.blob_to_kzg_commitment(&blob(combination))?;
    Ok(Blst::msm(points, weights, exec).to_bytes() == expected.0)
}

/// The blob with raw values.
pub(crate) fn blob(values: &[Fr]) -> Box<Blob> {
    let mut blob = Blob::zeroed_on_heap();
    let (slots, _) = blob.0.as_chunks_mut::<BYTES_PER_FIELD_ELEMENT>();
    for (slot, value) in slots.iter_mut().zip(values) {
        *slot = value.to_bytes_raw();
    }
    blob
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;
    use std::time::{Duration, Instant};

    use kzg_traits::{SettingsOptions, TrustedSetup};

    use super::*;

    const MOST: usize = 64;
    const RUNS: usize = 5;

    fn random_blobs(n: usize) -> Vec<Blob> {
        let seeds = 0..n as u64;
        let blobs = seeds.map(|seed| (*kzg_testing::Seeded::new(seed).blob()).clone());
        blobs.collect()
    }

    /// The raw values of blobs, blob after blob.
    fn values(blobs: &[Blob]) -> Vec<Fr> {
        let bytes = blobs.iter().flat_map(Blob::field_elements);
        let values = bytes.map(|bytes| Fr::from_bytes_raw(bytes).expect("a field element"));
        values.collect()
    }

    /// The point of a result.
    fn point(encoding: &[u8; 48]) -> G1 {
        G1::from_bytes(encoding).expect("a result of the processor")
    }

    /// Points of the group that differ from the results in one place or in two.
    fn wrong(results: &[G1]) -> Vec<Vec<G1>> {
        let changed = |change: &dyn Fn(&mut [G1])| {
            let mut points = results.to_vec();
            change(&mut points);
            points
        };
        vec![
            changed(&|points| points.swap(0, 1)),
            changed(&|points| points[0] = -points[0]),
            changed(&|points| points[1] = G1::identity()),
            changed(&|points| points[1] = points[0]),
            changed(&|points| *points.last_mut().expect("results") += G1::generator()),
            // The sum of all stays the same.
            changed(&|points| {
                points[0] += G1::generator();
                points[1] += -G1::generator();
            }),
        ]
    }

    /// Asserts that the points pass, and that wrong points do not.
    fn assert_only_these_hold(
        settings: &dyn KzgSettings,
        combination: &[Fr],
        weights: &[Fr],
        points: &[G1],
    ) {
        let hold = |points: &[G1]| {
            holds(settings, combination, weights, points, &Exec::serial()).expect("a verdict")
        };
        assert!(hold(points));
        for (case, points) in wrong(points).iter().enumerate() {
            assert!(!hold(points), "case {case}");
        }
    }

    #[test]
    fn wrong_points_of_the_group_do_not_pass() {
        let (exec, domain) = (Exec::serial(), Domain::<Fr>::new());
        let setup = TrustedSetup::mainnet();
        let settings = kzg_blst::load(&setup, SettingsOptions::default()).unwrap();
        let blobs = random_blobs(2);
        let values = values(&blobs);

        let commitments = settings.blobs_to_kzg_commitments((&blobs).into()).unwrap();
        let commitments: Vec<G1> = commitments.iter().map(|c| point(&c.0)).collect();
        let of_blobs = weights(commitments.len()).unwrap();
        let combination = combine(&values, &of_blobs, &exec);
        assert_only_these_hold(&*settings, &combination, &of_blobs, &commitments);

        let (_, proofs) = settings
            .compute_many_cells_and_kzg_proofs((&blobs).into())
            .unwrap();
        let proofs: Vec<G1> = proofs.iter().map(|proof| point(&proof.0)).collect();
        let of_cells = weights(proofs.len()).unwrap();
        let mut rows = vec![Fr::ZERO; 2 * values.len()];
        let each = rows.chunks_exact_mut(FIELD_ELEMENTS_PER_EXT_BLOB);
        for (rows, values) in each.zip(values.chunks_exact(FIELD_ELEMENTS_PER_BLOB)) {
            rows[..FIELD_ELEMENTS_PER_BLOB].copy_from_slice(values);
            values_to_rows(&domain, rows);
        }
        let combination = combine_cells(&domain, &rows, &of_cells, &exec);
        assert_only_these_hold(&*settings, &combination, &of_cells, &proofs);
    }

    /// The least time of several runs.
    fn least(mut run: impl FnMut()) -> Duration {
        let times = (0..RUNS).map(|_| {
            let begun = Instant::now();
            run();
            begun.elapsed()
        });
        times.min().expect("there are runs")
    }

    fn decoded(encodings: &[[u8; 96]], exec: &Exec) -> Vec<G1> {
        let mut points = vec![Ok(G1::identity()); encodings.len()];
        Blst::g1_from_affine_batched(encodings, &mut points, exec);
        let points: Result<_, _> = points.into_iter().collect();
        points.expect("points of the group")
    }

    /// Prints the time of the check beside that of the same results on the processor, on one thread.
    ///
    ///     cargo test --release --lib print_the_cost -- --ignored --nocapture
    #[test]
    #[ignore = "prints times"]
    fn print_the_cost_of_the_check() {
        let exec = Exec::serial();
        let setup = TrustedSetup::mainnet();
        let settings = kzg_blst::load(&setup, SettingsOptions::default()).unwrap();
        let domain = Domain::<Fr>::new();
        let blobs = random_blobs(MOST);
        let values = values(&blobs);
        let all = settings.blobs_to_kzg_commitments((&blobs).into()).unwrap();
        let commitments: Vec<[u8; 96]> = all
            .iter()
            .map(|result| point(&result.0).to_affine_bytes())
            .collect();
        for n in [16, 32, 64] {
            let checked = least(|| {
                let weights = weights(n).unwrap();
                let combination = combine(&values[..n * FIELD_ELEMENTS_PER_BLOB], &weights, &exec);
                let points = decoded(&commitments[..n], &exec);
                assert!(holds(&*settings, &combination, &weights, &points, &exec).unwrap());
                black_box(points.iter().map(G1::to_bytes).collect::<Vec<_>>());
            });
            let computed = least(|| {
                black_box(settings.blobs_to_kzg_commitments(blobs[..n].into())).unwrap();
            });
            print(n, "commitments", checked, computed);
        }
        // The time does not depend on whether the proofs are those of the rows.
        let (_, proofs) = settings
            .compute_many_cells_and_kzg_proofs(blobs[..32].into())
            .unwrap();
        let proofs: Vec<[u8; 96]> = proofs
            .iter()
            .map(|result| point(&result.0).to_affine_bytes())
            .collect();
        for n in [8, 16, 32] {
            let proofs = &proofs[..n * CELLS_PER_EXT_BLOB];
            let checked = least(|| {
                let weights = weights(proofs.len()).unwrap();
                let rows = &values[..n * FIELD_ELEMENTS_PER_EXT_BLOB];
                let combination = combine_cells(&domain, rows, &weights, &exec);
                let points = decoded(proofs, &exec);
                holds(&*settings, &combination, &weights, &points, &exec).unwrap();
                black_box(points.iter().map(G1::to_bytes).collect::<Vec<_>>());
            });
            let computed = least(|| {
                let blobs = blobs[..n].into();
                black_box(settings.compute_many_cells_and_kzg_proofs(blobs)).unwrap();
            });
            print(n, "blobs' cells and proofs", checked, computed);
        }
    }

    fn print(n: usize, what: &str, checked: Duration, computed: Duration) {
        let share = 100.0 * checked.as_secs_f64() / computed.as_secs_f64();
        println!("{n} {what}: check {checked:.2?}, processor {computed:.2?}, {share:.1} %");
    }
}
