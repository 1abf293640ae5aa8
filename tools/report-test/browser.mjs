// Starts Chromium on pages from files, and fails on anything that a page fetches from elsewhere.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

// The program in the variable CHROMIUM, or the one of the system; undefined if there is none.
export function chromium() {
  return [process.env.CHROMIUM, ...PLACES].find((place) => place && existsSync(place));
}

// Calls `use` with a context that has an empty profile.
export async function withBrowser(options, use) {
  const { chromium: launcher } = await import("playwright-core");
  const profile = mkdtempSync(join(tmpdir(), "report-test-"));
  const context = await launcher.launchPersistentContext(profile, {
    executablePath: chromium(),
    headless: true,
    args: FLAGS,
    ...options,
  });
  const complaints = [];
  context.on("request", (request) => {
    if (!request.url().startsWith("file:")) {
      complaints.push(`fetched ${request.url()}`);
    }
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
  context.on("console", (message) => {
    if (message.type() === "error") {
      complaints.push(message.text());
    }
  });
  try {
    await use(context, complaints);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
