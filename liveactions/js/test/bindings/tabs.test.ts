import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./page";

const TABS = `<div live-id="1"><div role="tablist" live-tabs>
  <button role="tab" id="a" aria-controls="pa" aria-selected="true">A</button>
  <button role="tab" id="b" aria-controls="pb" aria-selected="false" tabindex="-1">B</button>
  <button role="tab" id="c" aria-controls="pc" aria-selected="false" tabindex="-1" disabled>C</button>
  <button role="tab" id="d" aria-controls="pd" aria-selected="false" tabindex="-1">D</button></div>
  <p id="pa"></p><p id="pb" hidden></p><p id="pc" hidden></p><p id="pd" hidden></p></div>`;

test("a click selects a tab, and shows its panel alone", () => {
  const page = open(TABS);
  page.click("#b");
  assert.equal(page.find("#b").getAttribute("aria-selected"), "true");
  assert.deepEqual(
    ["#pa", "#pb"].map((panel) => page.find(panel).hidden),
    [true, false],
  );
});

test("arrows, Home and End go through the tabs that can be used, round and round", () => {
  const page = open(TABS);
  const selected = () => page.find("[aria-selected=true]").id;
  const walk = (...keys: string[]) =>
    keys.map((key) => {
      page.key(`#${selected()}`, key);
      assert.equal(page.document.activeElement!.id, selected());
      return selected();
    });
  assert.deepEqual(walk("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "Home", "End"), [
    "b",
    "d",
    "a",
    "d",
    "a",
    "d",
  ]);
  assert.equal(page.find("#d").tabIndex, 0);
});

test("an upright list takes up and down instead", () => {
  const page = open(TABS.replace("live-tabs", 'live-tabs aria-orientation="vertical"'));
  page.key("#a", "ArrowRight");
  assert.equal(page.find("[aria-selected=true]").id, "a");
  page.key("#a", "ArrowDown");
  assert.equal(page.find("[aria-selected=true]").id, "b");
});

test("a list without live-tabs is somebody else's", () => {
  const page = open(TABS.replace("live-tabs", ""));
  page.click("#b");
  page.key("#a", "ArrowRight");
  assert.equal(page.find("[aria-selected=true]").id, "a");
});
