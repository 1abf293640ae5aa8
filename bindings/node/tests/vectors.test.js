// The official vectors, by the functions and by their asynchronous forms.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const readline = require("node:readline");
const test = require("node:test");

const { kzg } = require("./common.js");

const raw = (text) => Uint8Array.from(Buffer.from(text.replace(/^0x/, ""), "hex"));
const allRaw = (texts) => texts.map(raw);

// The arguments of each handler's function.
const handlers = {
  blob_to_kzg_commitment: (c) => ["blobToKzgCommitment", raw(c.blob)],
  compute_kzg_proof: (c) => ["computeKzgProof", raw(c.blob), raw(c.z)],
  compute_blob_kzg_proof: (c) => ["computeBlobKzgProof", raw(c.blob), raw(c.commitment)],
  verify_kzg_proof: (c) => [
    "verifyKzgProof",
    raw(c.commitment),
    raw(c.z),
    raw(c.y),
    raw(c.proof),
  ],
  verify_blob_kzg_proof: (c) => [
    "verifyBlobKzgProof",
    raw(c.blob),
    raw(c.commitment),
    raw(c.proof),
  ],
  verify_blob_kzg_proof_batch: (c) => [
    "verifyBlobKzgProofBatch",
    allRaw(c.blobs),
    allRaw(c.commitments),
    allRaw(c.proofs),
  ],
  compute_cells: (c) => ["computeCells", raw(c.blob)],
  compute_cells_and_kzg_proofs: (c) => ["computeCellsAndKzgProofs", raw(c.blob)],
  recover_cells_and_kzg_proofs: (c) => [
    "recoverCellsAndKzgProofs",
    c.cell_indices,
    allRaw(c.cells),
  ],
  verify_cell_kzg_proof_batch: (c) => [
    "verifyCellKzgProofBatch",
    allRaw(c.commitments),
    c.cell_indices,
    allRaw(c.cells),
    allRaw(c.proofs),
  ],
};

// A result with hexadecimal texts for its bytes, as in the output of a case.
function asOutput(value) {
  if (value instanceof Uint8Array) return "0x" + Buffer.from(value).toString("hex");
  return Array.isArray(value) ? value.map(asOutput) : value;
}

const file = process.env.KZG_VECTORS_JSON;

test("the official vectors", { skip: file ? false : "KZG_VECTORS_JSON is not set" }, async () => {
  const passed = {};
  for await (const line of readline.createInterface({ input: fs.createReadStream(file) })) {
    const vector = JSON.parse(line);
    const handler = handlers[vector.handler];
    if (handler === undefined) continue;
    const [name, ...args] = handler(vector.input);
    const where = `${vector.handler}/${vector.case}`;
    const promise = kzg[`${name}Async`](...args);
    if (vector.output === null) {
      const malformed = (error) => {
        assert.equal(error.code, "C_KZG_BADARGS", where);
        assert.ok(["input", "type"].includes(error.kind), where);
        return true;
      };
      assert.throws(() => kzg[name](...args), malformed, where);
      await assert.rejects(promise, malformed, where);
    } else {
      assert.deepEqual(asOutput(kzg[name](...args)), vector.output, where);
      assert.deepEqual(asOutput(await promise), vector.output, where);
    }
    passed[vector.handler] = (passed[vector.handler] ?? 0) + 1;
  }
  assert.deepEqual(Object.keys(passed).sort(), Object.keys(handlers).sort());
  const count = Object.values(passed).reduce((sum, cases) => sum + cases, 0);
  console.log(`${count} vectors of ${Object.keys(passed).length} handlers, in both forms`);
});
