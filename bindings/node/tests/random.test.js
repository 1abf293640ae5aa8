// Calls with arguments at random, good and bad: a result or an error with the documented fields.
// KZG_RANDOM_CALLS is the number of calls, KZG_RANDOM_SEED the seed.
"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");

const { kzg, OPERATIONS, blobOf } = require("./common.js");
const { randomArguments } = require("./random-arguments.cjs");

const CALLS = Number(process.env.KZG_RANDOM_CALLS ?? 600);
const SEED = Number(process.env.KZG_RANDOM_SEED ?? 1);

const blob = blobOf(9);
const random = randomArguments(kzg, blob, SEED);

const shrunk = new Uint8Array(new ArrayBuffer(48, { maxByteLength: 64 }), 16);
shrunk.buffer.resize(8);
random.items.push(shrunk);

const throwing = () => {
  throw new RangeError("a getter");
};
const trap = Object.defineProperty([blob], 0, { get: throwing });
const withoutMemory = random.items.filter((item) => item.length === 0);
random.lists.push(withoutMemory, trap);

random.odd.push(
  2 ** 53,
  "0x00",
  /x/,
  new Date(),
  new Map(),
  new Proxy([blob], {}),
  new DataView(new ArrayBuffer(48)),
  new BigUint64Array(6),
  Promise.resolve(blob),
);

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
random.makers.push(() => random.choice(forms)(random.choice(random.whole)));

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
    const name = random.choice(OPERATIONS);
    const args = random.changed(random.good[name]);
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
