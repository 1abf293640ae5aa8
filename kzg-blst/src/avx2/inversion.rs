//! Montgomery's trick over lane groups: one inversion for any number of elements.

use blst::blst_fp;

use super::elements::Fp8;
use crate::curve::base_field::invert_in_place;

/// Inversions, and their working memory.
#[derive(Default)]
pub(super) struct Inversion {
    products: Vec<Fp8>,
    scalar: Vec<blst_fp>,
}

impl Inversion {
    /// Replaces all elements by their inverses. Limbs are of one unit.
    ///
    /// # Panics
    ///
    /// If an element is zero.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn invert(&mut self, values: &mut [Fp8]) {
        let Some((first, rest)) = values.split_first_mut() else {
            return;
        };
        self.products.clear();
        let mut product = *first;
        for value in &*rest {
            self.products.push(product);
            product = product.multiply(value);
        }
        let mut lanes = product.array();
        invert_in_place(&mut lanes, &mut self.scalar);
        let mut inverse = Fp8::from_array(&lanes).carry();
        for (value, product) in rest.iter_mut().zip(&self.products).rev() {
            let others = inverse.multiply(value);
            value.set_product(&inverse, product);
            inverse = others;
        }
        *first = inverse;
    }
}
