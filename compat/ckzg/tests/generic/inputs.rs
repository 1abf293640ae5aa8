//! Inputs, good and hostile, as bytes: both libraries get the same.

/// The group order, big-endian.
const ORDER: [u8; 32] = [
    0x73, 0xed, 0xa7, 0x53, 0x29, 0x9d, 0x7d, 0x48, 0x33, 0x39, 0xd8, 0x08, 0x09, 0xa1, 0xd8, 0x05,
    0x53, 0xbd, 0xa4, 0x02, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01,
];

/// Points: infinity, the generator, and encodings that are no points of the group.
pub(crate) const POINTS: [&str; 8] = [
    // Infinity.
    "c00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
    // The generator.
    "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb",
    // Not compressed.
    "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
    // Infinity with another bit.
    "c00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001",
    // x = 0: on the curve, not in the subgroup.
    "800000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
    // x = 1: not on the curve.
    "800000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001",
    // x = 4: on the curve or off it, and in neither case in the subgroup.
    "800000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000004",
    // x above the modulus.
    "9fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

/// Field elements: zero, two, a point of the domain, the largest, the order and all bits.
pub(crate) fn scalars() -> [[u8; 32]; 6] {
    let mut two = [0; 32];
    two[31] = 2;
    let mut one = [0; 32];
    one[31] = 1;
    let mut largest = ORDER;
    largest[31] = 0;
    [[0; 32], two, one, largest, ORDER, [0xff; 32]]
}

/// Blobs: varied, constant, zero, and with a field element that is not canonical at either end.
pub(crate) fn blobs() -> Vec<Vec<u8>> {
    let mut varied = vec![0; 131_072];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for (index, byte) in varied.iter_mut().enumerate() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        *byte = if index % 32 == 0 { 0x20 } else { state as u8 };
    }
    let mut first = varied.clone();
    first[..32].copy_from_slice(&ORDER);
    let mut last = varied.clone();
    last[131_040..].fill(0xff);
    vec![varied, vec![1; 131_072], vec![0; 131_072], first, last]
}

/// The compressed points of a setup.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) g1_monomial: Vec<u8>,
    pub(crate) g1_lagrange: Vec<u8>,
    pub(crate) g2_monomial: Vec<u8>,
}

impl Setup {
    /// Reads the points of c-kzg's text format.
    pub(crate) fn from_text(text: &str) -> Self {
        let bytes = |lines: &[&str]| {
            let digits = lines.concat();
            (0..digits.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
                .collect()
        };
        let lines: Vec<&str> = text.lines().skip(2).collect();
        Self {
            g1_lagrange: bytes(&lines[..4096]),
            g2_monomial: bytes(&lines[4096..4161]),
            g1_monomial: bytes(&lines[4161..]),
        }
    }

    /// Setups that both libraries refuse.
    pub(crate) fn broken(&self) -> Vec<(&'static str, Self)> {
        let mut short = self.clone();
        short.g1_lagrange.pop();
        let mut one_less = self.clone();
        one_less.g2_monomial.truncate(64 * 96);
        let mut empty = self.clone();
        empty.g1_monomial.clear();
        let mut no_point = self.clone();
        no_point.g1_lagrange[48..96].fill(0xff);
        let mut swapped = self.clone();
        swapped.g1_lagrange.clone_from(&self.g1_monomial);
        vec![
            ("a byte too few", short),
            ("a point of G2 too few", one_less),
            ("no monomial points", empty),
            ("a point that is none", no_point),
            ("monomial points as Lagrange points", swapped),
        ]
    }
}
