// Bundles the package's files: dist/index.js, dist/index.cjs, and the page dist/page.html. The
// module is embedded in each of them. The types of CommonJS modules, dist/index.d.cts, are a copy of
// index.d.ts.
//
//     node bundle.mjs TOOLS
//
// TOOLS is the folder with esbuild.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const here = import.meta.dirname;
const esbuild = createRequire(path.join(path.resolve(process.argv[2]), "package.json"))("esbuild");

const options = {
  bundle: true,
  minifySyntax: true,
  target: "es2022",
  platform: "neutral",
  loader: { ".wasm": "binary" },
  logLevel: "warning",
};

fs.rmSync(path.join(here, "dist"), { recursive: true, force: true });
for (const [format, name] of [["esm", "index.js"], ["cjs", "index.cjs"]]) {
  const outfile = path.join(here, "dist", name);
  await esbuild.build({ ...options, entryPoints: [path.join(here, "js/kzg.js")], format, outfile });
}
fs.copyFileSync(path.join(here, "index.d.ts"), path.join(here, "dist/index.d.cts"));

const page = await esbuild.build({
  ...options,
  entryPoints: [path.join(here, "page/page.js")],
  format: "iife",
  write: false,
});
const html = fs.readFileSync(path.join(here, "page/page.html"), "utf8");
const marker = "<script></script>";
if (!html.includes(marker)) throw new Error("page.html has no empty script");
// A function, because the text of the script may have patterns of replacements. The text ends no
// script: base64 has no `<`.
const script = `<script>\n${page.outputFiles[0].text}</script>`;
fs.writeFileSync(path.join(here, "dist/page.html"), html.replace(marker, () => script));

for (const name of ["kzg.wasm", "dist/index.js", "dist/index.cjs", "dist/page.html"]) {
  console.log(`${name}: ${fs.statSync(path.join(here, name)).size} bytes`);
}
