// Arguments of wrong types, lengths and numbers, and buffers that others can change.
"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const vm = require("node:vm");

const { kzg, OPERATIONS, blobOf } = require("./common.js");

const blob = blobOf(1);
const commitment = kzg.blobToKzgCommitment(blob);
const proof = kzg.computeBlobKzgProof(blob, commitment);
const [cells, cellProofs] = kzg.computeCellsAndKzgProofs(blob);
const indices = cells.map((_, index) => index);
const z = new Uint8Array(32);
const [zProof, y] = kzg.computeKzgProof(blob, z);

// Good arguments of each operation, and its result.
const good = {
  blobToKzgCommitment: [[blob], commitment],
  computeKzgProof: [[blob, z], [zProof, y]],
  computeBlobKzgProof: [[blob, commitment], proof],
  verifyKzgProof: [[commitment, z, y, zProof], true],
  verifyBlobKzgProof: [[blob, commitment, proof], true],
  verifyBlobKzgProofBatch: [[[blob, blob], [commitment, commitment], [proof, proof]], true],
  computeCells: [[blob], cells],
  computeCellsAndKzgProofs: [[blob], [cells, cellProofs]],
  recoverCellsAndKzgProofs: [[indices.slice(64), cells.slice(64)], [cells, cellProofs]],
  verifyCellKzgProofBatch: [[cells.map(() => commitment), indices, cells, cellProofs], true],
};

/** Both forms fail, and the error has the fields of `expected`. */
async function fails(name, args, expected) {
  const check = (error) => {
    assert.ok(error instanceof (expected.kind === "type" ? TypeError : Error));
    for (const [field, value] of Object.entries(expected)) {
      if (value instanceof RegExp) assert.match(error[field], value);
      else assert.equal(error[field], value, `${name}: ${field} of ${error}`);
    }
    return true;
  };
  assert.throws(() => kzg[name](...args), check);
  await assert.rejects(kzg[`${name}Async`](...args), check);
}

test("both forms of every operation give the same result", async () => {
  assert.deepEqual(Object.keys(good).sort(), [...OPERATIONS].sort());
  for (const [name, [args, result]] of Object.entries(good)) {
    assert.deepEqual(kzg[name](...args), result, name);
    assert.deepEqual(await kzg[`${name}Async`](...args), result, name);
    // Further arguments are ignored.
    assert.deepEqual(kzg[name](...args, "further"), result, name);
  }
});

test("results are buffers", () => {
  assert.ok(Buffer.isBuffer(commitment));
  assert.ok(cells.every(Buffer.isBuffer));
  assert.equal(cells.length, kzg.CELLS_PER_EXT_BLOB);
});

test("an argument that is missing or of a wrong type is a TypeError", async () => {
  const wrong = [
    undefined,
    null,
    "wrong type",
    7,
    7n,
    Symbol("wrong"),
    {},
    () => 0,
    new Proxy(blob, {}),
    new ArrayBuffer(131072),
    new DataView(new ArrayBuffer(131072)),
    new Uint8ClampedArray(131072),
    new Int8Array(131072),
    new Uint16Array(65536),
    { length: 131072, byteLength: 131072, __proto__: Uint8Array.prototype },
  ];
  for (const value of wrong) {
    const expected = { kind: "type", code: "C_KZG_BADARGS" };
    await fails("blobToKzgCommitment", [value], { ...expected, message: /blob.*Uint8Array/ });
    await fails("verifyKzgProof", [commitment, z, y, value], expected);
    await fails("verifyBlobKzgProofBatch", [[blob], [value], [proof]], { ...expected, index: 0 });
  }
  for (const [name, [args]] of Object.entries(good)) {
    const kind = Array.isArray(args.at(-1)) ? "input" : "type";
    await fails(name, args.slice(0, -1), { kind, code: "C_KZG_BADARGS" });
  }
});

test("an argument of a wrong length is a TypeError", async () => {
  for (const length of [0, 1, 131071, 131073]) {
    await fails("blobToKzgCommitment", [new Uint8Array(length)], {
      kind: "type",
      message: "Expected blob to be 131072 bytes",
    });
  }
  await fails("computeKzgProof", [blob, new Uint8Array(31)], {
    message: "Expected zBytes to be 32 bytes",
  });
  await fails("verifyCellKzgProofBatch", [[commitment], [0], [cells[0].subarray(1)], [proof]], {
    message: "Expected cell to be 2048 bytes",
    index: 0,
  });
  // The length that counts is the engine's, not a property of the object.
  const short = new Uint8Array(10);
  Object.defineProperty(short, "length", { value: 131072 });
  Object.defineProperty(short, "byteLength", { value: 131072 });
  await fails("blobToKzgCommitment", [short], { kind: "type" });
});

test("lists that are no arrays or differ in length are errors", async () => {
  for (const value of [undefined, null, "list", 3, { length: 1 }, new Uint8Array(48)]) {
    await fails("verifyBlobKzgProofBatch", [[blob], value, [proof]], { kind: "input" });
    await fails("recoverCellsAndKzgProofs", [value, cells], { kind: "input" });
  }
  await fails("verifyBlobKzgProofBatch", [[blob], [commitment], []], { kind: "input" });
  await fails("recoverCellsAndKzgProofs", [indices, cells.slice(1)], { kind: "input" });
  await fails("verifyCellKzgProofBatch", [[commitment], [0, 1], [cells[0]], [proof]], {
    kind: "input",
  });
  assert.equal(kzg.verifyBlobKzgProofBatch([], [], []), true);
  assert.equal(kzg.verifyCellKzgProofBatch([], [], [], []), true);
  // An array with no elements but a length, which would need petabytes.
  const sparse = new Array(2 ** 32 - 1);
  await fails("verifyBlobKzgProofBatch", [sparse, sparse, sparse], { kind: "type", index: 0 });
});

test("a cell index is an integer", async () => {
  const others = [new Array(64).fill(commitment), cells.slice(0, 64), cellProofs.slice(0, 64)];
  const withIndex = (index) => [...indices.slice(0, 63), index];
  for (const index of ["5", null, undefined, 5n, {}]) {
    await fails("recoverCellsAndKzgProofs", [withIndex(index), others[1]], {
      kind: "type",
      index: 63,
    });
  }
  for (const index of [-1, 1.5, NaN, Infinity, 2 ** 53, 2 ** 64, 128, 0]) {
    await fails("recoverCellsAndKzgProofs", [withIndex(index), others[1]], {
      kind: "input",
      code: "C_KZG_BADARGS",
    });
  }
  await fails("verifyCellKzgProofBatch", [others[0], withIndex(128), others[1], others[2]], {
    kind: "input",
    index: 63,
  });
});

test("malformed items are errors that name their position", async () => {
  const notCanonical = blob.slice();
  notCanonical.fill(0xff, 32 * 17, 32 * 18);
  await fails("blobToKzgCommitment", [notCanonical], {
    kind: "input",
    code: "C_KZG_BADARGS",
    message: /blobToKzgCommitment: C_KZG_BADARGS: .*17/,
  });
  const notAPoint = new Uint8Array(48);
  await fails("verifyBlobKzgProofBatch", [[blob, blob], [commitment, notAPoint], [proof, proof]], {
    kind: "input",
    index: 1,
  });
  assert.equal(kzg.verifyBlobKzgProof(blobOf(2), commitment, proof), false);
});

test("views, subclasses and arrays of other realms are read where they lie", () => {
  const large = new Uint8Array(200000);
  large.set(blob, 777);
  const view = large.subarray(777, 777 + 131072);
  assert.deepEqual(kzg.blobToKzgCommitment(view), commitment);
  class Bytes extends Uint8Array {}
  assert.deepEqual(kzg.blobToKzgCommitment(Bytes.from(blob)), commitment);
  const foreign = vm.runInNewContext("new Uint8Array(131072)");
  assert.ok(!(foreign instanceof Uint8Array));
  foreign.set(blob);
  assert.deepEqual(kzg.blobToKzgCommitment(foreign), commitment);
});

test("a detached buffer is a TypeError", async () => {
  const detached = blob.slice();
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  await fails("blobToKzgCommitment", [detached], { kind: "type", message: /131072 bytes/ });
  await fails("verifyBlobKzgProofBatch", [[detached], [commitment], [proof]], { kind: "type" });
});

test("a buffer may be detached or changed while a promise is pending", async () => {
  const transferred = blob.slice();
  const pending = kzg.blobToKzgCommitmentAsync(transferred);
  structuredClone(transferred.buffer, { transfer: [transferred.buffer] });
  const changed = blob.slice();
  const second = kzg.blobToKzgCommitmentAsync(changed);
  changed.fill(0);
  assert.deepEqual(await pending, commitment);
  assert.deepEqual(await second, commitment);
});

test("shared memory is read", async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(131072));
  shared.set(blob);
  assert.deepEqual(kzg.blobToKzgCommitment(shared), commitment);
  assert.deepEqual(await kzg.blobToKzgCommitmentAsync(shared), commitment);
  assert.equal(kzg.verifyBlobKzgProofBatch([shared], [commitment], [proof]), true);
  const growable = new SharedArrayBuffer(131072, { maxByteLength: 300000 });
  const tracking = new Uint8Array(growable);
  tracking.set(blob);
  assert.deepEqual(kzg.blobToKzgCommitment(tracking), commitment);
  growable.grow(200000);
  await fails("blobToKzgCommitment", [tracking], { kind: "type", message: /131072 bytes/ });
});

test("a resizable buffer is read as it is at the call", async () => {
  const buffer = new ArrayBuffer(131072, { maxByteLength: 300000 });
  const tracking = new Uint8Array(buffer);
  const fixed = new Uint8Array(buffer, 0, 131072);
  tracking.set(blob);
  assert.deepEqual(kzg.blobToKzgCommitment(tracking), commitment);
  const pending = kzg.blobToKzgCommitmentAsync(fixed);
  buffer.resize(1000);
  assert.deepEqual(await pending, commitment);
  await fails("blobToKzgCommitment", [tracking], { kind: "type" });
  // Out of the bounds of its buffer.
  await fails("blobToKzgCommitment", [fixed], { kind: "type" });
  buffer.resize(131072);
  tracking.set(blob);
  assert.deepEqual(kzg.blobToKzgCommitment(fixed), commitment);
});

test("code that runs while a list is read cannot reach memory that is read", async () => {
  const first = blob.slice();
  const blobs = [first, blob];
  Object.defineProperty(blobs, 1, {
    get() {
      // The first blob has been copied.
      structuredClone(first.buffer, { transfer: [first.buffer] });
      blobs.length = 2;
      return blob;
    },
  });
  const pair = [commitment, commitment];
  assert.equal(kzg.verifyBlobKzgProofBatch(blobs, pair, [proof, proof]), true);

  const thrown = new RangeError("a getter that throws");
  const throwing = [blob];
  Object.defineProperty(throwing, 0, {
    get() {
      throw thrown;
    },
  });
  assert.throws(() => kzg.verifyBlobKzgProofBatch(throwing, [commitment], [proof]), thrown);
  await assert.rejects(
    kzg.verifyBlobKzgProofBatchAsync(throwing, [commitment], [proof]),
    (error) => error === thrown,
  );

  const shrinking = [blob, blob, blob];
  Object.defineProperty(shrinking, 0, {
    get() {
      shrinking.length = 1;
      return blob;
    },
  });
  const three = [commitment, commitment, commitment];
  assert.throws(() => kzg.verifyBlobKzgProofBatch(shrinking, three, [proof, proof, proof]), {
    name: "TypeError",
    index: 1,
  });
});
