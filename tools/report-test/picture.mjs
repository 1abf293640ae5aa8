// Pictures the upper part of a report: node picture.mjs REPORT.html PICTURE.png

import { pathToFileURL } from "node:url";

import { withBrowser } from "./browser.mjs";

const [report, picture] = process.argv.slice(2);
await withBrowser({ viewport: { width: 960, height: 1280 } }, async (context) => {
  const page = await context.newPage();
  await page.goto(pathToFileURL(report).href);
  await page.screenshot({ path: picture });
});
