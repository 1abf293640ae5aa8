// Opens reports in Chromium, at three widths, light and dark, and clicks through them.
//
//   node --test report.test.mjs          with KZG_REPORT_SAMPLES, the folder of the samples
//
// With KZG_REPORT_SCREENSHOTS, a folder, the pages are pictured there.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { withBrowser } from "./browser.mjs";
import { chartFaults, overhangs, valuesWithoutHover } from "./layout.mjs";

const samples = resolve(process.env.KZG_REPORT_SAMPLES ?? "");
const pictures = process.env.KZG_REPORT_SCREENSHOTS;
const KINDS = ["one", "many", "failed", "stopped", "resumed"];
const WIDTHS = [390, 768, 1440];
/** The rows of a page, as in kzg-pipeline/src/html/items.rs. */
const ROWS = 100;
const address = (...parts) => pathToFileURL(join(samples, ...parts)).href;

// Runs `use` on a fresh page of a sample; no page may complain or fetch anything.
async function onPage(sample, options, use) {
  const { width = 1440, dark = false, file = "report.html", ...rest } = options;
  const colours = dark ? "dark" : "light";
  const settings = { viewport: { width, height: 900 }, colorScheme: colours, ...rest };
  await withBrowser(settings, async (context, complaints) => {
    if (options.before) {
      await context.addInitScript(options.before);
    }
    const page = await context.newPage();
    await page.goto(address(sample, file));
    await use(page, context);
    assert.deepEqual(complaints, []);
  });
}

async function follow(link) {
  const page = link.page();
  await Promise.all([page.waitForEvent("load"), link.click()]);
}

const section = (page, name) => page.locator(`section[aria-labelledby=${name}]`);
const rows = (page, name) => section(page, name).locator("tbody tr:visible");
const keys = (page, name, column) =>
  section(page, name)
    .locator(`tbody tr > :nth-child(${column})`)
    .evaluateAll((cells) => cells.map((cell) => cell.dataset.key ?? cell.textContent));
const ascending = (list) => [...list].sort((one, other) => one - other);

for (const sample of KINDS) {
  test(`${sample}: nothing hangs out or overlaps at any width, light and dark`, async () => {
    await withBrowser({}, async (context, complaints) => {
      const page = await context.newPage();
      await page.goto(address(sample, "report.html"));
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        for (const colorScheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme });
          if (pictures) {
            mkdirSync(pictures, { recursive: true });
            const path = join(pictures, `${sample}-${width}-${colorScheme}.png`);
            // A picture of the whole of a long list would take minutes.
            const height = await page.evaluate(() => document.documentElement.scrollHeight);
            await page.setViewportSize({ width, height: Math.min(height, 6000) });
            await page.screenshot({ path });
          }
          for (const faults of [overhangs, chartFaults]) {
            const found = (await page.evaluate(faults)).slice(0, 5);
            assert.deepEqual(found, [], `${width}, ${colorScheme}`);
          }
        }
      }
      assert.deepEqual(complaints, []);
    });
  });
}

test("light and dark have colours of their own", async () => {
  const background = (page) =>
    page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number));
  await onPage("one", {}, async (page) => assert.ok(Math.min(...(await background(page))) > 200));
  await onPage("one", { dark: true }, async (page) =>
    assert.ok(Math.max(...(await background(page))) < 60),
  );
});

test("the report names the run, its input and its blob", async () => {
  await onPage("one", {}, async (page) => {
    const report = JSON.parse(readFileSync(join(samples, "one", "report.json"), "utf8"));
    const summary = await section(page, "summary").innerText();
    for (const fact of [report.run.started, report.run.processor, report.version]) {
      assert.ok(summary.includes(fact), fact);
    }
    assert.match(summary, /kzg pipeline 'it'\\''s <input>' --out out/);
    const lines = readFileSync(join(samples, "one", "manifest.jsonl"), "utf8").trim().split("\n");
    const records = lines.map((line) => JSON.parse(line));
    const find = (type) => records.find((record) => record.type === type);
    const inputs = await section(page, "inputs").textContent();
    assert.ok(inputs.includes(find("input").path));
    assert.ok(inputs.includes(find("input_end").sha256));
    const blobs = await section(page, "blobs").textContent();
    for (const name of ["commitment", "versioned_hash", "proof"]) {
      assert.ok(blobs.includes(find("blob")[name]), name);
    }
  });
});

test("every link leads to a file", async () => {
  for (const sample of ["one", "failed", "stopped", "resumed"]) {
    await onPage(sample, {}, async (page) => {
      const links = await page.locator("a").evaluateAll((all) => all.map((link) => link.href));
      assert.ok(links.length > 2, sample);
      for (const name of ["manifest.jsonl", "report.json"]) {
        assert.ok(links.some((link) => link.endsWith(name)), `${sample}: ${name}`);
      }
      for (const link of links) {
        assert.ok(existsSync(fileURLToPath(link)), `${sample}: ${link}`);
      }
    });
  }
});

// Clicks the first copy button, and returns what a field gets by pasting.
async function copyAndPaste(page, width) {
  const button = section(page, "blobs").locator("button.copy").first();
  await button.click();
  assert.equal(await button.textContent(), "Copied", `${width}`);
  const field = section(page, "blobs").locator("input[type=search]");
  await field.focus();
  await page.keyboard.press("Control+V");
  return field.inputValue();
}

// navigator.clipboard is there on some pages only, and the browser or the user may refuse it.
const replaced = (value) => `Object.defineProperty(navigator, "clipboard", { value: ${value} })`;

test("copy buttons copy without the clipboard interface, and where it refuses", async () => {
  const refused = "{ writeText: () => Promise.reject(new Error()) }";
  for (const clipboard of ["undefined", refused]) {
    for (const width of WIDTHS) {
      await onPage("one", { width, before: replaced(clipboard) }, async (page) => {
        const digits = await section(page, "blobs").locator("code").first().textContent();
        assert.match(digits, /^0x[0-9a-f]{96}$/);
        assert.equal(await copyAndPaste(page, width), digits);
      });
    }
  }
});

test("copy buttons use the clipboard interface where it is", async () => {
  const kept = "{ writeText: (text) => { window.kept = text; return Promise.resolve(); } }";
  await onPage("one", { before: replaced(kept) }, async (page) => {
    const button = page.getByRole("button", { name: "Copy the command" });
    await button.click();
    assert.equal(await button.textContent(), "Copied");
    assert.match(await page.evaluate(() => window.kept), /^kzg pipeline 'it'\\''s <input>'/);
  });
});

test("where nothing can copy, the digits are selected", async () => {
  const before = `${replaced("undefined")}; document.execCommand = () => false;`;
  await onPage("one", { before }, async (page) => {
    const button = section(page, "blobs").locator("button.copy").first();
    await button.click();
    assert.equal(await button.textContent(), "Press Ctrl+C");
    const code = section(page, "blobs").locator("code").first();
    assert.ok(await code.isVisible());
    const selected = await page.evaluate(() => getSelection().toString());
    assert.equal(selected, await code.textContent());
  });
});

test("digits unfold by a click, with scripts and without", async () => {
  for (const javaScriptEnabled of [true, false]) {
    await onPage("one", { javaScriptEnabled }, async (page) => {
      const code = section(page, "blobs").locator("code").first();
      assert.ok(!(await code.isVisible()));
      await section(page, "blobs").locator("summary").first().click();
      assert.ok(await code.isVisible());
    });
  }
});

test("tables sort by a click on a heading, numbers by their value", async () => {
  await onPage("many", {}, async (page) => {
    const blobs = section(page, "blobs");
    const heading = blobs.getByRole("columnheader", { name: "Blob", exact: true });
    const before = await keys(page, "blobs", 1);
    await heading.getByRole("button").click();
    assert.equal(await heading.getAttribute("aria-sort"), "ascending");
    assert.deepEqual(await keys(page, "blobs", 1), ascending(before));
    await heading.getByRole("button").click();
    assert.equal(await heading.getAttribute("aria-sort"), "descending");
    assert.deepEqual(await keys(page, "blobs", 1), ascending(before).reverse());

    const size = section(page, "inputs").getByRole("button", { name: "Size" });
    await size.click();
    const sizes = await keys(page, "inputs", 3);
    assert.deepEqual(sizes, ascending(sizes));
    assert.equal(sizes.length, ROWS);
  });
});

test("on a narrow screen a field sorts the table and restores the order", async () => {
  await onPage("many", { width: 390 }, async (page) => {
    const before = await keys(page, "blobs", 1);
    const order = page.locator("#order-blobs");
    await order.selectOption("Blob");
    assert.deepEqual(await keys(page, "blobs", 1), ascending(before));
    await order.selectOption("failures first");
    assert.deepEqual(await keys(page, "blobs", 1), before);
  });
});

test("rows are filtered by text and by status", async () => {
  for (const width of [390, 1440]) {
    await onPage("many", { width }, async (page) => {
      const field = page.locator("#filter-blobs");
      const shown = section(page, "blobs").locator("output");
      assert.equal(await rows(page, "blobs").count(), ROWS);
      const digits = await section(page, "blobs").locator("code").nth(6).textContent();
      await field.fill(digits.slice(60, 98).toUpperCase());
      assert.equal(await rows(page, "blobs").count(), 1);
      assert.equal(await shown.textContent(), "1 shown");
      await field.fill("copy");
      assert.equal(await rows(page, "blobs").count(), 0);
      await field.fill("19500");
      const found = await rows(page, "blobs").locator("th").allInnerTexts();
      assert.ok(found.some((text) => text.replace(/\D/g, "") === "19500"), `${found}`);
      await field.fill("");
      await page.locator("#status-blobs").selectOption("failed");
      assert.equal(await rows(page, "blobs").count(), 20);
      const statuses = await rows(page, "blobs").evaluateAll((all) =>
        all.map((row) => row.dataset.status),
      );
      assert.ok(statuses.every((status) => status === "failed"));
      await page.locator("#status-blobs").selectOption("all");
      assert.equal(await rows(page, "blobs").count(), ROWS);
    });
  }
});

test("failures come first, and every blob is on one of the pages", async () => {
  await onPage("many", { width: 390 }, async (page) => {
    const seen = [];
    for (;;) {
      const list = section(page, "blobs");
      seen.push(...(await keys(page, "blobs", 1)));
      const next = list.getByRole("link", { name: "Next" }).first();
      if ((await next.count()) === 0) {
        break;
      }
      await follow(next);
    }
    assert.deepEqual((await page.evaluate(overhangs)).slice(0, 5), []);
    const failed = Array.from({ length: 20 }, (_, place) => String(500 + 1000 * place));
    assert.deepEqual(seen.slice(0, 20), failed);
    assert.equal(new Set(seen).size, 20_000);
    const navigation = section(page, "blobs").getByRole("navigation").first();
    // The last of 200 pages links to the pages whose distance is a power of ten.
    await navigation.getByText("More pages").click();
    await follow(navigation.getByRole("link", { name: "190", exact: true }));
    assert.match(page.url(), /report\/blobs-00190\.html$/);
    await follow(page.getByRole("link", { name: "First" }).first());
    assert.match(page.url(), /report\.html#blobs$/);
  });
});

test("a job whose blobs all failed lists each as failed", async () => {
  await onPage("failed", {}, async (page) => {
    const statuses = await rows(page, "blobs").evaluateAll((all) =>
      all.map((row) => row.dataset.status),
    );
    assert.ok(statuses.length > 0 && statuses.every((status) => status === "failed"));
    assert.match(await page.locator(".outcome").innerText(), /failures/);
    assert.ok(await page.locator(".outcome.bad").isVisible());
  });
});

test("unfinished and resumed jobs say what was done and what is next", async () => {
  await onPage("stopped", {}, async (page) => {
    assert.match(await page.locator("header").innerText(), /--resume/);
    // The input that was open when the job stopped is listed.
    assert.ok((await rows(page, "inputs").count()) > 0);
  });
  await onPage("resumed", {}, async (page) => {
    assert.match(await section(page, "summary").innerText(), /Resumed/);
    assert.match(await section(page, "failures").innerText(), /blobs\/00000001\.blob/);
  });
});

test("bars show their values under the pointer", async () => {
  await onPage("one", {}, async (page) => {
    assert.deepEqual(await page.evaluate(valuesWithoutHover), []);
  });
});

test("without scripts the lists are whole and the controls are away", async () => {
  for (const width of [390, 1440]) {
    await onPage("many", { width, javaScriptEnabled: false }, async (page) => {
      assert.equal(await rows(page, "blobs").count(), ROWS);
      assert.equal(await page.locator("button.copy:visible, .filter:visible").count(), 0);
      await follow(section(page, "blobs").getByRole("link", { name: "Next" }).first());
      assert.equal(await rows(page, "blobs").count(), ROWS);
    });
  }
});

test("a printed report is light, whole and without controls", async () => {
  for (const sample of KINDS.filter((kind) => kind !== "many")) {
    await onPage(sample, { dark: true, width: 794 }, async (page) => {
      await page.emulateMedia({ media: "print" });
      for (const faults of [overhangs, chartFaults]) {
        assert.deepEqual((await page.evaluate(faults)).slice(0, 5), []);
      }
      assert.equal(await page.locator("button.copy:visible, .filter:visible").count(), 0);
      const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      assert.equal(background, "rgb(255, 255, 255)");
      const pdf = await page.pdf({ format: "A4" });
      assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
      if (pictures) {
        const path = join(pictures, `${sample}-print.png`);
        await page.screenshot({ path, fullPage: true });
      }
    });
  }
});
