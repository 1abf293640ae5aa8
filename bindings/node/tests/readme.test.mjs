// The examples of the documents run.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";

for (const file of process.env.KZG_DOCUMENTS.split(":")) {
  const text = fs.readFileSync(file, "utf8");
  const examples = [...text.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);
  const ours = examples.filter((code) => code.includes('from "kzg"'));
  test(`the examples of ${path.basename(file)}`, () => {
    assert.ok(ours.length > 0);
    for (const code of ours) {
      const script = path.resolve("example.mjs");
      fs.writeFileSync(script, code);
      execFileSync(process.execPath, [script], { stdio: "inherit" });
    }
  });
}
