/** How far long actions have come: the bar that the client shows by itself. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { Progresses } from "../src/progress";
import { createUi } from "../src/ui";
import { page, type Page } from "./support/dom";

let here: Page;
let progress: Progresses;
/** The calls that are under way, with what ends them. */
let calls: Map<number, { over: Promise<unknown>; end(): void }>;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  here = page("<main></main>");
  here.window.setTimeout = setTimeout as never;
  here.window.clearTimeout = clearTimeout as never;
  calls = new Map();
  for (const number of [1, 2]) {
    let end!: () => void;
    const over = new Promise<void>((resolve) => (end = resolve));
    calls.set(number, { over, end: () => (end(), calls.delete(number)) });
  }
  progress = new Progresses(here.window, createUi(here.document), (call) => calls.get(call)?.over);
});

afterEach(() => mock.timers.reset());

const tell = (done: number, more: object = {}) =>
  progress.tell({ call: 1, component: 1, done, total: 10, text: "Reading products", ...more });
const bars = () => [...here.document.querySelectorAll<HTMLProgressElement>(".live-toast:not([data-leaving]) progress")];
const seen = () => bars().map((bar) => [bar.getAttribute("value"), bar.getAttribute("aria-label")]);

describe("an action that tells how far it is", () => {
  test("has a bar of its own with its words, once it has taken a while", () => {
    tell(1);
    tell(2, { call: 2, text: "Writing labels" });
    mock.timers.tick(399);
    assert.deepEqual(seen(), []);
    tell(4);
    mock.timers.tick(1);
    assert.deepEqual(seen(), [
      ["0.4", "Reading products"],
      ["0.2", "Writing labels"],
    ]);
    tell(9, { text: "Nearly there" });
    assert.deepEqual(seen()[0], ["0.9", "Nearly there"]);
    assert.equal(here.document.querySelector(".live-toast-text")!.textContent, "Nearly there");
  });

  test("has none when it is done at once", () => {
    tell(1);
    tell(10);
    mock.timers.tick(1000);
    assert.deepEqual(seen(), []);
  });

  test("has a bar without an end where nobody knows how many steps there are, and words where it has none", () => {
    tell(3, { total: null, text: "" });
    mock.timers.tick(400);
    assert.deepEqual(seen(), [[null, "Working …"]]);
  });

  test("loses its bar with the last step, and with the end of its call", async () => {
    tell(1);
    tell(1, { call: 2 });
    mock.timers.tick(400);
    tell(10);
    assert.equal(bars().length, 1);
    calls.get(2)!.end();
    await Promise.resolve();
    assert.equal(bars().length, 0);
    tell(2, { call: 2 });
    mock.timers.tick(400);
    assert.equal(bars().length, 0, "news that come late begin nothing");
  });

  test("keeps it to the last step when no call of this page is behind it, or till the session is another", () => {
    tell(1, { call: 0 });
    tell(1, { call: 0, component: 3 });
    mock.timers.tick(400);
    assert.equal(bars().length, 2);
    tell(10, { call: 0 });
    assert.equal(bars().length, 1);
    progress.reset();
    assert.equal(bars().length, 0);
  });

  test("is shown by whoever prevents the event, or has the signal in the page", () => {
    const listen = (event: Event) => event.preventDefault();
    here.window.addEventListener("live:progress", listen);
    tell(1);
    here.window.removeEventListener("live:progress", listen);
    here.document.body.innerHTML = '<p live-show="$progress" live-text="$progress.text"></p>';
    tell(2, { call: 2 });
    mock.timers.tick(400);
    assert.deepEqual(seen(), []);
  });

  test("is not shown again by the next step when its toast was closed", () => {
    tell(1);
    mock.timers.tick(400);
    here.document.querySelector<HTMLElement>(".live-toast-close")!.click();
    tell(2);
    assert.deepEqual(seen(), []);
  });
});
