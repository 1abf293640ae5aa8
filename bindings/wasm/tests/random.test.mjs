// Calls with arguments at random, good and bad: a result or a documented error, and never a trap.
// KZG_RANDOM_CALLS is the number of calls, KZG_RANDOM_SEED the seed.
import assert from "node:assert/strict";
import test from "node:test";
import { KzgError } from "kzg-web";
import { blobOf, hex, kzg } from "./common.mjs";
// A file of the tests of the package for Node.js, which `bindings/wasm/test` copies.
import { randomArguments } from "./random-arguments.cjs";

const CALLS = Number(process.env.KZG_RANDOM_CALLS ?? 150);
const SEED = Number(process.env.KZG_RANDOM_SEED ?? 1);

const blob = blobOf(9);
const random = randomArguments(kzg, blob, SEED);
const { below, choice, items, lists, makers, noise } = random;

// Good arguments of the functions with the names of c-kzg, and of others that take something else.
const [commitments, indices, cells, proofs] = random.good.verifyCellKzgProofBatch;
const good = {
  ...random.good,
  recoverCellsFromKZGProofs: [indices.slice(64), cells.slice(64), 64],
  verifyCellKZGProof: [commitments[0], cells, proofs],
  verifyCellKZGProofBatch: [commitments, indices, cells, proofs, 128],
};

random.odd.push(128, "0x", "0xzz", "0X00");
const asText = (item) => (item instanceof Uint8Array ? hex(item) : item);
makers.push(
  () => hex(choice(items)),
  () => hex(noise()),
  () => choice(lists).map(asText),
);
const names = Object.keys(kzg).filter((name) => !name.endsWith("TrustedSetup"));

test("any arguments give a result or a documented error", () => {
  let results = 0;
  for (let call = 0; call < CALLS; call += 1) {
    const name = choice(names);
    // Bytes, or texts.
    let args = good[name] ?? good.verifyBlobKzgProof;
    if (below(2) === 0) args = args.map((item) => (Array.isArray(item) ? item.map(asText) : asText(item)));
    args = random.changed(args);
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
  assert.deepEqual(kzg.blobToKzgCommitment(blob), random.good.verifyBlobKzgProof[1]);
});
