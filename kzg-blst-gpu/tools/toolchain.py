"""CUDA's compiler and assemblers from PyPI, and the PTX of the kernels.

The packages are pinned and installed below target/cuda. Nothing of CUDA is installed in the system.
"""

import os
import pathlib
import re
import subprocess
import sys

CRATE = pathlib.Path(__file__).resolve().parent.parent
KERNELS = CRATE / "kernels"
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", CRATE / "target")).resolve()

# The compiler, and the parts that it calls.
COMPILER = [
    "nvidia-cuda-nvcc==13.0.88",
    "nvidia-nvvm==13.0.88",
    "nvidia-cuda-crt==13.0.88",
    "nvidia-cuda-runtime==13.0.96",
    "nvidia-cuda-nvdisasm==13.2.78",
]
# CUDA 13 has no assembler for sm_70.
ASSEMBLER_OF_12 = ["nvidia-cuda-nvcc-cu12==12.9.86"]

# The version of PTX and the oldest architecture that the kernels are written for. A driver
# translates PTX for its own device, so one text serves all architectures from this one on.
HEADER = {".version": ".version 6.4", ".target": ".target sm_70"}


def install(packages, folder):
    """Installs packages into a folder below target/cuda, once, and returns the folder."""
    place = TARGET / "cuda" / folder
    done = place / "installed"
    wanted = "\n".join(packages)
    if not done.exists() or done.read_text() != wanted:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--upgrade"]
        command += ["--disable-pip-version-check", "--root-user-action=ignore"]
        subprocess.run([*command, "--target", str(place), *packages], check=True)
        done.write_text(wanted)
    return place


def compiler(name):
    """The path of a program of CUDA 13: nvcc, ptxas or nvdisasm."""
    return install(COMPILER, "13") / "nvidia" / "cu13" / "bin" / name


def assembler(architecture):
    """The path of the assembler for an architecture."""
    if architecture == "sm_70":
        return install(ASSEMBLER_OF_12, "12.9") / "nvidia" / "cuda_nvcc" / "bin" / "ptxas"
    return compiler("ptxas")


def kernels():
    """The names of the kernels' files, without the ending."""
    return sorted(path.stem for path in KERNELS.glob("*.cu"))


def ptx(name, sources=KERNELS):
    """Compiles a kernel file to PTX: without comments and blank lines, with our header."""
    nvcc = compiler("nvcc")
    command = [nvcc, "--ptx", "-arch=compute_75", "-std=c++17", "-O3", f"{name}.cu", "-o", "-"]
    environment = os.environ | {"PATH": f"{nvcc.parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        command, cwd=sources, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    lines = []
    for line in done.stdout.splitlines():
        code = line.split("//")[0].rstrip()
        if code:
            lines.append(HEADER.get(code.split()[0], code))
    return re.sub(r"[ \t]+", " ", "\n".join(lines)).replace("\n ", "\n") + "\n"
