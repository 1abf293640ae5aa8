//! The types of Constantine's C interface, with the same memory layout.
//!
//! Field elements are in Montgomery form, as 64-bit words, the least significant first: an
//! element `a` is stored as `a·2^256 mod r`, or `a·2^384 mod p`. All types are aligned to 8. They
//! have no invariant that Rust relies on, so any bytes are a valid value of the Rust type, though not always
//! a field element or a point.

#![allow(
    missing_debug_implementations,
    reason = "the derives of zerocopy generate types without Debug"
)]

use zerocopy::{FromBytes, Immutable, IntoBytes};

macro_rules! types {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),+ })*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable)]
        #[repr(C)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)+
        }
    )* };
}

types! {
    /// An element of the scalar field: `bls12_381_fr`, 32 bytes.
    Fr {
        /// The limbs of the Montgomery form.
        limbs: [u64; 4]
    }
    /// An integer of 255 bits, not in Montgomery form: `big255`, 32 bytes.
    Big255 {
        /// The limbs of the integer.
        limbs: [u64; 4]
    }
    /// An element of the base field: `bls12_381_fp`, 48 bytes.
    Fp {
        /// The limbs of the Montgomery form.
        limbs: [u64; 6]
    }
    /// An element `c[0] + c[1]·i` of the quadratic extension: `bls12_381_fp2`, 96 bytes.
    Fp2 {
        /// The two coefficients.
        c: [Fp; 2]
    }
    /// A point of G1 in affine coordinates; infinity is all zeros: `bls12_381_g1_aff`, 96 bytes.
    G1Affine {
        /// The coordinate x.
        x: Fp,
        /// The coordinate y.
        y: Fp
    }
    /// A point of G1 in Jacobian coordinates; z is zero for infinity: `bls12_381_g1_jac`, 144
    /// bytes.
    G1Jacobian {
        /// The affine coordinate x times z².
        x: Fp,
        /// The affine coordinate y times z³.
        y: Fp,
        /// The denominator z.
        z: Fp
    }
    /// A point of G2 in affine coordinates; infinity is all zeros: `bls12_381_g2_aff`, 192 bytes.
    G2Affine {
        /// The coordinate x.
        x: Fp2,
        /// The coordinate y.
        y: Fp2
    }
    /// A point of G2 in Jacobian coordinates; z is zero for infinity: `bls12_381_g2_jac`, 288
    /// bytes.
    G2Jacobian {
        /// The affine coordinate x times z².
        x: Fp2,
        /// The affine coordinate y times z³.
        y: Fp2,
        /// The denominator z.
        z: Fp2
    }
}

impl Fr {
    /// Zero.
    pub const ZERO: Self = Self { limbs: [0; 4] };
    /// One: `2^256 mod r`.
    pub const ONE: Self = Self {
        limbs: [
            0x0000_0001_ffff_fffe,
            0x5884_b7fa_0003_4802,
            0x998c_4fef_ecbc_4ff5,
            0x1824_b159_acc5_056f,
        ],
    };
}

impl Fp {
    /// Zero.
    pub const ZERO: Self = Self { limbs: [0; 6] };
    /// One: `2^384 mod p`.
    pub const ONE: Self = Self {
        limbs: [
            0x7609_0000_0002_fffd,
            0xebf4_000b_c40c_0002,
            0x5f48_9857_53c7_58ba,
            0x77ce_5853_7052_5745,
            0x5c07_1a97_a256_ec6d,
            0x15f6_5ec3_fa80_e493,
        ],
    };
}

impl Fp2 {
    /// Zero.
    pub const ZERO: Self = Self {
        c: [Fp::ZERO, Fp::ZERO],
    };
    /// One.
    pub const ONE: Self = Self {
        c: [Fp::ONE, Fp::ZERO],
    };
}

impl G1Affine {
    /// The point at infinity.
    pub const INFINITY: Self = Self {
        x: Fp::ZERO,
        y: Fp::ZERO,
    };
    /// The standard generator, which the library does not export.
    pub const GENERATOR: Self = Self {
        x: Fp {
            limbs: [
                0x5cb3_8790_fd53_0c16,
                0x7817_fc67_9976_fff5,
                0x154f_95c7_143b_a1c1,
                0xf0ae_6acd_f3d0_e747,
                0xedce_6ecc_21db_f440,
                0x1201_7741_9e0b_fb75,
            ],
        },
        y: Fp {
            limbs: [
                0xbaac_93d5_0ce7_2271,
                0x8c22_631a_7918_fd8e,
                0xdd59_5f13_5707_25ce,
                0x51ac_5829_5040_5194,
                0x0e1c_8c3f_ad00_59c0,
                0x0bbc_3efc_5008_a26a,
            ],
        },
    };
}

impl G1Jacobian {
    /// The point at infinity, as the library writes it.
    pub const INFINITY: Self = Self {
        x: Fp::ONE,
        y: Fp::ONE,
        z: Fp::ZERO,
    };
    /// The standard generator.
    pub const GENERATOR: Self = Self {
        x: G1Affine::GENERATOR.x,
        y: G1Affine::GENERATOR.y,
        z: Fp::ONE,
    };
}

impl G2Affine {
    /// The point at infinity.
    pub const INFINITY: Self = Self {
        x: Fp2::ZERO,
        y: Fp2::ZERO,
    };
    /// The standard generator, which the library does not export.
    pub const GENERATOR: Self = Self {
        x: Fp2 {
            c: [
                Fp {
                    limbs: [
                        0xf5f2_8fa2_0294_0a10,
                        0xb3f5_fb26_87b4_961a,
                        0xa1a8_93b5_3e2a_e580,
                        0x9894_999d_1a3c_aee9,
                        0x6f67_b763_1863_366b,
                        0x0581_9192_4350_bcd7,
                    ],
                },
                Fp {
                    limbs: [
                        0xa5a9_c075_9e23_f606,
                        0xaaa0_c59d_bccd_60c3,
                        0x3bb1_7e18_e286_7806,
                        0x1b1a_b6cc_8541_b367,
                        0xc2b6_ed0e_f215_8547,
                        0x1192_2a09_7360_edf3,
                    ],
                },
            ],
        },
        y: Fp2 {
            c: [
                Fp {
                    limbs: [
                        0x4c73_0af8_6049_4c4a,
                        0x597c_fa1f_5e36_9c5a,
                        0xe7e6_856c_aa0a_635a,
                        0xbbef_b5e9_6e0d_495f,
                        0x07d3_a975_f0ef_25a2,
                        0x0083_fd8e_7e80_dae5,
                    ],
                },
                Fp {
                    limbs: [
                        0xadc0_fc92_df64_b05d,
                        0x18aa_270a_2b14_61dc,
                        0x86ad_ac6a_3be4_eba0,
                        0x7949_5c4e_c93d_a33a,
                        0xe717_5850_a43c_caed,
                        0x0b2b_c2a1_63de_1bf2,
                    ],
                },
            ],
        },
    };
}

impl G2Jacobian {
    /// The point at infinity, as the library writes it.
    pub const INFINITY: Self = Self {
        x: Fp2::ONE,
        y: Fp2::ONE,
        z: Fp2::ZERO,
    };
    /// The standard generator.
    pub const GENERATOR: Self = Self {
        x: G2Affine::GENERATOR.x,
        y: G2Affine::GENERATOR.y,
        z: Fp2::ONE,
    };
}

/// The library's context for one trusted setup: `ctt_eth_kzg_context`. It is used only through
/// pointers.
#[derive(Debug)]
#[repr(C)]
pub struct Context {
    opaque: [u8; 0],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_c_types() {
        let sizes = [
            (size_of::<Fr>(), 32),
            (size_of::<Big255>(), 32),
            (size_of::<Fp>(), 48),
            (size_of::<Fp2>(), 96),
            (size_of::<G1Affine>(), 96),
            (size_of::<G1Jacobian>(), 144),
            (size_of::<G2Affine>(), 192),
            (size_of::<G2Jacobian>(), 288),
        ];
        for (ours, theirs) in sizes {
            assert_eq!(ours, theirs);
        }
        assert_eq!(align_of::<Fr>(), 8);
        assert_eq!(align_of::<G2Jacobian>(), 8);
    }
}
