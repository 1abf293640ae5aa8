// The page in Chromium: a file that is dropped is committed to, proved and verified.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { hex, kzg } from "./common.mjs";
import { CAPACITY, toBlob } from "../source-page/blobs.js";

const { chromium, withBrowser } = await import(process.env.KZG_BROWSER);
const page = process.env.KZG_PAGE;
const pictures = process.env.KZG_PICTURES;

// Three blobs, the last of one byte.
const bytes = new Uint8Array(2 * CAPACITY + 1).map((_, position) => position * 7 + (position >> 8));

/** The rows that the page shows: commitment, proof and verdict of each blob. */
const shown = (tab) =>
  tab.$$eval("tbody tr", (rows) =>
    rows.map((row) => [1, 2, 3].map((column) => row.cells[column].textContent)),
  );

const expected = [];
for (let start = 0; start < bytes.length; start += CAPACITY) {
  const blob = toBlob(bytes.subarray(start, start + CAPACITY));
  const commitment = kzg.blobToKzgCommitment(blob);
  const proof = kzg.computeBlobKzgProof(blob, commitment);
  expected.push([hex(commitment), hex(proof), "holds"]);
}

test("a dropped and a chosen file", { skip: chromium() ? false : "no Chromium" }, async () => {
  await withBrowser({}, async (context, complaints) => {
    const tab = await context.newPage();
    await tab.goto(pathToFileURL(page).href);
    await tab.waitForFunction(() => document.querySelector("#state").textContent.includes("loaded"));
    console.log(await tab.textContent("#state"));

    const dropped = await tab.evaluateHandle((values) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(values)], "dropped.bin"));
      return transfer;
    }, [...bytes]);
    await tab.dispatchEvent("#drop", "drop", { dataTransfer: dropped });
    const done = (name) =>
      tab.waitForFunction(
        (name) => {
          const text = document.querySelector("#state").textContent;
          return text.startsWith(name) && text.includes("verified");
        },
        name,
        { timeout: 120_000 },
      );
    await done("dropped.bin");
    assert.deepEqual(await shown(tab), expected);
    assert.match(await tab.textContent("#state"), /253891 bytes, 3 of 3 blobs verified/);
    if (pictures) {
      fs.mkdirSync(pictures, { recursive: true });
      await tab.screenshot({ path: path.join(pictures, "page.png"), fullPage: true });
    }

    const chosen = { name: "one.bin", mimeType: "", buffer: Buffer.from(bytes.subarray(0, 100)) };
    await tab.setInputFiles("#file", chosen);
    await done("one.bin");
    const blob = toBlob(bytes.subarray(0, 100));
    const [[commitment, , verdict]] = await shown(tab);
    assert.equal(commitment, hex(kzg.blobToKzgCommitment(blob)));
    assert.equal(verdict, "holds");

    await tab.setInputFiles("#file", { name: "empty.bin", mimeType: "", buffer: Buffer.alloc(0) });
    await done("empty.bin");
    assert.match(await tab.textContent("#state"), /0 bytes, 0 of 0 blobs verified/);
    assert.deepEqual(complaints, []);
  });
});
