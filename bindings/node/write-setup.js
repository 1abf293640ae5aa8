// Writes the mainnet setup, which is part of the addon, to the file that the package has. npm runs
// this script before it packs the package.
"use strict";

const fs = require("node:fs");

const addon = require("./addon.js");
const { DEFAULT_TRUSTED_SETUP_PATH } = require("./index.js");

fs.writeFileSync(DEFAULT_TRUSTED_SETUP_PATH, addon.setupText());
