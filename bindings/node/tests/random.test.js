// Calls with arguments at random, good and bad: a result or an error with the documented fields.
// KZG_RANDOM_CALLS is the number of calls, KZG_RANDOM_SEED the seed.
"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");

const { kzg, OPERATIONS, blobOf } = require("./common.js");

const CALLS = Number(process.env.KZG_RANDOM_CALLS ?? 600);
const SEED = Number(process.env.KZG_RANDOM_SEED ?? 1);

let state = SEED >>> 0;
/** An integer below a bound: xorshift, so that a seed gives the same calls everywhere. */
function below(bound) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % bound;
}
const choice = (values) => values[below(values.length)];

const blob = blobOf(9);
const commitment = kzg.blobToKzgCommitment(blob);
const proof = kzg.computeBlobKzgProof(blob, commitment);
const [cells, proofs] = kzg.computeCellsAndKzgProofs(blob);
const indices = [...cells.keys()];
const z = new Uint8Array(32);
const [zProof, y] = kzg.computeKzgProof(blob, z);
const commitments = cells.map(() => commitment);

// Good arguments of each operation.
const good = {
  blobToKzgCommitment: [blob],
  computeKzgProof: [blob, z],
  computeBlobKzgProof: [blob, commitment],
  verifyKzgProof: [commitment, z, y, zProof],
  verifyBlobKzgProof: [blob, commitment, proof],
  verifyBlobKzgProofBatch: [[blob], [commitment], [proof]],
  computeCells: [blob],
  computeCellsAndKzgProofs: [blob],
  recoverCellsAndKzgProofs: [indices.slice(64), cells.slice(64)],
  verifyCellKzgProofBatch: [commitments, indices, cells, proofs],
};

const detached = new Uint8Array(131072);
structuredClone(detached.buffer, { transfer: [detached.buffer] });
const shrunk = new Uint8Array(new ArrayBuffer(48, { maxByteLength: 64 }), 16);
shrunk.buffer.resize(8);
const throwing = () => {
  throw new RangeError("a getter");
};
const trap = Object.defineProperty([blob], 0, { get: throwing });

const lengths = [0, 1, 31, 32, 33, 47, 48, 49, 2047, 2048, 2049, 131071, 131072, 131073];
const whole = [blob, commitment, proof, cells[0], proofs[0], new Uint8Array(32)];
const items = [...whole, detached, shrunk];
const lists = [
  cells,
  proofs,
  indices,
  commitments,
  [blob],
  [commitment],
  [proof],
  [0],
  [],
  new Array(3),
  [detached],
  trap,
];
const odd = [
  undefined,
  null,
  0,
  -1,
  1.5,
  NaN,
  2 ** 53,
  7n,
  true,
  "text",
  "0x00",
  Symbol("s"),
  {},
  () => blob,
  /x/,
  new Date(),
  new Map(),
  new Proxy([blob], {}),
  new Proxy(blob, {}),
  Object.create(Uint8Array.prototype),
  { length: 48 },
  new ArrayBuffer(48),
  new DataView(new ArrayBuffer(48)),
  new Float64Array(6),
  new BigUint64Array(6),
  [["x"]],
  [NaN],
  ["0"],
  Promise.resolve(blob),
];
const forms = [
  (bytes) => bytes,
  (bytes) => Buffer.from(bytes),
  (bytes) => new Uint8Array([1, 2, 3, ...bytes]).subarray(3),
  (bytes) => {
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    return shared;
  },
  (bytes) => Int8Array.from(bytes),
];
const noise = () => Uint8Array.from({ length: choice(lengths) }, () => below(256));
const makers = [
  () => choice(forms)(choice(whole)),
  () => choice(items),
  noise,
  () => choice(lists),
  () => Array.from({ length: below(4) }, () => choice(items)),
  () => Array.from({ length: below(4) }, noise),
  () => Array.from({ length: below(4) }, () => below(200) - 1),
  () => choice(odd),
];

function documented(error, name) {
  if (error instanceof RangeError && error.message === "a getter") return;
  assert.ok(error instanceof Error, `${name}: ${String(error)}`);
  assert.equal(error.code, "C_KZG_BADARGS", `${name}: ${error.stack}`);
  assert.ok(["type", "input"].includes(error.kind), `${name}: ${error.kind}`);
  assert.equal(error instanceof TypeError, error.kind === "type");
}

test("any arguments give a result or a documented error", async () => {
  let results = 0;
  for (let call = 0; call < CALLS; call += 1) {
    const name = choice(OPERATIONS);
    // Good arguments, of which up to two are replaced, or anything.
    let args = [...good[name]];
    for (let replaced = below(3); replaced > 0; replaced -= 1) {
      args[below(args.length)] = choice(makers)();
    }
    if (below(3) === 0) args = Array.from({ length: below(6) }, () => choice(makers)());
    const place = `seed ${SEED}, call ${call}, ${name}`;
    let result;
    try {
      result = kzg[name](...args);
      results += 1;
    } catch (error) {
      documented(error, place);
    }
    // The other form does the same. Shared memory and detached buffers are as they were.
    if (call % 4 === 0) {
      try {
        assert.deepEqual(await kzg[`${name}Async`](...args), result, place);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        documented(error, place);
      }
    }
  }
  assert.ok(results > CALLS / 10, `${results} results`);
});
