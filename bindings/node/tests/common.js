// What the tests share.
"use strict";

const kzg = require("kzg");

kzg.loadTrustedSetup(0);

/** The operations that the package has in both forms. */
const OPERATIONS = [
  "blobToKzgCommitment",
  "computeKzgProof",
  "computeBlobKzgProof",
  "verifyKzgProof",
  "verifyBlobKzgProof",
  "verifyBlobKzgProofBatch",
  "computeCells",
  "computeCellsAndKzgProofs",
  "recoverCellsAndKzgProofs",
  "verifyCellKzgProofBatch",
];

/** A blob of small field elements, different for each seed. */
function blobOf(seed) {
  const blob = new Uint8Array(kzg.BYTES_PER_BLOB);
  let state = seed >>> 0;
  for (let position = 1; position < blob.length; position += 1) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    if (position % 32 !== 0) blob[position] = state >>> 24;
  }
  return blob;
}

module.exports = { kzg, OPERATIONS, blobOf };
