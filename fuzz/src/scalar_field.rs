//! The scalar field: decoding, arithmetic, evaluation and transforms, against arkworks.

use arbitrary::{Result, Unstructured};
use ark_bls12_381::Fr as Ark;
use ark_ff::{BigInteger as _, Field as _, PrimeField as _, Zero as _};
use kzg_blst::{Blst, Fr};
use kzg_traits::domain::Domain;
use kzg_traits::folding::Folding;
use kzg_traits::{Backend as _, Exec, Fr as _};

use crate::implementations::on_every_engine;
use crate::inputs;

/// Runs the target.
pub fn run(data: &[u8]) {
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    decoding(u)?;
    arithmetic(u)?;
    polynomials(u)
}

fn decoding(u: &mut Unstructured<'_>) -> Result<()> {
    let bytes = inputs::element(u)?;
    let is_canonical = bytes < inputs::ORDER;
    let decoded = Fr::from_bytes(&bytes);
    assert_eq!(
        decoded.map(|element| element.to_bytes()),
        is_canonical.then_some(bytes)
    );
    let raw = Fr::from_bytes_raw(&bytes);
    assert_eq!(raw.map(|element| element * Fr::RAW_UNIT), decoded);
    assert_eq!(
        raw.map(|element| element.to_bytes_raw()),
        is_canonical.then_some(bytes)
    );
    let reduced = Fr::from_bytes_reduced(&bytes);
    assert_eq!(ark(&reduced), Ark::from_be_bytes_mod_order(&bytes));
    Ok(())
}

fn arithmetic(u: &mut Unstructured<'_>) -> Result<()> {
    let [a, b, c, d] = [(); 4].map(|()| inputs::canonical(u).unwrap_or(Fr::ONE));
    let [x, y, z, w] = [a, b, c, d].map(|element| ark(&element));
    for (ours, theirs) in [
        (a + b, x + y),
        (a - b, x - y),
        (-a, -x),
        (a * b, x * y),
        (a.square(), x.square()),
        (Fr::sum_of_products([a, b], [c, d]), x * z + y * w),
        (
            a.inverse().unwrap_or(Fr::ZERO),
            x.inverse().unwrap_or(Ark::zero()),
        ),
    ] {
        assert_eq!(ark(&ours), theirs);
    }
    let exponent = u.arbitrary()?;
    assert_eq!(ark(&a.pow(exponent)), x.pow([exponent]));
    Ok(())
}

/// A polynomial of 4096 values: evaluation at any point, roots of unity included, and transforms.
fn polynomials(u: &mut Unstructured<'_>) -> Result<()> {
    let z = inputs::canonical(u)?;
    let blob = inputs::blob(u)?;
    let values: Option<Vec<Fr>> = blob.field_elements().iter().map(Fr::from_bytes).collect();
    let Some(values) = values else { return Ok(()) };
    let (domain, exec) = (Domain::<Fr>::new(), Exec::serial());
    let folding = Folding::new(&domain, 4096);
    let expected = folding.evaluate(&values, z, &mut exec.scratch_vec());
    let row_len = 1 << u.int_in_range(0..=12_u8)?;
    let mut split = values.clone();
    domain.split(&mut split, 0, row_len);
    on_every_engine(|engine| {
        assert_eq!(
            Blst::evaluate(&folding, &values, z, &exec),
            expected,
            "{engine}"
        );
        let mut by_engine = values.clone();
        Blst::split_fr(&domain, &mut by_engine, 0, row_len);
        assert!(by_engine == split, "{engine}: split into rows of {row_len}");
        let (mut merged, mut plain) = (split.clone(), split.clone());
        Blst::merge_fr_unscaled(&domain, &mut merged, 0, row_len);
        domain.merge_unscaled(&mut plain, 0, row_len);
        assert!(merged == plain, "{engine}: merge of rows of {row_len}");
    });
    Ok(())
}

fn ark(element: &Fr) -> Ark {
    let ark = Ark::from_be_bytes_mod_order(&element.to_bytes());
    assert_eq!(ark.into_bigint().to_bytes_be(), element.to_bytes());
    ark
}
