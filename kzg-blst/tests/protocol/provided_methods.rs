//! Laws of the algebra for a backend that replaces no provided method, as a first version of a backend does.

use kzg_testing::algebra;

use crate::deduced_verdicts::Counted;

/// The laws about points that are decoded and checked in bulk, and about products with one factor.
#[test]
fn provided_methods_keep_the_laws() {
    let wanted = [
        "bulk::g1_points",
        "msm::outside_subgroup",
        "evaluation::scaled_values",
    ];
    let laws = algebra::laws::<Counted>().into_iter();
    let laws: Vec<_> = laws
        .filter(|law| wanted.iter().any(|name| law.name().ends_with(name)))
        .collect();
    assert_eq!(laws.len(), wanted.len());
    for law in laws {
        law.check();
    }
}
