//! The items of a test's backend that are those of kzg-blst.

/// Defines the types of kzg-blst, its preparation of points and its sums over prepared points. Names the backend.
macro_rules! items_of_blst {
    ($name:literal) => {
        const NAME: &'static str = $name;
        type Fr = kzg_blst::Fr;
        type G1 = kzg_blst::G1;
        type G2 = kzg_blst::G2;
        type Bases = kzg_blst::Bases;
        type PreparedG2 = kzg_blst::PreparedG2;

        fn prepare(
            points: &[Self::G1],
            precompute: kzg_traits::Precompute,
            exec: &kzg_traits::Exec,
        ) -> Self::Bases {
            kzg_blst::Blst::prepare(points, precompute, exec)
        }

        fn bases_memory(bases: &Self::Bases) -> usize {
            kzg_blst::Blst::bases_memory(bases)
        }

        fn msm_fixed(
            bases: &Self::Bases,
            scalars: &[Self::Fr],
            exec: &kzg_traits::Exec,
        ) -> Self::G1 {
            kzg_blst::Blst::msm_fixed(bases, scalars, exec)
        }

        fn prepare_g2(point: &Self::G2) -> Self::PreparedG2 {
            kzg_blst::Blst::prepare_g2(point)
        }
    };
}

pub(crate) use items_of_blst;
