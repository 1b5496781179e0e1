/** The golden cases of protocol/programs/, played in happy-dom. Chromium plays them too (tests/browser/test_programs.py). */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { page } from "../support/dom";
import { replay, type Recorded } from "./replaying";

const FOLDER = join(process.env.CLIENT!, "..", "..", "protocol", "programs");

type Golden = Recorded & { about: string };

for (const name of readdirSync(FOLDER).sort()) {
  const golden = JSON.parse(readFileSync(join(FOLDER, name), "utf8")) as Golden;
  test(`${name}: ${golden.about}`, async () => {
    const { window } = page();
    assert.deepEqual(await replay(window, golden), []);
  });
}
