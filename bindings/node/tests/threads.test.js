// Workers, promises, and panics.
"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const { Worker } = require("node:worker_threads");

const { kzg, OPERATIONS, blobOf } = require("./common.js");

const entry = JSON.stringify(require.resolve("kzg"));

/** Runs code in a worker, and returns the message that it posts. */
function inWorker(code, workerData) {
  return new Promise((resolve, reject) => {
    const source = `
      const { parentPort, workerData } = require("node:worker_threads");
      const kzg = require(${entry});
      (async () => { ${code} })().catch((error) => { throw error; });`;
    const worker = new Worker(source, { eval: true, workerData });
    worker.once("message", (message) => {
      worker.terminate().then(() => resolve(message), reject);
    });
    worker.once("error", reject);
  });
}

test("every operation has an asynchronous form", () => {
  for (const name of OPERATIONS) {
    assert.equal(typeof kzg[name], "function");
    assert.equal(typeof kzg[`${name}Async`], "function");
  }
});

test("the main thread goes on while promises are pending", async () => {
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), 1);
  const pending = [1, 2, 3, 4].map((seed) => kzg.computeCellsAndKzgProofsAsync(blobOf(seed)));
  const results = await Promise.all(pending);
  clearInterval(timer);
  assert.ok(ticks > 3, `${ticks} ticks`);
  results.forEach(([cells], position) => {
    assert.deepEqual(cells, kzg.computeCells(blobOf(position + 1)));
  });
});

test("a worker loads its own setup", async () => {
  const blob = blobOf(5);
  const code = `
    let unloaded;
    try { kzg.blobToKzgCommitment(workerData); } catch (error) { unloaded = error.message; }
    kzg.loadTrustedSetup(0);
    parentPort.postMessage([unloaded, kzg.blobToKzgCommitment(workerData)]);`;
  const [unloaded, commitment] = await inWorker(code, blob);
  assert.match(unloaded, /loadTrustedSetup/);
  assert.deepEqual(Buffer.from(commitment), kzg.blobToKzgCommitment(blob));
});

test("workers run at the same time", async () => {
  const code = `
    kzg.loadTrustedSetup(0);
    parentPort.postMessage(kzg.blobToKzgCommitment(workerData));`;
  const seeds = [1, 2, 3, 4];
  const commitments = await Promise.all(seeds.map((seed) => inWorker(code, blobOf(seed))));
  seeds.forEach((seed, position) => {
    const expected = kzg.blobToKzgCommitment(blobOf(seed));
    assert.deepEqual(Buffer.from(commitments[position]), expected);
  });
});

test("a worker that ends with promises pending does no harm", async () => {
  const code = `
    kzg.loadTrustedSetup(0);
    for (let call = 0; call < 6; call += 1) kzg.computeCellsAndKzgProofsAsync(workerData);
    parentPort.postMessage("started");`;
  for (let round = 0; round < 3; round += 1) {
    assert.equal(await inWorker(code, blobOf(round)), "started");
  }
  assert.equal(kzg.computeCells(blobOf(1)).length, 128);
});

test("another thread that writes to shared memory changes results, and nothing else", async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(131072));
  const writer = new Worker(
    `const { parentPort, workerData } = require("node:worker_threads");
     parentPort.postMessage("writing");
     for (let value = 0; ; value = (value + 1) % 256) {
       for (let position = 0; position < workerData.length; position += 7) {
         workerData[position] = value;
       }
     }`,
    { eval: true, workerData: shared },
  );
  await new Promise((resolve) => writer.once("message", resolve));
  for (let round = 0; round < 20; round += 1) {
    // Written in the middle, a blob is canonical or not.
    try {
      assert.equal(kzg.blobToKzgCommitment(shared).length, 48);
    } catch (error) {
      assert.equal(error.kind, "input");
    }
  }
  await writer.terminate();
});

test("a panic is an exception", { skip: !process.env.KZG_TESTING_ADDON }, async () => {
  const addon = require("kzg/addon.js");
  const settings = addon.loadSettings(0);
  for (const answer of [settings.run("panic", []), await settings.start("panic", [])]) {
    assert.equal(answer.failed, true);
    assert.equal(answer.kind, "fault");
    assert.equal(answer.code, "C_KZG_ERROR");
  }
  // The process and the settings go on.
  const blob = blobOf(1);
  assert.deepEqual(settings.run("blobToKzgCommitment", [blob]), kzg.blobToKzgCommitment(blob));
});

test("the addon's own functions check their arguments", () => {
  const addon = require("kzg/addon.js");
  const settings = addon.loadSettings(0);
  for (const args of [[], ["blobToKzgCommitment"], [7, []], ["blobToKzgCommitment", 7]]) {
    assert.throws(() => settings.run(...args));
    assert.throws(() => settings.start(...args));
  }
  assert.equal(settings.run("noSuchOperation", []).failed, true);
  assert.throws(() => addon.loadSettings("0"));
  assert.throws(() => addon.setupText(7));
  assert.equal(addon.setupText("/no/such/file").failed, true);
  assert.throws(() => settings.run.call({}, "blobToKzgCommitment", [blobOf(1)]));
});
