#!/usr/bin/env python3
"""Checks in a built program that the AVX2 kernels are functions and not inlined.

    python3 kzg-blst/tools/check_symbols.py PROGRAM

The kernels `multiply_add` and `square_add` fit the micro-operation cache of the processor together
only if the program has one copy of each; see docs/engine.md. So each kernel has to be one symbol, and no other function of the
engine may have as many fused multiplications as an inlined part of a kernel would bring. The check
needs nm and objdump. Nothing is checked if they are missing or the program is for another processor.
"""

import re
import shutil
import subprocess
import sys

# In mangled names, legacy and v0, the length of an identifier precedes it.
ENGINE = re.compile(r"8kzg_blst.*4avx2|kzg_blst\.\.avx2")
KERNELS = {
    "multiply_add": re.compile(r"4avx2.*7kernels12multiply_add"),
    "square_add": re.compile(r"4avx2.*7kernels10square_add"),
    "multiply_two_add": re.compile(r"4avx2.*7kernels16multiply_two_add"),
}
FUSED = re.compile(r"\tvfn?m(add|sub)\d+pd\b")
FUNCTION = re.compile(r"^[0-9a-f]+ <(.+)>:$")


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def functions(program):
    """Returns addresses and names of all functions, in ascending order."""
    lines = (line.split() for line in output_of("nm", "--numeric-sort", program).splitlines())
    return [(int(line[0], 16), line[2]) for line in lines if len(line) == 3 and line[1] in "tT"]


def fused_multiplications(program, of_engine, end):
    """Counts the fused multiplications of each function of the engine, by name."""
    start = of_engine[0][0]
    text = output_of(
        "objdump", "--disassemble", "--no-show-raw-insn",
        f"--start-address={start}", f"--stop-address={end}", program,
    )
    counts = {}
    name = None
    for line in text.splitlines():
        if head := FUNCTION.match(line):
            name = head[1]
            if ENGINE.search(name):
                counts.setdefault(name, 0)
        elif name in counts and FUSED.search(line):
            counts[name] += 1
    return counts


def check(program):
    every = functions(program)
    of_engine = [function for function in every if ENGINE.search(function[1])]
    assert of_engine, f"{program} has no symbols of the AVX2 engine; it may be stripped"
    last = of_engine[-1][0]
    end = next((address for address, _ in every if address > last), last + 1)
    counts = fused_multiplications(program, of_engine, end)

    kernels = {}
    for kernel, pattern in KERNELS.items():
        found = [name for _, name in of_engine if pattern.search(name)]
        assert len(found) == 1, f"the program has {len(found)} copies of {kernel}: {found}"
        kernels[found[0]] = counts.pop(found[0])
    fewest = min(kernels.values())
    assert fewest > 100, f"the kernels have few fused multiplications: {kernels}"
    for name, count in counts.items():
        assert count < fewest // 2, f"{name} has {count} fused multiplications; a kernel may be inlined"
    print(
        f"the kernels have {sorted(kernels.values())} fused multiplications; "
        f"each of {len(counts)} other functions has at most {max(counts.values())}"
    )


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    program = sys.argv[1]
    missing = [tool for tool in ("nm", "objdump") if shutil.which(tool) is None]
    if missing:
        print(f"not checked: {' and '.join(missing)} not found")
        return
    if "x86-64" not in output_of("objdump", "--file-headers", program):
        print(f"not checked: {program} is not for x86-64")
        return
    check(program)


if __name__ == "__main__":
    main()
