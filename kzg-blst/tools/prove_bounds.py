#!/usr/bin/env python3
"""Proves the bounds of the AVX2 and the IFMA arithmetic, and checks that the proof notices a wrong constant.

    python3 kzg-blst/tools/prove_bounds.py             proves; fails if a bound does not hold
    python3 kzg-blst/tools/prove_bounds.py --nudge     also changes constants, one at a time, and expects failures

Both proofs read the sources that are compiled, so that they cannot drift apart from them:

- AVX2: the assembly runs on linear forms (tools/bounds/avx2.py). Every operation is exact or a rounding
  whose error is known, and the result is `a·b/R + c` modulo p.
- IFMA: the engine's own Rust functions are compiled with other instructions, which work on ranges
  (tools/bounds/recorder.rs), and run on the ranges that their documentation allows. No limb leaves 64 bits,
  no factor has more than 52 bits, and every assertion of the engine about limbs holds for all of the range.
  The constants are the multiples of the moduli that they are said to be.
- Pairings side by side: their own Rust functions are compiled over polynomials of the inputs
  (tools/bounds/forms.rs). All values, in units of p, and all columns stay in the ranges that the functions
  of the base field require, and products and squares in Fp12 are those of the plain formulas.

What is not proved here: that the IFMA products in Fp have the right values, nor inverses and Frobenius maps
(tests compare them with blst); and values of which limbs say nothing, such as the choice between a number
and the number minus p.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

TOOLS = Path(__file__).parent
sys.path.insert(0, str(TOOLS / "bounds"))

import avx2  # noqa: E402

SOURCE = TOOLS.parent / "src"
P = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
ORDER = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001

AVX2_FILES = ["avx2/radix48.rs", "avx2/multiply_add.s", "avx2/square_add.s", "avx2/multiply_two_add.s"]
IFMA_FILES = [
    "ifma/limbs.rs",
    *(f"ifma/field/{name}.rs" for name in ("mod", "constants", "product", "reduction", "sum", "wide")),
    "ifma/scalar/mod.rs",
]
PAIRING_FILES = [f"ifma/pairings/{name}.rs" for name in ("mod", "fp2", "fp6", "fp12", "miller", "final_exponentiation")]
OTHERS = ["curve/base_field.rs", "field/montgomery.rs"]

# What must be noticed: (file, text, another text).
NUDGES = [
    ("avx2/radix48.rs", "12_885_098_499.0", "12_885_098_501.0"),
    ("avx2/radix48.rs", "(3_u128 << 99)", "(5_u128 << 98)"),
    ("avx2/radix48.rs", "-((3_u64 << 51)", "-((7_u64 << 51)"),
    ("avx2/radix48.rs", "-86_500_641_359_361.0", "-86_500_641_359_360.0"),
    ("avx2/multiply_add.s", "vaddpd ymm4, ymm4, ymm5", "vsubpd ymm4, ymm4, ymm5"),
    ("avx2/square_add.s", "[r11-96]", "[r11-128]"),
    ("avx2/multiply_two_add.s", "vaddpd ymm0, ymm0, ymm9", "vsubpd ymm0, ymm0, ymm9"),
    ("avx2/multiply_two_add.s", "mov rbx, [rsi+8]", "mov rbx, [rsi+24]"),
    ("avx2/multiply_two_add.s", "[r10-96]", "[r10-64]"),
    ("../tools/avx2_kernels.py", "LARGEST_AB = 3.25", "LARGEST_AB = 4.25"),
    ("../tools/avx2_kernels.py", "LARGEST_C = 16", "LARGEST_C = 64"),
    ("ifma/field/constants.rs", "NEGATED_INVERSE: i64 = 0xfffc_fffc_fffd", "NEGATED_INVERSE: i64 = 0xfffc_fffc_fffb"),
    ("ifma/field/constants.rs", "multiple_of_p(2, 1)", "multiple_of_p(2, 0)"),
    ("ifma/field/constants.rs", "multiple_of_p(4, 3)", "multiple_of_p(4, 1)"),
    ("ifma/field/constants.rs", "multiple_of_p(2, 0)", "multiple_of_p(3, 0)"),
    ("ifma/field/constants.rs", "multiple_of_p(6, 0)", "multiple_of_p(5, 0)"),
    ("ifma/field/constants.rs", "multiple_of_p(12, 8)", "multiple_of_p(12, 7)"),
    ("ifma/field/constants.rs", "multiple_of_p(12, 8)", "multiple_of_p(11, 8)"),
    ("ifma/field/constants.rs", "multiple_of_p(4, 3)", "multiple_of_p(5, 3)"),
    ("ifma/field/constants.rs", "odd << LIMB_BITS", "odd << 47"),
    ("ifma/scalar/mod.rs", "(b >> 40 | c << 24)", "(b >> 40 | c << 25)"),
    ("ifma/field/constants.rs", "(P[LIMBS - 1] + 1)", "(P[LIMBS - 1] - (1 << 40))"),
    ("ifma/field/product.rs", "_mm512_slli_epi64::<4>(limb(0))", "_mm512_slli_epi64::<5>(limb(0))"),
    ("ifma/field/product.rs", "_mm512_slli_epi64::<4>(limb(ROW + 1))", "_mm512_slli_epi64::<5>(limb(ROW + 1))"),
    ("ifma/jacobian.rs", "multiple_of_p(6, 4)", "multiple_of_p(6, 3)"),
    ("ifma/jacobian.rs", "multiple_of_p(6, 1 << 10)", "multiple_of_p(6, 1 << 7)"),
    ("ifma/fp4.rs", "multiple_of_p(15, 1 << 13)", "multiple_of_p(15, 1 << 11)"),
    ("ifma/fp4.rs", "multiple_of_p(8, 1 << 13)", "multiple_of_p(8, 1 << 15)"),
    ("ifma/field/reduction.rs", "_mm512_srai_epi64::<LIMB_BITS>(second)", "_mm512_srai_epi64::<{ 49 }>(second)"),
    ("ifma/field/reduction.rs", "_mm512_srli_epi64::<1>(quotient)", "_mm512_srli_epi64::<2>(quotient)"),
    ("ifma/field/reduction.rs", "zip(TWICE_P)", "zip(P)"),
    ("ifma/field/reduction.rs", "_mm512_mask_sub_epi64(even, odd, even,", "_mm512_mask_sub_epi64(even, !odd, even,"),
    ("ifma/field/product.rs", "P.map(|limb| _mm512_set1_epi64(limb))", "P.map(|limb| _mm512_set1_epi64(limb << 5))"),
    ("ifma/field/sum.rs", "N <= 127", "N <= 512"),
    ("ifma/field/sum.rs", "_mm512_slli_epi64::<3>(b.0[$row])", "_mm512_slli_epi64::<5>(b.0[$row])"),
    ("ifma/field/wide.rs", "left = self.0.map(|limb| _mm512_slli_epi64::<2>", "left = self.0.map(|limb| _mm512_slli_epi64::<3>"),
    ("ifma/pairings/fp2.rs", "&re.subtract(im)", "&re.minus(im)"),
    ("ifma/pairings/fp2.rs", "_mm512_sub_epi64(re, im);", "_mm512_add_epi64(re, im);"),
    ("ifma/pairings/fp6.rs", "p0.plus(p2_y.times_xi())", "p0.minus(p2_y.times_xi())"),
    ("ifma/pairings/fp12.rs", "let left = a.plus(b).carried();", "let left = a.plus(b);"),
    ("ifma/pairings/fp12.rs", "self.a = squares.divided().normal();", "self.a = squares.divided();"),
    ("ifma/pairings/fp12.rs", "c.minus(f).minus(s)", "c.minus(f).plus(s)"),
    ("ifma/pairings/fp12.rs", "x.plus(&x).plus(&x)", "x.plus(&x).minus(&x)"),
    ("ifma/pairings/fp12.rs", "a0.im.canonical().zeros()", "a0.im.zeros()"),
    ("ifma/limbs.rs", "_mm512_srai_epi64::<BITS>", "_mm512_srai_epi64::<{ 47 }>"),
    ("ifma/scalar/mod.rs", "0xffff_fffe_ffff_ffff_u64", "0xffff_fffe_ffff_fffd_u64"),
    ("ifma/scalar/mod.rs", "{ 255 - 4 * LIMB_BITS }", "{ 254 - 4 * LIMB_BITS }"),
    ("ifma/scalar/mod.rs", "const LIMB_BITS: u32 = 52", "const LIMB_BITS: u32 = 51"),
]


class Sources:
    """The texts of the sources, with at most one of them changed."""

    def __init__(self, nudge=None):
        self.nudge = nudge

    def read(self, name):
        text = (SOURCE / name).read_text()
        if self.nudge and self.nudge[0] == name:
            _, old, new = self.nudge
            if old not in text:
                sys.exit(f"{name} has no {old!r}; the list of nudges is out of date")
            text = text.replace(old, new)
        return text

    def words(self, name, constant):
        body = re.search(rf"const {constant}: \S+(?: \d\])? = \[(.*?)\];", self.read(name), re.S)[1]
        words = [int(word.replace("_", ""), 16) for word in re.findall(r"0x[0-9a-f_]+", body)]
        return sum(word << 64 * i for i, word in enumerate(words))


def require(condition, what):
    if not condition:
        raise avx2.Refuted(what)


def constants(sources):
    require(sources.words("curve/base_field.rs", "MODULUS") == P, "the words of p are those of p")
    require(sources.words("field/montgomery.rs", "ORDER") == ORDER, "the words of r are those of r")
    for name, modulus, bits in (("ifma/field/constants.rs", P, 48), ("ifma/scalar/mod.rs", ORDER, 52)):
        inverse = int(re.search(r"NEGATED_INVERSE: i64 = (0x[0-9a-f_]+?)(?:_u64)?\b", sources.read(name))[1].replace("_", ""), 16)
        require((inverse * modulus + 1) % (1 << bits) == 0, f"{name}: the inverse of the modulus")


def prove_avx2(sources):
    files = {Path(name).name: sources.read(name) for name in AVX2_FILES}
    files["avx2_kernels.py"] = sources.read("../tools/avx2_kernels.py")
    return avx2.prove(files, P)


def prove_ifma(sources, folder):
    """Compiles the engine's functions over ranges and runs them."""
    for name in IFMA_FILES:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(over_ranges(sources.read(name)))
    (folder / "ifma/mod.rs").write_text("pub mod field;\npub mod limbs;\npub mod scalar;\n")
    for name in ("main.rs", "recorder.rs"):
        (folder / name).write_text((TOOLS / "bounds" / name).read_text())
    words = lambda value, count: [f"0x{value >> 64 * i & (1 << 64) - 1:x}" for i in range(count)]
    (folder / "modulus.rs").write_text(f"pub(crate) const MODULUS: [u64; 6] = [{', '.join(words(P, 6))}];")
    (folder / "order.rs").write_text(f"pub(crate) const ORDER: [u64; 4] = [{', '.join(words(ORDER, 4))}];")
    longest = re.search(r"assert!\(N <= (\d+)\)", sources.read("ifma/field/sum.rs"))[1]
    (folder / "longest.rs").write_text(longest)
    multiples = [re.findall(r"= multiple_of_p(\(.*\));", sources.read(f"ifma/{name}.rs")) for name in ("jacobian", "fp4")]
    (folder / "multiples.rs").write_text(f"[{', '.join(sum(multiples, []))}]")
    compile_and_run(folder / "main.rs")
    return ["ifma field and scalar field: the documented ranges of limbs hold"]


def prove_pairings(sources, folder):
    """Compiles the functions of pairings side by side over polynomials and runs them."""
    (folder / "ifma/pairings").mkdir(parents=True)
    for name in PAIRING_FILES:
        text = re.sub(r"\bblst::", "crate::blst::", over_ranges(sources.read(name)))
        (folder / name).write_text(text)
    for name in ("pairings.rs", "forms.rs"):
        (folder / name).write_text((TOOLS / "bounds" / name).read_text())
    ratio = (10**6 << 384) // P
    (folder / "ratio.rs").write_text(f"/// 2^384 / p, rounded down.\npub const R: f64 = {ratio} as f64 / 1e6;\n")
    compile_and_run(folder / "pairings.rs")
    return ["ifma pairings: the documented bounds hold, and products and squares are those of the plain formulas"]


def compile_and_run(main):
    program = main.with_suffix(".program")
    compiler = ["rustc", "--edition=2024", "-Cdebug-assertions", "-Awarnings", "-o", str(program), str(main)]
    compiled = subprocess.run(compiler, capture_output=True, text=True)
    if compiled.returncode != 0:
        sys.exit(f"the engine's functions do not compile for the proof:\n{compiled.stderr[-3000:]}")
    run = subprocess.run([str(program)], capture_output=True, text=True)
    require(run.returncode == 0, run.stderr.strip())


def over_ranges(text):
    """The same functions over the instructions of the recorder."""
    text = re.sub(r"^\s*#\[target_feature\(.*\)\]\n", "", text, flags=re.M)
    text = re.sub(r"^(?:#\[cfg\(.*\)\]\n)?(?:pub(?:\(.*?\))? )?(?:mod (?:tests|internals|power|words)|use tests::.*|.*use tests::.*);\n", "", text, flags=re.M)
    text = text.replace("core::arch::x86_64", "crate::recorder")
    # The proof calls functions that only the engine calls otherwise.
    text = re.sub(r"pub\((?:super|in [a-z:]+)\)", "pub(crate)", text)
    text = re.sub(r"^(\s*)(const fn|fn|const [A-Z]|struct|mod) ?", r"\1pub(crate) \2 ", text, flags=re.M)
    text = re.sub(r"const ([A-Z]) ", r"const \1", text)
    return text.replace("ScalarLanes([__m512i", "ScalarLanes(pub(crate) [__m512i")


def prove(nudge=None):
    sources = Sources(nudge)
    constants(sources)
    lines = []
    file = nudge[0] if nudge else ""
    if not file.startswith("ifma"):
        lines += prove_avx2(sources)
    for prove_part in (prove_ifma, prove_pairings):
        if not nudge or file.startswith("ifma/pairings") == (prove_part == prove_pairings) and file.startswith("ifma"):
            with tempfile.TemporaryDirectory() as folder:
                lines += prove_part(sources, Path(folder))
    return lines


def main():
    try:
        print("\n".join(prove()))
    except avx2.Refuted as refuted:
        sys.exit(f"refuted: {refuted}")
    if "--nudge" not in sys.argv[1:]:
        return
    unnoticed = []
    for nudge in NUDGES:
        try:
            prove(nudge)
            unnoticed.append(nudge)
        except avx2.Refuted as refuted:
            name, old, new = nudge
            print(f"noticed: {name}: {old} -> {new}: {str(refuted).splitlines()[0][:100]}")
    if unnoticed:
        sys.exit("\n".join(f"not noticed: {name}: {old} -> {new}" for name, old, new in unnoticed))
    print(f"{len(NUDGES)} changed constants, all noticed")


if __name__ == "__main__":
    main()
