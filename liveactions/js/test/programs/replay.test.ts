/**
 * The golden cases of protocol/programs/, played in happy-dom. Chromium plays them too, and random ones
 * (tests/browser/test_programs.py).
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { page } from "../support/dom";
import { replay, type Recorded } from "./replaying";

const FOLDER = join(process.env.CLIENT!, "..", "..", "protocol", "programs");

/** Where happy-dom is no browser. */
const ELSEWHERE: Record<string, string> = {
  "select.json": "happy-dom's parser chooses an option that is not the selected one",
  "svg.json": "happy-dom takes HTML in a foreignObject for SVG",
};

type Golden = Recorded & { about: string };

for (const file of readdirSync(FOLDER).sort()) {
  const golden = JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as Golden;
  test(`${file}: ${golden.about}`, { skip: ELSEWHERE[file] }, async () => {
    const { window } = page();
    assert.deepEqual(await replay(window, golden), { wrong: [], mended: false });
  });
}
