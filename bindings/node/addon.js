// Finds the addon for this machine among those of the package.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

// A package has one folder for each platform. On Linux, the folder without a suffix is for glibc.
const platform = `${process.platform}-${process.arch}`;
const folders = process.platform === "linux" ? [platform, `${platform}-musl`] : [platform];

function load() {
  const failures = [];
  for (const folder of folders) {
    const file = path.join(__dirname, "prebuilds", folder, "kzg.node");
    if (!fs.existsSync(file)) continue;
    try {
      return require(file);
    } catch (error) {
      // The addon for another C library cannot be loaded.
      failures.push(`${folder}: ${error.message}`);
    }
  }
  const found = failures.length === 0 ? "none" : failures.join("; ");
  throw new Error(`kzg has no addon for ${folders.join(" or ")}: ${found}`);
}

module.exports = load();
