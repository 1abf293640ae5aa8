"""Runs the clients in docs/service.md against a running service.

    clients.py URL FOLDER

Curl, Python, Go and TypeScript, each as it stands there, with the address replaced. A client whose
program is missing is reported as skipped; npm fetches the TypeScript compiler into FOLDER.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# The commitment to the blob of zeros is the point at infinity.
INFINITY = "0xc0" + 94 * "0"


def main():
    url, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    text = (ROOT / "docs/service.md").read_text()
    section = text.split("\n## Clients\n")[1].split("\n## ")[0]
    blocks = re.findall(r"```(\w+)[^\n]*\n(.*?)```", section, re.DOTALL)
    assert [language for language, _ in blocks] == ["text", "python", "go", "ts"], blocks
    for (language, code), client in zip(blocks, [curl, python, go, typescript]):
        assert "http://127.0.0.1:8640" in code, language
        client(code.replace("http://127.0.0.1:8640", url), folder)


def output(command, folder):
    return subprocess.run(command, cwd=folder, check=True, text=True, stdout=subprocess.PIPE).stdout


def curl(code, folder):
    (folder / "blob").write_bytes(bytes(131072))
    (folder / "file").write_bytes(b"any bytes")
    zero = "0x" + 64 * "0"
    claim = {"commitment": INFINITY, "z": zero, "y": zero, "proof": INFINITY}
    (folder / "input.json").write_text(json.dumps(claim))
    script = code.replace("curl ", "curl --silent --show-error --fail --write-out '\\n' ")
    commitment, bundle, verdict = output(["sh", "-euc", script], folder).split()
    assert json.loads(commitment) == {"output": INFINITY}, commitment
    assert len(json.loads(bundle)["proofs"]) == 128, bundle[:200]
    assert json.loads(verdict) == {"output": True}, verdict
    print("client: curl")


def python(code, folder):
    (folder / "client.py").write_text(code + "print(commitment)\n")
    assert output([sys.executable, "client.py"], folder) == INFINITY + "\n"
    print("client: Python")


def go(code, folder):
    if not shutil.which("go"):
        return print("skipped: client in Go: no go here")
    (folder / "client.go").write_text(code)
    assert output(["go", "run", "client.go"], folder) == INFINITY + "\n"
    print("client: Go")


def typescript(code, folder):
    if not (shutil.which("node") and shutil.which("npm")):
        return print("skipped: client in TypeScript: no node and npm here")
    (folder / "client.mts").write_text(code)
    if not (folder / "node_modules/.bin/tsc").exists():
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", ".", "typescript@5.9"]
        output(install, folder)
    options = ["--strict", "--target", "es2022", "--module", "es2022", "--lib", "es2022,dom"]
    output(["node_modules/.bin/tsc", *options, "client.mts"], folder)
    assert output(["node", "client.mjs"], folder) == INFINITY + "\n"
    print("client: TypeScript")


if __name__ == "__main__":
    main()
