// Runs the official vectors by the package `c-kzg`, whose addon is built over libkzg.
//
//     node vectors.js VECTORS PREFIX
"use strict";

const fs = require("node:fs");
const readline = require("node:readline");
const kzg = require("c-kzg");

const raw = (text) => Uint8Array.from(Buffer.from(text.replace(/^0x/, ""), "hex"));
const allRaw = (texts) => texts.map(raw);

// Each handler as a function of the input of a case. The result has the form of the case's output.
const handlers = {
  blob_to_kzg_commitment: (c) => kzg.blobToKzgCommitment(raw(c.blob)),
  compute_kzg_proof: (c) => kzg.computeKzgProof(raw(c.blob), raw(c.z)),
  compute_blob_kzg_proof: (c) => kzg.computeBlobKzgProof(raw(c.blob), raw(c.commitment)),
  verify_kzg_proof: (c) => kzg.verifyKzgProof(raw(c.commitment), raw(c.z), raw(c.y), raw(c.proof)),
  verify_blob_kzg_proof: (c) => kzg.verifyBlobKzgProof(raw(c.blob), raw(c.commitment), raw(c.proof)),
  verify_blob_kzg_proof_batch: (c) =>
    kzg.verifyBlobKzgProofBatch(allRaw(c.blobs), allRaw(c.commitments), allRaw(c.proofs)),
  compute_cells: (c) => kzg.computeCells(raw(c.blob)),
  compute_cells_and_kzg_proofs: (c) => kzg.computeCellsAndKzgProofs(raw(c.blob)),
  recover_cells_and_kzg_proofs: (c) =>
    kzg.recoverCellsAndKzgProofs(c.cell_indices, allRaw(c.cells)),
  verify_cell_kzg_proof_batch: (c) =>
    kzg.verifyCellKzgProofBatch(
      allRaw(c.commitments),
      c.cell_indices,
      allRaw(c.cells),
      allRaw(c.proofs),
    ),
};

// A result with hexadecimal texts for its bytes, as in the output of a case.
function asOutput(value) {
  if (value instanceof Uint8Array) return "0x" + Buffer.from(value).toString("hex");
  return Array.isArray(value) ? value.map(asOutput) : value;
}

async function main() {
  const [vectors, prefix] = process.argv.slice(2);
  kzg.loadTrustedSetup(0);
  if (!fs.readFileSync("/proc/self/maps", "utf8").includes(`${prefix}/lib/libkzg.so`)) {
    throw new Error("c-kzg does not run over libkzg");
  }
  const withCases = new Set();
  let passed = 0;
  let failed = 0;
  for await (const line of readline.createInterface({ input: fs.createReadStream(vectors) })) {
    const vector = JSON.parse(line);
    const handler = handlers[vector.handler];
    if (handler === undefined) continue;
    let result = null;
    try {
      result = asOutput(handler(vector.input));
    } catch (error) {
      if (vector.output !== null) console.error(`${vector.handler}/${vector.case}: ${error}`);
    }
    if (JSON.stringify(result) === JSON.stringify(vector.output)) {
      withCases.add(vector.handler);
      passed += 1;
    } else {
      failed += 1;
      console.error(`${vector.handler}/${vector.case}: another result`);
    }
  }
  if (withCases.size !== Object.keys(handlers).length) {
    throw new Error(`only ${withCases.size} handlers have cases that pass`);
  }
  console.log(`c-kzg for Node.js over libkzg: ${withCases.size} handlers`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

main();
