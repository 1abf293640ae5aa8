#!/usr/bin/env python3
"""Generates the AVX2 kernels of the base field: src/avx2/{multiply_add,square_add,multiply_two_add}.s.

    python3 kzg-blst/tools/avx2_kernels.py            writes the files
    python3 kzg-blst/tools/avx2_kernels.py --check    fails if the files are not up to date

A kernel computes a*b/R + c, a*a/R + c, or (a*b + d*e)/R + c, modulo p for eight elements side by side,
R = 2^384. docs/engine.md describes the method. In short: an element is eight signed limbs to the base 2^48,
each an exact f64. A column k of the product has two accumulators with the initial values

    HIGH = 1.5 * 2^100, where floats are multiples of 2^48,   and   LOW = -1.5 * 2^52.

A product x*y is added exactly, by two fused multiply-adds and two additions:

    high' = fma(x, y, high)             x*y rounded to a multiple of 2^48
    low'  = low + fma(x, y, high - high')               the rounding error

The column's value, with the carry of the column before it, is t = fma(high[k-1], 2^-48, low[k]):
HIGH * 2^-48 and LOW cancel out. With two products, low may be too large for LOW. It begins with zero, and
HIGH is subtracted from high[k-1] before t is computed. In the columns 0 to 7 a multiple q*p is subtracted that makes the
value of the column a multiple of 2^48 (Montgomery reduction). The columns 8 to 15 are the result.

The stages of this program: operations on values, their order, allocation of registers, text.
"""

import sys
from pathlib import Path

# ---- The modulus, and the proof that every operation is exact --------------------------------------

P = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
LIMBS = 8
COLUMNS = 2 * LIMBS
RADIX = 1 << 48
HALF = RADIX // 2
HIGH = 3 << 99
LOW = -(3 << 51)


def balanced_limbs(value):
    """Returns limbs between -2^47 and 2^47, except for the last limb, which is the remainder."""
    limbs = []
    for _ in range(LIMBS - 1):
        limb = (value + HALF) % RADIX - HALF
        limbs.append(limb)
        value = (value - limb) // RADIX
    return limbs + [value]


P_LIMBS = balanced_limbs(P)
P_INVERSE = pow(P, -1, RADIX)

# The contract: with limbs of a up to A * 2^47 and those of b up to B * 2^47, A * B is at most
# LARGEST_AB; limbs of c are at most LARGEST_C * 2^47. With two products, A * B + D * E is at most LARGEST_AB.
LARGEST_AB = 3.25
LARGEST_C = 16


def products_of_column(k):
    """Returns the index pairs (i, j) of the products a[i] * b[j], and those of q[i] * p[j] except
    j = 0, which the reduction step computes."""
    of_ab = [(i, k - i) for i in range(LIMBS) if 0 <= k - i < LIMBS]
    of_qp = [(i, k - i) for i in range(LIMBS) if 1 <= k - i < LIMBS]
    return of_ab, of_qp


def assert_exact():
    """Asserts that every intermediate value is an integer, or a multiple of 2^48, that f64 represents."""
    for k in range(COLUMNS - 1):
        of_ab, of_qp = products_of_column(k)
        # High stays between 2^100 and 2^101. So it is a multiple of 2^48, and its difference to the
        # next value is exact. The reduction steps and carries add less than 2^64.
        largest = LARGEST_AB * HALF**2 * len(of_ab) + sum(HALF * abs(P_LIMBS[j]) for _, j in of_qp)
        assert largest < (1 << 99) - (1 << 64)
        # The rounding error of a product is at most 2^47, so low stays an exact integer.
        products = len(of_ab) + len(of_qp)
        assert abs(LOW) + products * HALF < 1 << 53
        # The sums t and t + c are exact integers too.
        t = (1 << 99) // RADIX + products * HALF
        assert t < 1 << 52 and t + LARGEST_C * HALF < 1 << 53
        # With two products, low is an exact integer without LOW, and so are t, c + LOW and t + c.
        products += len(of_ab)
        assert products * HALF < 1 << 53 and (LARGEST_C * HALF - LOW) <= 1 << 53
        t = (1 << 99) // RADIX + products * HALF
        assert t + LARGEST_C * HALF < 1 << 53
    # q = t / p mod 2^48, from t * P_INVERSE + HIGH rounded to a multiple of 2^48.
    assert (1 << 53) * P_INVERSE < 1 << 99
    # By the choice of q, t - q * p[0] is a multiple of 2^48.
    assert (P_INVERSE * P_LIMBS[0]) % RADIX == 1
    assert (1 << 53) + HALF * abs(P_LIMBS[0]) < 1 << 63
    assert sum(limb * RADIX**i for i, limb in enumerate(P_LIMBS)) == P


# ---- Operations --------------------------------------------------------------------------------

# The constants, in the order of the table in kernels.rs, each four times: -p[0] to -p[7], ...
CONSTANTS = [f"-p{i}" for i in range(LIMBS)] + ["HIGH", "LOW", "2^-48", "1/p"]
LANES = 4
VECTOR = 8 * LANES
VECTORS = 2
ELEMENT = LIMBS * VECTOR


class Program:
    """A list of operations (kind, result, x, y, z) on values, which are named by numbers.

    fma: x*y + z;  fms: x*y - z;  add: x + y;  sub: x - y;  store: x to the memory y.
    `memory` has the location (base, offset) of each value that is in memory from the start.
    """

    def __init__(self):
        self.operations = []
        self.memory = {}
        self.inputs = {}
        self.values = 0

    def new(self):
        self.values += 1
        return self.values

    def operation(self, kind, x, y, z=None):
        result = self.new()
        self.operations.append((kind, result, x, y, z))
        return result

    def fma(self, x, y, z):
        return self.operation("fma", x, y, z)

    def fms(self, x, y, z):
        return self.operation("fms", x, y, z)

    def add(self, x, y):
        return self.operation("add", x, y)

    def sub(self, x, y):
        return self.operation("sub", x, y)

    def store(self, x, base, offset):
        self.operations.append(("store", None, x, (base, offset), None))

    def input(self, base, offset):
        place = (base, offset)
        if place not in self.inputs:
            self.inputs[place] = self.new()
            self.memory[self.inputs[place]] = place
        return self.inputs[place]

    def constant(self, name):
        return self.input("k", CONSTANTS.index(name) * VECTOR)


class Column:
    """The products of four elements, one in each lane: the vector `index` of a kernel. `factors` are the
    operands that are multiplied, in pairs."""

    def __init__(self, program, index, factors):
        self.program = program
        self.start = index * ELEMENT
        self.factors = factors
        self.square = factors == ("aa",)
        self.two = len(factors) > 1
        self.high = [None] * COLUMNS
        self.low = [None] * COLUMNS
        self.q = [None] * LIMBS
        self.doubled = {}
        self.multiplied = set()

    def limb(self, operand, i):
        return self.program.input(operand, self.start + i * VECTOR)

    def accumulate(self, k, x, y):
        g = self.program
        if self.high[k] is None:
            self.high[k] = g.fma(x, y, g.constant("HIGH"))
            rounded = g.sub(self.high[k], g.constant("HIGH"))
            rest = g.fms(x, y, rounded)
            self.low[k] = rest if self.two else g.add(rest, g.constant("LOW"))
        else:
            high = g.fma(x, y, self.high[k])
            rounded = g.sub(self.high[k], high)
            rest = g.fma(x, y, rounded)
            self.high[k] = high
            self.low[k] = g.add(self.low[k], rest)

    def multiply(self, k, i):
        """Adds a[i] * b[k-i] and d[i] * e[k-i]; for a square, also the equal product a[k-i] * a[i]."""
        j = k - i
        if not self.square:
            for left, right in self.factors:
                self.accumulate(k, self.limb(left, i), self.limb(right, j))
        elif i < j:
            if i not in self.doubled:
                self.doubled[i] = self.program.add(self.limb("a", i), self.limb("a", i))
            self.accumulate(k, self.doubled[i], self.limb("a", j))
        elif i == j:
            self.accumulate(k, self.limb("a", i), self.limb("a", i))

    def multiply_columns(self, columns):
        """Adds the products a[i] * b[j] of some columns that are not done yet, in the order of i."""
        columns = [k for k in columns if k < COLUMNS - 1 and k not in self.multiplied]
        self.multiplied.update(columns)
        for i in range(LIMBS):
            for k in columns:
                if 0 <= k - i < LIMBS:
                    self.multiply(k, i)

    def reduce_columns(self, columns, known):
        """Adds the products q[i] * p[j] of some columns for the known q."""
        for i in known:
            for k in columns:
                if k < COLUMNS - 1 and 1 <= k - i < LIMBS:
                    self.accumulate(k, self.q[i], self.program.constant(f"-p{k - i}"))

    def value(self, k):
        g = self.program
        if k == 0:
            return self.low[0] if self.two else g.sub(self.low[0], g.constant("LOW"))
        if self.two and k == COLUMNS - 1:
            return g.fma(self.high[k - 1], g.constant("2^-48"), g.constant("LOW"))
        low = self.low[k] if k < COLUMNS - 1 else g.constant("LOW")
        return g.fma(self.high[k - 1], g.constant("2^-48"), low)

    def reduction_step(self, k):
        g = self.program
        t = self.value(k)
        high = g.fma(t, g.constant("1/p"), g.constant("HIGH"))
        rounded = g.sub(high, g.constant("HIGH"))
        self.q[k] = g.fms(t, g.constant("1/p"), rounded)
        high = g.sub(self.high[k], g.constant("HIGH")) if self.two else self.high[k]
        self.high[k] = g.add(high, g.fma(self.q[k], g.constant("-p0"), t))

    def finish(self, k):
        g = self.program
        limb = k - LIMBS
        if self.two and LIMBS < k < COLUMNS - 1:
            addend = g.add(self.limb("c", limb), g.constant("LOW"))
            t = g.add(g.fma(self.high[k - 1], g.constant("2^-48"), addend), self.low[k])
        else:
            t = g.add(self.value(k), self.limb("c", limb))
        if k < COLUMNS - 1:
            high = g.add(self.high[k], t)
            rounded = g.sub(self.high[k], high)
            self.high[k] = high
            t = g.add(t, rounded)
        g.store(t, "o", self.start + limb * VECTOR)


# ---- Order -------------------------------------------------------------------------------------


def in_order(vectors):
    """Emits two columns at a time. Each step of the reduction waits 29 cycles for the step before it.
    So independent products stand between the steps: those of the next columns, those of the other
    vector, and at first those of the last columns. The reorder buffer is too short to find them."""
    for vector in vectors:
        vector.multiply_columns([0, 1])
    for k in range(0, LIMBS, 2):
        both, next_both = [k, k + 1], [k + 2, k + 3]
        for vector in vectors:
            vector.reduction_step(k)
            if k == 0:
                vector.multiply_columns([10, 11])
            vector.reduce_columns([k + 1], [k])
            vector.multiply_columns(next_both)
            vector.reduce_columns(next_both, range(k))
            vector.reduction_step(k + 1)
            if k == 0:
                vector.multiply_columns([12, 13, 14])
            vector.reduce_columns(next_both, both)
    for k in range(LIMBS, COLUMNS, 2):
        for vector in vectors:
            vector.finish(k)
            vector.finish(k + 1)
            vector.multiply_columns([k + 2, k + 3])
            vector.reduce_columns([k + 2, k + 3], range(LIMBS))


# ---- Registers ---------------------------------------------------------------------------------

NEVER = 1 << 30
# Each register points to the middle of 256 bytes, so that offsets take one byte: the kernels must fit
# the micro-operation cache. Where registers do not suffice, offsets take four bytes.
#
# The first register of an operand has the argument. With two products, rsi has the address of the addresses
# of the eight vectors of operands, and c is where the result will be.
ADDRESSES = {
    ("aa",): {"o": ["rdi"], "a": ["rsi", "r9"], "c": ["rdx"], "k": ["r8", "r11"]},
    ("ab",): {"o": ["rdi"], "a": ["rsi", "r9"], "b": ["rdx", "r10"], "c": ["rcx"], "k": ["r8", "r11"]},
    ("ab", "de"): {
        "o": ["rdi"],
        "c": ["rdi"],
        "a": ["rdx", "rbx"],
        "b": ["rcx", "r12"],
        "d": ["r8", "r13"],
        "e": ["r9", "r14"],
        "k": ["r10", "r11"],
    },
}
STACK_ADDRESSES = {
    ("aa",): ["rax", "rbx", "r12", "r13", "r14"],
    ("ab",): ["rax", "rbx", "r12", "r13", "r14"],
    ("ab", "de"): ["rax", "r15", "rsi"],
}
CALLEE_SAVED = ["rbx", "r12", "r13", "r14", "r15"]
WINDOW = 256
# A value that is in memory already is dropped sooner than a value that would have to be stored.
BONUS_IN_MEMORY = 40
# An operand that is used again within this number of operations gets a register: the numbers with which the
# kernels took the least time.
SOON = {("aa",): 24, ("ab",): 24, ("ab", "de"): 80}


class Allocator:
    """Allocates registers to values. The value whose next use is furthest is dropped (Belady)."""

    def __init__(self, program, factors):
        self.addresses = {**ADDRESSES[factors], "stack": STACK_ADDRESSES[factors]}
        self.soon = SOON[factors]
        self.operations = program.operations
        self.home = dict(program.memory)
        self.text = []
        self.register = {}
        self.free = list(range(16))
        self.free_slots = []
        self.slots = 0
        self.now = 0
        self.uses = {}
        for at, operation in enumerate(self.operations):
            for value in self.operands(operation):
                self.uses.setdefault(value, []).append(at)

    @staticmethod
    def operands(operation):
        kind, _, x, y, z = operation
        return [v for v in ((x,) if kind == "store" else (x, y, z)) if v is not None]

    def next_use(self, value, after):
        return next((at for at in self.uses.get(value, []) if at >= after), NEVER)

    def is_last_use(self, value):
        return self.next_use(value, self.now + 1) == NEVER

    def emit(self, mnemonic, *operands):
        self.text.append(f"{mnemonic} " + ", ".join(operands))

    def address(self, place):
        base, offset = place
        registers = self.addresses[base]
        if base in ("o", "c"):
            return f"[{registers[0]}+{offset}]"
        window = min(offset // WINDOW, len(registers) - 1)
        return f"[{registers[window]}{offset - window * WINDOW - WINDOW // 2:+d}]"

    def take_register(self, keep):
        if self.free:
            return self.free.pop(0)

        def distance(value):
            return self.next_use(value, self.now) + (BONUS_IN_MEMORY if value in self.home else 0)

        dropped = max((v for v in self.register if v not in keep), key=distance)
        register = self.register.pop(dropped)
        if dropped not in self.home and self.next_use(dropped, self.now) < NEVER:
            if not self.free_slots:
                self.free_slots.append(self.slots)
                self.slots += 1
            self.home[dropped] = ("stack", self.free_slots.pop() * VECTOR)
            self.emit("vmovapd", self.address(self.home[dropped]), f"ymm{register}")
        return register

    def in_register(self, value, keep):
        if value not in self.register:
            register = self.take_register(keep)
            self.emit("vmovapd", f"ymm{register}", self.address(self.home[value]))
            self.register[value] = register
        return f"ymm{self.register[value]}"

    def anywhere(self, value, keep):
        """Returns a value as an operand that may be in memory."""
        if value in self.register or self.next_use(value, self.now + 1) - self.now < self.soon:
            return self.in_register(value, keep)
        return self.address(self.home[value])

    def release(self, values):
        for value in dict.fromkeys(values):
            if self.is_last_use(value):
                if value in self.register:
                    self.free.insert(0, self.register.pop(value))
                if value in self.home and self.home[value][0] == "stack":
                    self.free_slots.append(self.home[value][1] // VECTOR)

    def run(self):
        for self.now, operation in enumerate(self.operations):
            kind, result, x, y, z = operation
            keep = set(self.operands(operation))
            if kind == "store":
                self.emit("vmovapd", self.address(y), self.in_register(x, keep))
                self.release(keep)
            elif kind in ("add", "sub"):
                if kind == "add" and x not in self.register and y in self.register:
                    x, y = y, x
                left, right = self.in_register(x, keep), self.anywhere(y, keep)
                self.release([x, y])
                self.register[result] = self.take_register(keep)
                self.emit(f"v{kind}pd", f"ymm{self.register[result]}", left, right)
            else:
                self.multiply_add("add" if kind == "fma" else "sub", result, x, y, z, keep)
        return self.text

    def multiply_add(self, sign, result, x, y, z, keep):
        """The instruction overwrites one of its operands, preferably one at its last use."""
        if x not in self.register and y in self.register:
            x, y = y, x
        if self.is_last_use(z) and z in self.register and z not in (x, y):
            left, right = self.in_register(x, keep), self.anywhere(y, keep)
            target = self.register.pop(z)
            self.emit(f"vfm{sign}231pd", f"ymm{target}", left, right)
        else:
            dying = next(
                ((u, w) for u, w in ((x, y), (y, x)) if u not in (w, z) and u in self.register and self.is_last_use(u)),
                None,
            )
            if dying:
                factor, other = dying
                other, addend = self.in_register(other, keep), self.anywhere(z, keep)
                target = self.register.pop(factor)
                self.emit(f"vfm{sign}213pd", f"ymm{target}", other, addend)
            else:
                left = self.in_register(x, keep)
                right = self.in_register(y, keep) if z in self.register else self.anywhere(y, keep)
                source = f"ymm{self.register[z]}" if z in self.register else self.address(self.home[z])
                target = self.take_register(keep)
                self.emit("vmovapd", f"ymm{target}", source)
                self.emit(f"vfm{sign}231pd", f"ymm{target}", left, right)
        self.release([x, y, z])
        self.register[result] = target


# ---- Text --------------------------------------------------------------------------------------


def kernel(factors):
    program = Program()
    in_order([Column(program, index, factors) for index in range(VECTORS)])
    allocator = Allocator(program, factors)
    body = allocator.run()
    stack = allocator.slots * VECTOR
    stack_addresses = STACK_ADDRESSES[factors][: -(-stack // WINDOW)]
    used = [*stack_addresses, *(second for _, *rest in ADDRESSES[factors].values() for second in rest)]
    saved = [register for register in CALLEE_SAVED if register in used]

    lines = [f"push {register}" for register in ["rbp", *saved]]
    lines += ["mov rbp, rsp", f"sub rsp, {stack}", "and rsp, -64"]
    constants, more_constants = ADDRESSES[factors]["k"]
    addresses = [f"lea {register}, [rsp+{i * WINDOW + WINDOW // 2}]" for i, register in enumerate(stack_addresses)]
    addresses += [f"lea {constants}, [rip+{{constants}}+{WINDOW // 2}]", f"lea {more_constants}, [{constants}+{WINDOW}]"]
    operands = []
    for i, operand in enumerate(dict.fromkeys("".join(factors))):
        first, second = ADDRESSES[factors][operand]
        if len(factors) > 1:
            vectors = enumerate((first, second), start=2 * i)
            operands += [line for at, register in vectors for line in (f"mov {register}, [rsi+{8 * at}]", f"add {register}, {WINDOW // 2}")]
        else:
            operands += [f"lea {second}, [{first}+{WINDOW + WINDOW // 2}]", f"add {first}, {WINDOW // 2}"]
    # rsi is overwritten after the operands are known.
    lines += operands + addresses if len(factors) > 1 else addresses + operands
    lines += body
    lines += ["mov rsp, rbp"] + [f"pop {register}" for register in reversed(["rbp", *saved])]
    lines += ["vzeroupper", "ret"]
    return "\n".join(lines) + "\n"


KERNELS = {"multiply_add": ("ab",), "square_add": ("aa",), "multiply_two_add": ("ab", "de")}


def main():
    assert_exact()
    folder = Path(__file__).parent.parent / "src" / "avx2"
    stale = []
    for name, factors in KERNELS.items():
        path, text = folder / f"{name}.s", f"# Written by tools/{Path(__file__).name}\n{kernel(factors)}"
        if "--check" not in sys.argv[1:]:
            path.write_text(text)
        elif path.read_text() != text:
            stale.append(path.name)
    if stale:
        sys.exit(f"out of date, run {Path(__file__).name}: {', '.join(stale)}")


if __name__ == "__main__":
    main()
