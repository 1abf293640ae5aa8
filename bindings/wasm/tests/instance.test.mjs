// An instance whose module traps, or has no memory.
import assert from "node:assert/strict";
import fs from "node:fs";
import test from "node:test";
import { Instance } from "../source/instance.js";
import { blobOf, kzg } from "./common.mjs";

const module = new WebAssembly.Module(fs.readFileSync(process.env.KZG_WASM));
const blob = blobOf(1);

test("the module imports nothing", () => {
  assert.deepEqual(WebAssembly.Module.imports(module), []);
});

test("an instance goes on after a trap", () => {
  const instance = new Instance(module, 3_000_000, []);
  // No module traps by an argument. What is no function fails in the same place as a trap.
  assert.throws(() => instance.bytes("memory", [blob]), { kind: "fault" });
  const commitment = instance.bytes("blob_to_kzg_commitment", [blob]);
  assert.deepEqual(commitment, kzg.blobToKzgCommitment(blob));
});

test("an instance starts anew after a start that failed", () => {
  const setup = [];
  const instance = new Instance(module, 3_000_000, setup);
  assert.throws(() => instance.bytes("memory", [blob]), { kind: "fault" });
  setup.push(new Uint8Array(7));
  for (let attempt = 0; attempt < 2; attempt += 1) {
    assert.throws(() => instance.bytes("blob_to_kzg_commitment", [blob]), { name: "KzgError" });
  }
  setup.pop();
  const commitment = instance.bytes("blob_to_kzg_commitment", [blob]);
  assert.deepEqual(commitment, kzg.blobToKzgCommitment(blob));
});

test("a browser may refuse modules of this size where it would have to wait", async () => {
  const Waiting = WebAssembly.Instance;
  WebAssembly.Instance = class {
    constructor() {
      throw new RangeError("the module is too large for the main thread");
    }
  };
  try {
    const instance = await Instance.load(module, 3_000_000, []);
    const commitment = instance.bytes("blob_to_kzg_commitment", [blob]);
    assert.deepEqual(commitment, kzg.blobToKzgCommitment(blob));
    assert.throws(() => new Instance(module, 3_000_000, []), { name: "KzgError", kind: "fault" });
  } finally {
    WebAssembly.Instance = Waiting;
  }
  await assert.rejects(Instance.load(undefined, 0, []), { name: "KzgError", kind: "fault" });
});

test("arguments that do not fit into memory are an error", () => {
  const instance = new Instance(module, 3_000_000, []);
  const large = { length: 2 ** 32 - 1 };
  assert.throws(() => instance.bytes("blob_to_kzg_commitment", [large]), { kind: "busy" });
  assert.deepEqual(
    instance.bytes("blob_to_kzg_commitment", [blob]),
    kzg.blobToKzgCommitment(blob),
  );
});

test("arguments of a wrong length are errors of the module too", () => {
  const instance = new Instance(module, 3_000_000, []);
  for (const length of [0, 1, 131071, 131073]) {
    assert.throws(() => instance.bytes("blob_to_kzg_commitment", [new Uint8Array(length)]), {
      kind: "input",
    });
  }
  assert.throws(() => instance.verdict("verify_blob_kzg_proof_batch", [blob, new Uint8Array(47)]), {
    kind: "input",
  });
});
