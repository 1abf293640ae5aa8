// Calls with arguments at random, good and bad: a result or a documented error, and never a trap.
// KZG_RANDOM_CALLS is the number of calls, KZG_RANDOM_SEED the seed.
import assert from "node:assert/strict";
import test from "node:test";
import { KzgError } from "kzg-web";
import { blobOf, hex, kzg } from "./common.mjs";

const CALLS = Number(process.env.KZG_RANDOM_CALLS ?? 150);
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
const z = new Uint8Array(32);
const [zProof, y] = kzg.computeKzgProof(blob, z);
const indices = [...cells.keys()];
const commitments = cells.map(() => commitment);

// Good arguments of the functions with the names of c-kzg, and of others that take something else.
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
  recoverCellsFromKZGProofs: [indices.slice(64), cells.slice(64), 64],
  verifyCellKZGProof: [commitment, cells, proofs],
  verifyCellKZGProofBatch: [commitments, indices, cells, proofs, 128],
};

const detached = new Uint8Array(48);
structuredClone(detached.buffer, { transfer: [detached.buffer] });

const lengths = [0, 1, 31, 32, 33, 47, 48, 49, 2047, 2048, 2049, 131071, 131072, 131073];
const items = [blob, commitment, proof, cells[0], proofs[0], new Uint8Array(32), detached];
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
];
const odd = [
  undefined,
  null,
  0,
  -1,
  1.5,
  NaN,
  128,
  7n,
  true,
  "text",
  "0x",
  "0xzz",
  "0X00",
  Symbol("s"),
  {},
  () => blob,
  new Proxy(blob, {}),
  Object.create(Uint8Array.prototype),
  { length: 48 },
  new ArrayBuffer(48),
  new Float64Array(6),
  [["x"]],
  [NaN],
  ["0"],
];
const noise = () => Uint8Array.from({ length: choice(lengths) }, () => below(256));
const makers = [
  () => choice(items),
  () => hex(choice(items)),
  noise,
  () => hex(noise()),
  () => choice(lists),
  () => choice(lists).map((item) => (item instanceof Uint8Array ? hex(item) : item)),
  () => Array.from({ length: below(4) }, () => choice(items)),
  () => Array.from({ length: below(4) }, noise),
  () => Array.from({ length: below(4) }, () => below(200) - 1),
  () => choice(odd),
];
const names = Object.keys(kzg).filter((name) => !name.endsWith("TrustedSetup"));

test("any arguments give a result or a documented error", () => {
  let results = 0;
  for (let call = 0; call < CALLS; call += 1) {
    const name = choice(names);
    // Good arguments, as bytes or as texts, of which up to two are replaced, or anything.
    const asText = (item) => (item instanceof Uint8Array ? hex(item) : item);
    let args = [...(good[name] ?? good.verifyBlobKzgProof)];
    if (below(2) === 0) args = args.map((item) => (Array.isArray(item) ? item.map(asText) : asText(item)));
    for (let replaced = below(3); replaced > 0; replaced -= 1) {
      args[below(args.length)] = choice(makers)();
    }
    if (below(3) === 0) args = Array.from({ length: below(6) }, () => choice(makers)());
    const place = `seed ${SEED}, call ${call}, ${name}`;
    try {
      kzg[name](...args);
      results += 1;
    } catch (error) {
      assert.ok(error instanceof Error, place);
      if (error instanceof KzgError) {
        assert.equal(error.kind, "input", `${place}: ${error.message}`);
      } else {
        // A wrong type, or what is no hexadecimal text, no list, or a list of another length.
        assert.ok([TypeError, Error].includes(error.constructor), `${place}: ${error.stack}`);
        assert.doesNotMatch(error.message, /not a function|not iterable|Cannot read/, place);
      }
    }
  }
  assert.ok(results > CALLS / 10, `${results} results`);
  // The instance is the same, and works.
  assert.deepEqual(kzg.blobToKzgCommitment(blob), commitment);
});
