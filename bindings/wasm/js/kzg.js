// The package: `loadKZG`, with the interface of kzg-wasm.

import { LENGTHS, cellIndices, first, formed, isText, item, items, sameLength } from "./arguments.js";
import { KzgError } from "./errors.js";
import { hexToBytes } from "./hex.js";
import { Instance } from "./instance.js";
// The bytes of the module, which the build embeds.
import wasm from "../kzg.wasm";

export { KzgError };

const CELLS = 128;

let compiled;

/** The compiled module, once for all settings. */
function module() {
  compiled ??= WebAssembly.compile(wasm);
  return compiled;
}

/** The bytes of the sections of a trusted setup; none for that of mainnet. */
function sections(trustedSetup) {
  if (trustedSetup === undefined) return [];
  const section = (name, points, length) => {
    const text = trustedSetup[name];
    if (typeof text !== "string" || text.length !== 2 * points * length) {
      throw new Error(`${name}: not a text of ${points} points of ${length} bytes`);
    }
    return hexToBytes(`0x${text}`);
  };
  return [
    section("g1_monomial", 4096, 48),
    section("g1_lagrange", 4096, 48),
    section("g2_monomial", 65, 96),
  ];
}

/** The memory for the prover's tables, from c-kzg's number. */
function budget(precompute) {
  if (typeof precompute !== "number") throw new TypeError("precompute: not a number");
  if (!(precompute >= 0 && precompute < 16)) {
    throw new KzgError(`precompute: ${precompute} is not from 0 to 15`, "input");
  }
  if (precompute === 0) return 3_000_000;
  return precompute < 9 ? 13_000_000 : 100_000_000;
}

/** Compiles the module, loads a trusted setup, and returns the operations. */
export async function loadKZG(precompute = 0, trustedSetup = undefined) {
  const compiledModule = await module();
  let instance = await Instance.load(compiledModule, budget(precompute), sections(trustedSetup));

  const loaded = () => {
    if (instance === undefined) throw new KzgError("no trusted setup is loaded", "setup");
    return instance;
  };

  // kzg-wasm's verifications take texts, and are false for malformed items. With bytes, malformed
  // items are errors.
  const verdict = (text, operation, args) => {
    try {
      return loaded().verdict(operation, args());
    } catch (error) {
      if (text && error instanceof KzgError && error.kind === "input") return false;
      throw error;
    }
  };

  const loadTrustedSetup = (precompute = 0, trustedSetup = undefined) => {
    const given = sections(trustedSetup);
    // As kzg-wasm does, which has a result for any value: a text is converted to a number.
    const isText = typeof precompute === "string" && precompute.trim() !== "";
    const number = isText ? Number(precompute) : precompute;
    if (typeof number !== "number") return 1;
    try {
      instance = new Instance(compiledModule, budget(number), given);
    } catch (error) {
      if (error instanceof KzgError && ["input", "setup"].includes(error.kind)) return 1;
      throw error;
    }
    return 0;
  };
  const freeTrustedSetup = () => {
    instance = undefined;
  };

  const blobToKzgCommitment = (blob) =>
    formed(loaded().bytes("blob_to_kzg_commitment", [item(blob, "blob")]), isText(blob));

  const computeKzgProof = (blob, z) => {
    const both = loaded().bytes("compute_kzg_proof", [item(blob, "blob"), item(z, "z")]);
    const [proof, y] = [both.slice(0, LENGTHS.proof), both.slice(LENGTHS.proof)];
    return [formed(proof, isText(blob)), formed(y, isText(blob))];
  };

  const computeBlobKzgProof = (blob, commitment) => {
    const args = [item(blob, "blob"), item(commitment, "commitment")];
    return formed(loaded().bytes("compute_blob_kzg_proof", args), isText(blob));
  };

  const verifyKzgProof = (commitment, z, y, proof) =>
    verdict(isText(commitment), "verify_kzg_proof", () => [
      item(commitment, "commitment"),
      item(z, "z"),
      item(y, "y"),
      item(proof, "proof"),
    ]);

  const verifyBlobKzgProof = (blob, commitment, proof) =>
    verdict(isText(blob), "verify_blob_kzg_proof", () => [
      item(blob, "blob"),
      item(commitment, "commitment"),
      item(proof, "proof"),
    ]);

  const verifyBlobKzgProofBatch = (blobs, commitments, proofs) => {
    sameLength(blobs, commitments, proofs);
    return verdict(isText(blobs), "verify_blob_kzg_proof_batch", () => [
      items(blobs, "blob"),
      items(commitments, "commitment"),
      items(proofs, "proof"),
    ]);
  };

  const split = (bytes, length, text) =>
    Array.from({ length: CELLS }, (_, index) =>
      formed(bytes.slice(index * length, (index + 1) * length), text),
    );
  const cellsAndProofs = (bytes, text) => [
    split(bytes.subarray(0, CELLS * LENGTHS.cell), LENGTHS.cell, text),
    split(bytes.subarray(CELLS * LENGTHS.cell), LENGTHS.proof, text),
  ];

  const computeCells = (blob) =>
    split(loaded().bytes("compute_cells", [item(blob, "blob")]), LENGTHS.cell, isText(blob));

  const computeCellsAndKzgProofs = (blob) => {
    const bytes = loaded().bytes("compute_cells_and_kzg_proofs", [item(blob, "blob")]);
    return cellsAndProofs(bytes, isText(blob));
  };

  const recoverCellsAndKzgProofs = (indices, cells) => {
    sameLength(indices, cells);
    const args = [cellIndices(indices), items(cells, "cell")];
    const bytes = loaded().bytes("recover_cells_and_kzg_proofs", args);
    return cellsAndProofs(bytes, isText(cells));
  };

  const verifyCellKzgProofBatch = (commitments, indices, cells, proofs) => {
    sameLength(commitments, indices, cells, proofs);
    const packedIndices = cellIndices(indices);
    return verdict(isText(commitments), "verify_cell_kzg_proof_batch", () => [
      items(commitments, "commitment"),
      packedIndices,
      items(cells, "cell"),
      items(proofs, "proof"),
    ]);
  };

  // The forms of kzg-wasm that take or return something else.

  const asObject = ([cells, proofs]) => ({ proofs, cells });
  const computeCellsAndKZGProofs = (blob) => asObject(computeCellsAndKzgProofs(blob));
  const recoverCellsFromKZGProofs = (indices, cells, numCells) => {
    return asObject(recoverCellsAndKzgProofs(...first(numCells, indices, cells)));
  };
  const verifyCellKZGProof = (commitment, cells, proofs) => {
    sameLength(cells, proofs);
    const commitments = cells.map(() => commitment);
    return verifyCellKzgProofBatch(commitments, [...cells.keys()], cells, proofs);
  };
  const verifyCellKZGProofBatch = (commitments, indices, cells, proofs, numCells) => {
    if (!Array.isArray(cells) || numCells !== cells.length) {
      throw new Error(`numCells: ${numCells} is not the number of cells`);
    }
    return verifyCellKzgProofBatch(commitments, indices, cells, proofs);
  };

  return {
    loadTrustedSetup,
    freeTrustedSetup,
    // The names of c-kzg.
    blobToKzgCommitment,
    computeKzgProof,
    computeBlobKzgProof,
    verifyKzgProof,
    verifyBlobKzgProof,
    verifyBlobKzgProofBatch,
    computeCells,
    computeCellsAndKzgProofs,
    recoverCellsAndKzgProofs,
    verifyCellKzgProofBatch,
    // The names of kzg-wasm.
    blobToKZGCommitment: blobToKzgCommitment,
    computeBlobKZGProof: computeBlobKzgProof,
    verifyKZGProof: verifyKzgProof,
    verifyBlobKZGProof: verifyBlobKzgProof,
    verifyBlobKZGProofBatch: verifyBlobKzgProofBatch,
    computeCellsAndKZGProofs,
    recoverCellsFromKZGProofs,
    verifyCellKZGProof,
    verifyCellKZGProofBatch,
    // The names of micro-eth-signer and ethereumjs.
    computeProof: computeKzgProof,
    computeBlobProof: computeBlobKzgProof,
    verifyProof: verifyKzgProof,
    verifyBlobProof: verifyBlobKzgProof,
    verifyBlobProofBatch: verifyBlobKzgProofBatch,
    computeCellsAndProofs: computeCellsAndKzgProofs,
    recoverCellsAndProofs: recoverCellsAndKzgProofs,
  };
}
