import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { Scripts } from "../src/scripts";
import { page, type Page } from "./support/dom";

let here: Page;
let scripts: Scripts;
let inserted: HTMLScriptElement[];

const URL = "http://desk.test/static/chart.js";

beforeEach(() => {
  here = page();
  scripts = new Scripts(here.document, "n0nce");
  inserted = [];
  here.document.head.append = (script: unknown) => void inserted.push(script as HTMLScriptElement);
});

describe("a script", () => {
  test("is a module with the page's nonce, and is waited for", async () => {
    let done = false;
    const load = scripts.load(URL, "sha384-x").then(() => (done = true));
    const [script] = inserted;
    assert.deepEqual(
      [
        script!.type,
        script!.nonce,
        script!.src,
        script!.getAttribute("integrity") ?? (script as { integrity?: string }).integrity,
      ],
      ["module", "n0nce", URL, "sha384-x"],
    );
    assert.equal(done, false);
    script!.onload!(new here.window.Event("load"));
    await load;
  });

  test("is loaded once, however often it is asked for", () => {
    assert.equal(scripts.load(URL, null), scripts.load(URL, null));
    assert.equal(inserted.length, 1);
  });

  test("that is in the page already is not loaded again", async () => {
    here.body.innerHTML = `<script type="module" src="${URL}"></script>`;
    await scripts.load(URL, null);
    assert.equal(inserted.length, 0);
  });

  test("that failed may be tried again", async () => {
    const load = scripts.load(URL, null);
    (inserted[0]!.onerror as () => void)();
    await assert.rejects(load, /could not be loaded/);
    void scripts.load(URL, null);
    assert.equal(inserted.length, 2);
  });
});
