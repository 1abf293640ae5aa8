//! Laws of the algebra for a backend that replaces no provided method, as a first version of a backend does.

use kzg_blst::{Blst, Fr, G1};
use kzg_testing::algebra;
use kzg_traits::{Backend, Exec};

use crate::delegation::items_of_blst;

/// kzg-blst with its required items alone.
#[derive(Clone, Copy, Debug)]
struct Provided;

impl Backend for Provided {
    items_of_blst!("provided");

    fn msm(points: &[G1], scalars: &[Fr], exec: &Exec) -> G1 {
        Blst::msm(points, scalars, exec)
    }

    fn pairing_check(pairs: &[(G1, &Self::PreparedG2)], exec: &Exec) -> bool {
        Blst::pairing_check(pairs, exec)
    }
}

/// The laws about points that are decoded and checked in bulk, and about products with one factor.
#[test]
fn provided_methods_keep_the_laws() {
    let wanted = [
        "bulk::g1_points",
        "msm::outside_subgroup",
        "evaluation::scaled_values",
    ];
    let laws = algebra::laws::<Provided>().into_iter();
    let laws: Vec<_> = laws
        .filter(|law| wanted.iter().any(|name| law.name().ends_with(name)))
        .collect();
    assert_eq!(laws.len(), wanted.len());
    for law in laws {
        law.check();
    }
}
