// The interface: names, forms of arguments, errors, and setups.
import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import test from "node:test";
import vm from "node:vm";
import { KzgError, loadKZG } from "kzg-web";
import { defineKzg, parseTransaction, stringToHex, toBlobs } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { blobOf, hex, kzg, raw } from "./common.mjs";

const blob = blobOf(1);
const commitment = kzg.blobToKzgCommitment(blob);
const proof = kzg.computeBlobKzgProof(blob, commitment);
const [cells, cellProofs] = kzg.computeCellsAndKzgProofs(blob);
const indices = [...cells.keys()];
const texts = (items) => items.map(hex);

const isInput = (error) => error instanceof KzgError && error.kind === "input";

test("texts give texts, and bytes give bytes", () => {
  assert.ok(commitment instanceof Uint8Array);
  assert.equal(kzg.blobToKzgCommitment(hex(blob)), hex(commitment));
  assert.equal(kzg.computeBlobKzgProof(hex(blob), hex(commitment)), hex(proof));
  const z = new Uint8Array(32);
  assert.deepEqual(kzg.computeKzgProof(hex(blob), hex(z)), texts(kzg.computeKzgProof(blob, z)));
  assert.deepEqual(kzg.computeCells(hex(blob)), texts(cells));
  assert.deepEqual(kzg.computeCells(blob), cells);
  assert.equal(kzg.verifyBlobKzgProof(blob, commitment, proof), true);
  assert.equal(kzg.verifyBlobKzgProof(hex(blob), hex(commitment), hex(proof)), true);
  assert.equal(kzg.blobToKzgCommitment(hex(blob).toUpperCase().replace("X", "x")), hex(commitment));
});

test("the names of kzg-wasm", () => {
  const [b, c, p] = [hex(blob), hex(commitment), hex(proof)];
  assert.equal(kzg.blobToKZGCommitment(b), c);
  assert.equal(kzg.computeBlobKZGProof(b, c), p);
  assert.equal(kzg.verifyBlobKZGProof(b, c, p), true);
  assert.equal(kzg.verifyBlobKZGProofBatch([b, b], [c, c], [p, p]), true);
  assert.equal(kzg.verifyBlobKZGProofBatch([], [], []), true);
  const [zProof, y] = kzg.computeProof(b, hex(new Uint8Array(32)));
  assert.equal(kzg.verifyKZGProof(c, hex(new Uint8Array(32)), y, zProof), true);
  const both = { proofs: texts(cellProofs), cells: texts(cells) };
  assert.deepEqual(kzg.computeCellsAndKZGProofs(b), both);
  const half = [indices.slice(64), both.cells.slice(64)];
  assert.deepEqual(kzg.recoverCellsFromKZGProofs(...half, 64), both);
  // The first `numCells` items of the lists.
  assert.deepEqual(kzg.recoverCellsFromKZGProofs([...half[0], 0], [...half[1], "0x"], 64), both);
  assert.deepEqual(kzg.recoverCellsFromKZGProofs([...half[0], 0], half[1], 64), both);
  assert.equal(kzg.verifyCellKZGProof(c, both.cells, both.proofs), true);
  const commitments = indices.map(() => c);
  assert.equal(
    kzg.verifyCellKZGProofBatch(commitments, indices, both.cells, both.proofs, 128),
    true,
  );
  const swapped = [indices[1], indices[0], ...indices.slice(2)];
  assert.equal(
    kzg.verifyCellKZGProofBatch(commitments, swapped, both.cells, both.proofs, 128),
    false,
  );
});

test("the names of ethereumjs and micro-eth-signer", () => {
  const [b, c, p] = [hex(blob), hex(commitment), hex(proof)];
  assert.equal(kzg.computeBlobProof(b, c), p);
  assert.equal(kzg.verifyBlobProof(b, c, p), true);
  assert.equal(kzg.verifyBlobProofBatch([b], [c], [p]), true);
  assert.deepEqual(kzg.computeCellsAndProofs(b), [texts(cells), texts(cellProofs)]);
  assert.deepEqual(kzg.recoverCellsAndProofs(indices.slice(64), cells.slice(64)), [
    cells,
    cellProofs,
  ]);
  const z = hex(new Uint8Array(32));
  const [zProof, y] = kzg.computeProof(b, z);
  assert.equal(kzg.verifyProof(c, z, y, zProof), true);
});

test("viem signs a blob transaction", async () => {
  const account = privateKeyToAccount(`0x${"1".repeat(64)}`);
  const signed = await account.signTransaction({
    type: "eip4844",
    chainId: 1,
    to: "0x0000000000000000000000000000000000000000",
    maxFeePerBlobGas: 1n,
    blobs: toBlobs({ data: stringToHex("a blob") }),
    kzg: defineKzg(kzg),
  });
  const { sidecars } = parseTransaction(signed);
  assert.equal(sidecars.length, 1);
  const [{ blob, commitment, proof }] = sidecars;
  assert.ok(kzg.verifyBlobKzgProof(blob, commitment, proof));
});

test("malformed items: errors with bytes, false with texts", () => {
  const bad = new Uint8Array(48);
  const notCanonical = blob.slice().fill(255, 0, 32);
  assert.throws(() => kzg.verifyBlobKzgProof(blob, bad, proof), isInput);
  assert.equal(kzg.verifyBlobKzgProof(hex(blob), hex(bad), hex(proof)), false);
  assert.throws(() => kzg.blobToKzgCommitment(notCanonical), isInput);
  assert.throws(() => kzg.blobToKzgCommitment(hex(notCanonical)), isInput);
  for (const length of [0, 47, 49]) {
    const short = new Uint8Array(length);
    assert.throws(() => kzg.verifyBlobKzgProof(blob, short, proof), isInput);
    assert.equal(kzg.verifyBlobKzgProof(hex(blob), hex(short), hex(proof)), false);
  }
  // 47 and 49 bytes are not two items of 48 bytes.
  const two = [new Uint8Array(47), new Uint8Array(49)];
  assert.throws(() => kzg.verifyBlobKzgProofBatch([blob, blob], two, [proof, proof]), {
    kind: "input",
    index: 0,
  });
  assert.throws(() => kzg.verifyBlobKzgProofBatch([blob, blob], [commitment, bad], [proof, proof]), {
    kind: "input",
    index: 1,
  });
  assert.equal(kzg.verifyBlobKzgProof(blobOf(2), commitment, proof), false);
});

test("wrong types are exceptions", () => {
  for (const value of [undefined, null, 1, {}, [], new Uint16Array(65536), new ArrayBuffer(131072)]) {
    assert.throws(() => kzg.blobToKzgCommitment(value), TypeError);
    assert.throws(() => kzg.verifyBlobKzgProof(blob, value, proof), TypeError);
    assert.throws(() => kzg.verifyBlobKzgProof(hex(blob), value, hex(proof)), TypeError);
  }
  for (const text of ["", "00", "0xg0", "0x0\u0100", hex(blob).slice(2)]) {
    assert.throws(() => kzg.blobToKzgCommitment(text), Error);
  }
  for (const value of [undefined, "0x", {}, { length: 1 }, new Uint8Array(48)]) {
    assert.throws(() => kzg.verifyBlobKzgProofBatch([blob], value, [proof]), TypeError);
  }
  assert.throws(() => kzg.verifyBlobKzgProofBatch([blob], [commitment], []), /lists of 1, 1, 0/);
  // A hole is no blob of zeros.
  assert.throws(() => kzg.verifyBlobKzgProofBatch(new Array(1), [commitment], [proof]), TypeError);
  assert.throws(() => kzg.verifyCellKzgProofBatch([commitment], new Array(1), [cells[0]], [proof]), TypeError);
  for (const index of ["1", null, 1n]) {
    assert.throws(
      () => kzg.verifyCellKzgProofBatch([commitment], [index], [cells[0]], [cellProofs[0]]),
      TypeError,
    );
  }
  for (const index of [-1, 0.5, NaN, 128, 2 ** 64]) {
    assert.throws(
      () => kzg.verifyCellKzgProofBatch([commitment], [index], [cells[0]], [cellProofs[0]]),
      isInput,
    );
  }
  for (const count of [129, -1, 64.5, NaN, "64", undefined]) {
    assert.throws(() => kzg.recoverCellsFromKZGProofs(indices, cells, count), /numCells/);
  }
  assert.throws(() => kzg.recoverCellsFromKZGProofs(indices.slice(64), cells, 65), /numCells/);
  assert.throws(() => kzg.recoverCellsFromKZGProofs(indices, cells.slice(64), 65), /numCells/);
  assert.throws(() => kzg.recoverCellsFromKZGProofs(indices, cells, 63), isInput);
  assert.throws(() => kzg.recoverCellsFromKZGProofs("0x", cells, 64), TypeError);
  const batch = [indices.map(() => commitment), indices, cells, cellProofs];
  assert.throws(() => kzg.verifyCellKZGProofBatch(...batch, 127), /numCells/);
});

test("lists that do not fit into memory are busy", () => {
  const many = new Array(2 ** 31);
  assert.throws(() => kzg.verifyBlobKzgProofBatch(many, many, many), (error) => {
    return error instanceof KzgError && error.kind === "busy";
  });
});

test("detached, shared and foreign buffers", () => {
  const detached = blob.slice();
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  assert.throws(() => kzg.blobToKzgCommitment(detached), isInput);
  const shared = new Uint8Array(new SharedArrayBuffer(131072));
  shared.set(blob);
  assert.deepEqual(kzg.blobToKzgCommitment(shared), commitment);
  const foreign = vm.runInNewContext("new Uint8Array(131072)");
  foreign.set(blob);
  assert.deepEqual(kzg.blobToKzgCommitment(foreign), commitment);
  // The length that counts is the engine's, not a property of the object.
  const short = new Uint8Array(10);
  Object.defineProperty(short, "length", { get: () => kzg.computeCells(blob) && 131072 });
  assert.throws(() => kzg.blobToKzgCommitment(short), isInput);
});

test("a result stays as it is when the memory of the module grows or is written again", async () => {
  const own = await loadKZG();
  const first = own.blobToKzgCommitment(blob);
  const copy = first.slice();
  own.verifyBlobKzgProofBatch(Array(40).fill(blob), Array(40).fill(commitment), Array(40).fill(proof));
  assert.deepEqual(first, copy);
});

test("setups are independent, and can be freed and loaded again", async () => {
  const [one, two] = await Promise.all([loadKZG(), loadKZG(8)]);
  one.freeTrustedSetup();
  assert.throws(() => one.blobToKzgCommitment(blob), { kind: "setup" });
  assert.deepEqual(two.blobToKzgCommitment(blob), commitment);
  assert.equal(one.loadTrustedSetup(), 0);
  assert.deepEqual(one.blobToKzgCommitment(blob), commitment);
  for (const precompute of [-1, 16, NaN]) await assert.rejects(loadKZG(precompute), isInput);
  await assert.rejects(loadKZG("0"), TypeError);
});

test("another precompute than a number from 0 to 15 is the result 1, as in kzg-wasm", async () => {
  const own = await loadKZG();
  const wrong = { g1: "x12", n1: -1, g2: "bad coordinates", n2: 0 };
  for (const precompute of [wrong, null, true, 1n, [], Symbol("8"), -1, 16, NaN, "16", "x"]) {
    assert.equal(own.loadTrustedSetup(precompute), 1);
  }
  // What was loaded before is still there.
  assert.deepEqual(own.blobToKzgCommitment(blob), commitment);
  // A text is converted to a number.
  assert.equal(own.loadTrustedSetup("8"), 0);
  assert.deepEqual(own.blobToKzgCommitment(blob), commitment);
});

const setupFile = process.env.KZG_TRUSTED_SETUP;

test("a setup of the caller", { skip: !setupFile }, async () => {
  const lines = fs.readFileSync(setupFile, "utf8").trim().split("\n");
  const section = (start, count) => lines.slice(start, start + count).join("");
  const setup = {
    g1_lagrange: section(2, 4096),
    g2_monomial: section(2 + 4096, 65),
    g1_monomial: section(2 + 4096 + 65, 4096),
  };
  const own = await loadKZG(0, setup);
  assert.deepEqual(own.blobToKzgCommitment(blob), commitment);
  assert.deepEqual(own.computeCellsAndKzgProofs(blob), [cells, cellProofs]);
  // One point is another one of the group.
  const wrong = { ...setup, g1_monomial: setup.g1_monomial.slice(96) + setup.g1_monomial.slice(0, 96) };
  await assert.rejects(loadKZG(0, wrong), { kind: "setup" });
  assert.equal(own.loadTrustedSetup(0, wrong), 1);
  assert.throws(() => own.loadTrustedSetup(0, { ...setup, g2_monomial: "00" }), /g2_monomial/);
  assert.throws(() => own.loadTrustedSetup(0, { ...setup, g2_monomial: undefined }), /g2_monomial/);
  const notHex = { ...setup, g2_monomial: "g".repeat(setup.g2_monomial.length) };
  assert.throws(() => own.loadTrustedSetup(0, notHex), /hexadecimal/);
  // What was loaded before is still there.
  assert.deepEqual(own.blobToKzgCommitment(blob), commitment);
});

test("the package can be required", async () => {
  const required = createRequire(import.meta.url)("kzg-web");
  const own = await required.loadKZG();
  assert.deepEqual(own.blobToKzgCommitment(blob), commitment);
  assert.deepEqual(raw(own.blobToKzgCommitment(hex(blob))), commitment);
});
