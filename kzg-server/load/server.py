"""The programs under load: `kzg serve`, and the library without a service."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HTTP, GRPC = 8699, 8698


def built(variable, *arguments):
    """The program that a variable names, or else the last argument, built by cargo with the others."""
    if variable in os.environ:
        return os.environ[variable]
    subprocess.run(["cargo", "build", "--release", "--locked", *arguments[:-1]], cwd=ROOT, check=True)
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / arguments[-1]


def library(folder, seconds):
    """Calls in a second and processor time of a call, without a service. Writes bodies of requests
    into the folder: `blob`, `proven`, the same in JSON, `blob.grpc` and `proven.grpc`."""
    program = built("KZG_LIBRARY", "-p", "kzg-server", "--example", "library", "examples/library")
    threads = str(os.cpu_count())
    measured = json.loads(subprocess.check_output([program, threads, str(seconds), folder]))
    proven = (folder / "proven").read_bytes()
    fields = [proven[:131072], proven[131072:-48], proven[-48:]]
    (folder / "blob.grpc").write_bytes(message(fields[:1]))
    (folder / "proven.grpc").write_bytes(message(fields))
    return measured


def message(fields):
    """A message of gRPC whose fields 1, 2, .. are bytes."""
    encoded = b""
    for number, field in enumerate(fields, 1):
        encoded += bytes([number << 3 | 2]) + varint(len(field)) + field
    return b"\0" + len(encoded).to_bytes(4, "big") + encoded


def varint(number):
    encoded = b""
    while number > 0x7F:
        encoded += bytes([number & 0x7F | 0x80])
        number >>= 7
    return encoded + bytes([number])


class Server:
    """A running service, which has to end with status 0."""

    def __init__(self, folder, *options):
        program = built("KZG_PROGRAM", "-p", "kzg-cli", "--features", "serve", "kzg")
        log = open(folder / "log.jsonl", "w")
        command = [program, "--quiet", "serve", "--listen", f"127.0.0.1:{HTTP}"]
        command += ["--grpc-listen", f"127.0.0.1:{GRPC}", *options]
        self.url = f"http://127.0.0.1:{HTTP}"
        self.grpc = f"http://127.0.0.1:{GRPC}/kzg.v1.Kzg"
        self.process = subprocess.Popen(command, stderr=log)
        for _ in range(600):
            try:
                if urllib.request.urlopen(f"{self.url}/readyz").status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        self.process.kill()
        sys.exit("the server is not ready")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(60) != 0:
            sys.exit("the server did not end with status 0")

    def cpu(self):
        """The processor time of the server, in milliseconds."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self, name="VmRSS"):
        """The resident memory of the server in MiB; of `VmHWM`, the most so far."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{name}:\s+(\d+)", status)[1]) / 1024
