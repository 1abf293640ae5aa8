// The page that commits to a dropped file, proves and verifies it.

import { loadKZG } from "../js/kzg.js";
import { bytesToHex } from "../js/hex.js";
import { CAPACITY, toBlob } from "./blobs.js";

const [drop, file, state, table, rows] = ["#drop", "#file", "#state", "table", "tbody"].map(
  (selector) => document.querySelector(selector),
);

const started = performance.now();
const loading = loadKZG().then((kzg) => {
  const time = milliseconds(performance.now() - started);
  state.textContent = `The trusted setup is loaded, in ${time}. No file yet.`;
  return kzg;
});
loading.catch((error) => (state.textContent = `The setup cannot be loaded: ${error.message}`));

function milliseconds(time) {
  return `${Math.round(time)} ms`;
}

function cell(row, text, { code = false, name = "" } = {}) {
  const place = row.insertCell();
  const holder = code ? place.appendChild(document.createElement("code")) : place;
  holder.textContent = text;
  holder.className = name;
}

/** Commits to one blob, proves and verifies it, and adds a row to the table. */
function show(kzg, number, bytes) {
  const begun = performance.now();
  const blob = toBlob(bytes);
  const commitment = kzg.blobToKzgCommitment(blob);
  const proof = kzg.computeBlobKzgProof(blob, commitment);
  const holds = kzg.verifyBlobKzgProof(blob, commitment, proof);
  const row = rows.insertRow();
  cell(row, String(number));
  cell(row, bytesToHex(commitment), { code: true });
  cell(row, bytesToHex(proof), { code: true });
  cell(row, holds ? "holds" : "does not hold", { name: holds ? "holds" : "fails" });
  cell(row, milliseconds(performance.now() - begun));
  return holds;
}

// The number of the latest file: an earlier one stops when another is dropped.
let latest = 0;

async function process(dropped) {
  const turn = ++latest;
  try {
    const kzg = await loading;
    const bytes = new Uint8Array(await dropped.arrayBuffer());
    if (turn !== latest) return;
    const count = Math.ceil(bytes.length / CAPACITY);
    rows.replaceChildren();
    table.hidden = count === 0;
    let verified = 0;
    for (let number = 0; number < count; number += 1) {
      const part = bytes.subarray(number * CAPACITY, (number + 1) * CAPACITY);
      if (show(kzg, number, part)) verified += 1;
      state.textContent = `${dropped.name}: ${number + 1} of ${count} blobs`;
      // The browser draws the row.
      await new Promise((resolve) => setTimeout(resolve));
      if (turn !== latest) return;
    }
    state.textContent = `${dropped.name}: ${bytes.length} bytes, ${verified} of ${count} blobs verified`;
  } catch (error) {
    state.textContent = `${dropped.name}: ${error.message}`;
  }
}

file.addEventListener("change", () => file.files.length > 0 && process(file.files[0]));
for (const [event, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  drop.addEventListener(event, (happened) => {
    happened.preventDefault();
    drop.classList.toggle("over", over);
    if (event === "drop" && happened.dataTransfer.files.length > 0) {
      process(happened.dataTransfer.files[0]);
    }
  });
}
