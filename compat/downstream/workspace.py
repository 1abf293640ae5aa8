"""Cargo in workspaces outside this repository, for the scripts beside this file."""

import json
import os
import subprocess
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def target_directory():
    """The build directory of this repository."""
    command = ["cargo", "metadata", "--no-deps", "--format-version", "1", "--locked"]
    return Path(json.loads(subprocess.check_output(command, cwd=ROOT))["target_directory"])


def environment(folder):
    """The environment of Cargo in a workspace: the toolchain of this repository, and one build
    directory for all workspaces beside it."""
    with open(ROOT / "rust-toolchain.toml", "rb") as file:
        toolchain = tomllib.load(file)["toolchain"]["channel"]
    build = str(Path(folder).parent / "build")
    return os.environ | {
        "RUSTUP_TOOLCHAIN": toolchain,
        "CARGO_TARGET_DIR": build,
        "CARGO_INCREMENTAL": "0",
    }


def packages(folder):
    """The packages of a workspace and of all that it depends on, fetched if need be."""
    command = ["cargo", "metadata", "--format-version", "1"]
    output = subprocess.check_output(command, cwd=folder, env=environment(folder))
    return json.loads(output)["packages"]
