// The official vectors, with bytes and with hexadecimal texts.
import assert from "node:assert/strict";
import fs from "node:fs";
import readline from "node:readline";
import test from "node:test";
import { hex, kzg, raw } from "./common.mjs";

// The arguments of each handler's function, as texts.
const handlers = {
  blob_to_kzg_commitment: (c) => ["blobToKzgCommitment", c.blob],
  compute_kzg_proof: (c) => ["computeKzgProof", c.blob, c.z],
  compute_blob_kzg_proof: (c) => ["computeBlobKzgProof", c.blob, c.commitment],
  verify_kzg_proof: (c) => ["verifyKzgProof", c.commitment, c.z, c.y, c.proof],
  verify_blob_kzg_proof: (c) => ["verifyBlobKzgProof", c.blob, c.commitment, c.proof],
  verify_blob_kzg_proof_batch: (c) => [
    "verifyBlobKzgProofBatch",
    c.blobs,
    c.commitments,
    c.proofs,
  ],
  compute_cells: (c) => ["computeCells", c.blob],
  compute_cells_and_kzg_proofs: (c) => ["computeCellsAndKzgProofs", c.blob],
  recover_cells_and_kzg_proofs: (c) => ["recoverCellsAndKzgProofs", c.cell_indices, c.cells],
  verify_cell_kzg_proof_batch: (c) => [
    "verifyCellKzgProofBatch",
    c.commitments,
    c.cell_indices,
    c.cells,
    c.proofs,
  ],
};

/** The same value with bytes for texts. */
const asBytes = (value) => (typeof value === "string" ? raw(value) : mapped(value, asBytes));
/** The same value with texts for bytes. */
const asTexts = (value) => (value instanceof Uint8Array ? hex(value) : mapped(value, asTexts));
const mapped = (value, map) => (Array.isArray(value) ? value.map(map) : value);

const file = process.env.KZG_VECTORS_JSON;

test("the official vectors", { skip: file ? false : "KZG_VECTORS_JSON is not set" }, async () => {
  const passed = {};
  for await (const line of readline.createInterface({ input: fs.createReadStream(file) })) {
    const vector = JSON.parse(line);
    const handler = handlers[vector.handler];
    if (handler === undefined) continue;
    const [name, ...texts] = handler(vector.input);
    const where = `${vector.handler}/${vector.case}`;
    const bytes = texts.map(asBytes);
    if (vector.output === null) {
      assert.throws(() => kzg[name](...bytes), Error, where);
      // With texts, verifications of malformed items are false, unless a list or an index is wrong.
      let answer = false;
      try {
        answer = kzg[name](...texts);
        assert.ok(name.startsWith("verify"), where);
      } catch (error) {
        assert.ok(error.kind === "input" || /^lists of/.test(error.message), `${where}: ${error}`);
      }
      assert.equal(answer, false, where);
    } else {
      assert.deepEqual(asTexts(kzg[name](...bytes)), vector.output, where);
      // The operations are the same: the expensive ones run once.
      if (!name.endsWith("CellsAndKzgProofs")) {
        assert.deepEqual(kzg[name](...texts), vector.output, where);
      }
    }
    passed[vector.handler] = (passed[vector.handler] ?? 0) + 1;
  }
  assert.deepEqual(Object.keys(passed).sort(), Object.keys(handlers).sort());
  const count = Object.values(passed).reduce((sum, cases) => sum + cases, 0);
  console.log(`${count} vectors of ${Object.keys(passed).length} handlers`);
});
