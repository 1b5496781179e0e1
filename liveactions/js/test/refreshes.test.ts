/** Refreshing, and waiting with it while somebody edits. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Drafts } from "../src/drafts";
import { Refreshes, type Delayed } from "../src/refreshes";
import { $, page, settled, trail, type Page } from "./support/dom";

let here: Page;
let refreshes: Refreshes;
let drafts: Drafts;
let asked: [number[] | null, Delayed][];

beforeEach(() => {
  here = page(
    '<section live-id="1"><input value="x"><i live-id="3"></i></section><aside live-id="2"><button></button></aside>',
  );
  asked = [];
  drafts = new Drafts();
  const roots = () => [...here.body.children];
  refreshes = new Refreshes(here.window, drafts, roots, async (components, delayed) => {
    asked.push([components, delayed]);
    return { ok: true };
  });
  refreshes.start();
});

const one = () => $(here.body, "section");
const input = () => $<HTMLInputElement>(here.body, "input");

/** Let timers of the page run too. */
async function later(): Promise<void> {
  await new Promise((resolve) => here.window.setTimeout(resolve));
  await settled();
}

function type(text: string): void {
  input().focus();
  input().value = text;
}

test("the server is asked for one component, or for all of them", () => {
  refreshes.add(one(), false, false);
  refreshes.add(null, ["total"], false);
  assert.deepEqual(asked, [
    [[1], false],
    [null, ["total"]],
  ]);
});

test("while somebody edits nothing is refreshed under their hands; then it is, once for however often it was asked", async () => {
  one().toggleAttribute("live-editing", true);
  refreshes.add(one(), ["a"], false);
  refreshes.add(one(), ["b"], false);
  assert.deepEqual(asked, []);
  one().toggleAttribute("live-editing", false);
  here.window.dispatchEvent(new here.window.CustomEvent("live:editing"));
  await later();
  assert.deepEqual(asked, [[[1], ["a", "b"]]]);
});

test("what is inside of what is edited waits too, the others do not", () => {
  one().toggleAttribute("live-editing", true);
  refreshes.add($(here.body, "i"), false, false);
  refreshes.add(null, false, false);
  assert.deepEqual(asked, [[[2], false]]);
});

test("a control that was changed and has the focus counts as editing, until it is left", async () => {
  type("y");
  refreshes.add(one(), false, false);
  assert.deepEqual(asked, []);
  $(here.body, "button").focus();
  await later();
  assert.deepEqual(asked, [[[1], false]]);
});

test("a control that only has the focus does not, nor one of which the server was told", () => {
  input().focus();
  refreshes.add(one(), false, false);
  type("y");
  drafts.sending(input())();
  refreshes.add(one(), true, false);
  assert.deepEqual(asked, [
    [[1], false],
    [[1], true],
  ]);
});

test("what is loaded later is loaded again afterwards, and the focus may go there", async () => {
  const events = trail(one(), "live:load");
  refreshes.add(one(), true, true);
  await settled();
  assert.deepEqual(events, [["live:load", { names: true }]]);
  assert.equal(here.document.activeElement, input());
});

test("a component that has left the page is forgotten", async () => {
  type("y");
  refreshes.add(one(), false, false);
  one().remove();
  here.window.dispatchEvent(new here.window.CustomEvent("focusout"));
  await later();
  assert.deepEqual(asked, []);
});
