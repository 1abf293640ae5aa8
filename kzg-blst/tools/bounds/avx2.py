"""Proves that the assembly of the AVX2 kernels is exact, and that it multiplies.

The proof reads src/avx2/*.s, the text that the compiler gets, and not the generator of that text. It runs
the instructions on linear forms: each register is a sum of unknowns with exact coefficients. The unknowns
are the limbs of the operands, products of two limbs, and rounding errors. An operation is exact if the
largest value of its form has at most 53 bits above its grain, the power of two that divides every value.
Otherwise the result must lie between 2^100 and 2^101, where floats are multiples of 2^48, and the rounding
error, at most 2^47, becomes an unknown of its own.
"""

import itertools
import re
from fractions import Fraction

# The argument registers of the calling convention.
ARGUMENTS = ["rdi", "rsi", "rdx", "rcx", "r8", "r9"]
# The arguments of each kernel, and the pairs of operands that it multiplies.
KERNELS = {
    "multiply_add": ("oabc", ["ab"]),
    "square_add": ("oac", ["aa"]),
    # The second argument is the address of the addresses of a, b, d and e; c is where the result will be.
    "multiply_two_add": ("o&", ["ab", "de"]),
}
RADIX = 1 << 48
HALF = RADIX // 2
LIMBS = 8
R = 1 << 384
VECTOR = 32


class Refuted(Exception):
    """Something that the arithmetic relies on does not hold."""


class Value:
    """A linear form over unknowns (`1` is the constant), and its grain."""

    def __init__(self, form, grain):
        self.form = {symbol: factor for symbol, factor in form.items() if factor}
        self.grain = grain

    def plus(self, other, sign=1):
        form = dict(self.form)
        for symbol, factor in other.form.items():
            form[symbol] = form.get(symbol, 0) + sign * factor
        return Value(form, min(self.grain, other.grain))

    def constant(self):
        return self.form.get(1, 0) if set(self.form) <= {1} else None


class Kernel:
    """One kernel, with the bounds of its contract: the largest products of two limbs, by the left operand."""

    def __init__(self, text, constants, arguments, factors, largest_products, largest_c):
        self.constants, self.arguments, self.factors = constants, arguments, factors
        self.largest_products, self.largest_c = largest_products, largest_c
        self.errors = {}
        self.memory, self.addresses, self.registers = {}, {}, {}
        self.run(text)

    # ---- Bounds

    def bound(self, symbol):
        match symbol:
            case 1:
                return 1
            case ("product", (operand, *_), _):
                return self.largest_products[operand]
            case ("error", _):
                return HALF
            case ("c", *_):
                return self.largest_c
            case _:
                # A limb alone appears only doubled, as a factor; its product has the bound.
                return RADIX * 2

    def largest(self, form):
        return sum(abs(factor) * self.bound(symbol) for symbol, factor in form.items())

    # ---- Operations

    def product(self, x, y):
        for a, b in ((x, y), (y, x)):
            factor = b.constant()
            if factor is not None:
                grain = a.grain * (abs(factor) & -abs(factor) if factor == int(factor) else abs(factor))
                return Value({symbol: factor * n for symbol, n in a.form.items()}, grain)
        form = {}
        for (one, n) in x.form.items():
            for (other, m) in y.form.items():
                if "".join(sorted(one[0] + other[0])) not in self.factors:
                    raise Refuted(f"a product of {one} and {other}")
                symbol = ("product", *sorted((one, other)))
                form[symbol] = form.get(symbol, 0) + n * m
        return Value(form, x.grain * y.grain)

    def rounded(self, value, source=None):
        """The float nearest to a value."""
        largest = self.largest(value.form)
        if largest <= value.grain * 2**53:
            return value
        middle = value.form.get(1, 0)
        rest = largest - abs(middle) + HALF
        if not (1 << 100 <= middle - rest and middle + rest <= 1 << 101):
            raise Refuted(f"a value up to {float(largest):.3g} with grain {value.grain} is not exact")
        if value.grain < 1:
            raise Refuted("a fraction is rounded")
        error = ("error", len(self.errors))
        self.errors[error] = source
        return Value({**value.form, error: 1}, RADIX)

    def multiply_add(self, x, y, z, sign):
        product = self.product(x, y)
        exact = product.plus(z, sign)
        self.sharpen(exact, product, z)
        return self.rounded(exact, source=(x, y, z))

    def sharpen(self, exact, product, z):
        """`t - q·p[0]` is a multiple of 2^48: `q` is `t/p` up to multiples of 2^48."""
        if len(product.form) != 1:
            return
        (symbol, factor), = product.form.items()
        source = self.errors.get(symbol)
        if source is None:
            return
        x, y, addend = source
        inverse = y.constant() if y.constant() is not None else x.constant()
        t = x if y.constant() is not None else y
        is_same = t.form == z.form and t.grain >= 1 and addend.constant() is not None
        # The error is -(t·inverse) modulo 2^48, so the sum is t·(1 - factor·inverse).
        if is_same and addend.constant() % RADIX == 0 and (1 - factor * inverse) % RADIX == 0:
            exact.grain = RADIX

    # ---- The machine

    def run(self, text):
        self.addresses = {register: (operand, 0) for register, operand in zip(ARGUMENTS, self.arguments)}
        self.addresses["rsp"] = ("stack", 0)
        for line in text.splitlines():
            line = line.split("#")[0].strip()
            if line:
                mnemonic, _, operands = line.partition(" ")
                self.step(mnemonic, re.split(r", (?![^\[]*\])", operands) if operands else [])

    def step(self, mnemonic, operands):
        match mnemonic, operands:
            case ("push" | "pop" | "ret" | "vzeroupper", _) | ("mov", ["rbp", "rsp"] | ["rsp", "rbp"]):
                pass
            case "sub" | "and", ["rsp", _]:
                pass
            case "mov", [register, address]:
                base, offset = self.place(address)
                operands = "".join(self.factors)
                if base != "&" or offset not in range(0, 16 * len(operands), 8):
                    raise Refuted(f"an address at {address}")
                self.addresses[register] = (operands[offset // 16], offset % 16 // 8 * LIMBS * VECTOR)
            case "lea", [register, address]:
                self.addresses[register] = self.place(address)
            case "add", [register, number]:
                base, offset = self.addresses[register]
                self.addresses[register] = (base, offset + int(number))
            case "vmovapd", [target, source] if target.startswith("["):
                self.memory[self.place(target)] = self.read(source)
            case "vmovapd", [target, source]:
                self.registers[target] = self.read(source)
            case "vaddpd" | "vsubpd", [target, x, y]:
                sign = 1 if mnemonic == "vaddpd" else -1
                self.registers[target] = self.rounded(self.read(x).plus(self.read(y), sign))
            case "vfmadd231pd" | "vfmsub231pd", [target, x, y]:
                sign = 1 if "add" in mnemonic else -1
                result = self.multiply_add(self.read(x), self.read(y), self.read(target), sign)
                self.registers[target] = result
            case "vfmadd213pd" | "vfmsub213pd", [target, x, z]:
                sign = 1 if "add" in mnemonic else -1
                result = self.multiply_add(self.read(target), self.read(x), self.read(z), sign)
                self.registers[target] = result
            case _:
                raise Refuted(f"an unknown instruction: {mnemonic} {operands}")

    def place(self, address):
        inner = address.strip("[]")
        if inner.startswith("rip+{constants}"):
            return ("k", int(inner.removeprefix("rip+{constants}") or 0))
        register, offset = re.fullmatch(r"(\w+)([+-]\d+)?", inner).groups()
        base, start = self.addresses[register]
        return (base, start + int(offset or 0))

    def read(self, operand):
        if not operand.startswith("["):
            return self.registers[operand]
        place = self.place(operand)
        if place in self.memory:
            return self.memory[place]
        base, offset = place
        # What is read before it is written is the addend.
        if base == "o" and "c" not in self.arguments:
            base = "c"
        if base == "k":
            number = self.constants[offset // VECTOR]
            grain = abs(number) & -abs(number) if number == int(number) else abs(number)
            return Value({1: number}, grain)
        if base not in "".join(self.factors) + "c" or not 0 <= offset < 2 * LIMBS * VECTOR or offset % VECTOR:
            raise Refuted(f"a read of {place}, which was not written")
        index = offset // VECTOR
        return Value({(base, index // LIMBS, index % LIMBS): 1}, 1)

    # ---- The result

    def check(self, p):
        for vector in range(2):
            total = {}
            for limb in range(LIMBS):
                place = ("o", (vector * LIMBS + limb) * VECTOR)
                if place not in self.memory:
                    raise Refuted(f"limb {limb} of vector {vector} is not written")
                result = self.memory[place]
                if limb < LIMBS - 1 and self.largest(result.form) > HALF:
                    raise Refuted(f"limb {limb} of the result may be above 2^47")
                for symbol, factor in result.form.items():
                    total[symbol] = total.get(symbol, 0) + factor * RADIX ** (LIMBS + limb)
            self.check_value(vector, total, p)

    def check_value(self, vector, total, p):
        """`result·R - a·b - d·e - c·R` is a multiple of `p` of at most `p·R/2`, up to a part in 2^47."""
        for i in range(LIMBS):
            total[("c", vector, i)] = total.get(("c", vector, i), 0) - RADIX ** (LIMBS + i)
            for (left, right), j in itertools.product(self.factors, range(LIMBS)):
                symbol = ("product", *sorted(((left, vector, i), (right, vector, j))))
                total[symbol] = total.get(symbol, 0) - RADIX ** (i + j)
        rest = {symbol: Fraction(factor) for symbol, factor in total.items() if factor}
        for symbol, factor in rest.items():
            if symbol == 1 or symbol[0] != "error" or factor % p:
                raise Refuted(f"the result is not the product: {symbol} has the factor {factor}")
        if self.largest(rest) > p * R // 2 + (p * R >> 47):
            raise Refuted("the multiple of p is larger than the documentation says")


def prove(files, p):
    """Proves the kernels; `files` maps names below src/avx2 to texts. Returns a line about each."""
    limbs = re.search(r"pub\(super\) const P: \[f64; LIMBS\] = \[(.*?)\];", files["radix48.rs"], re.S)[1]
    p_limbs = [int(float(limb.replace("_", ""))) for limb in limbs.replace("\n", "").split(",") if limb.strip()]
    if sum(limb * RADIX**i for i, limb in enumerate(p_limbs)) != p:
        raise Refuted("the limbs of p are not those of p")
    high = shifted(files["radix48.rs"], "HIGH")
    low = shifted(files["radix48.rs"], "LOW")
    inverse = re.search(r"P_INVERSE: f64 = ([\d_]+)\.0;", files["radix48.rs"])[1]
    # In the order of the table in kernels.rs.
    constants = [-limb for limb in p_limbs] + [high, low, Fraction(1, RADIX), int(inverse.replace("_", ""))]
    generator = files["avx2_kernels.py"]
    largest_ab = Fraction(re.search(r"^LARGEST_AB = ([\d.]+)", generator, re.M)[1])
    largest_c = Fraction(re.search(r"^LARGEST_C = (\d+)", generator, re.M)[1])
    lines = []
    for name, (arguments, factors) in KERNELS.items():
        # Bounds are sums, so they are largest where one product has all that the contract allows.
        roundings = set()
        for largest in factors:
            products = {pair[0]: largest_ab * HALF**2 if pair == largest else 0 for pair in factors}
            kernel = Kernel(files[f"{name}.s"], constants, arguments, factors, products, largest_c * HALF)
            kernel.check(p)
            roundings.add(len(kernel.errors))
        if len(roundings) > 1:
            raise Refuted(f"{name} rounds at other places with other operands")
        lines.append(f"avx2 {name}: exact but for {len(kernel.errors)} roundings that cancel out modulo p")
    return lines


def shifted(text, name):
    """The value of a constant such as `-((3_u64 << 51) as f64)`."""
    sign, number, shift = re.search(rf"const {name}: f64 = (-?)\(+(\d+)_u\d+ << (\d+)\)", text).groups()
    return (-1 if sign else 1) * (int(number) << int(shift))
