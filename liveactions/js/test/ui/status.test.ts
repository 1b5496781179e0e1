import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Window as HappyWindow } from "happy-dom";
import { createUi } from "../../src/ui/index";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"] }));
afterEach(() => mock.timers.reset());

function open() {
  const window = new HappyWindow() as unknown as Window & typeof globalThis;
  const { document } = window;
  const shown = () => {
    const pill = document.querySelector(".live-status[data-state]");
    return pill && pill.querySelector("[role=status]")!.textContent;
  };
  return { window, document, shown, ui: createUi(document) };
}

test("a cut under two seconds is seen by nobody, and the page still knows of it", () => {
  const { ui, shown, document } = open();
  ui.status("live");
  ui.status("reconnecting");
  assert.equal(document.documentElement.getAttribute("data-live-status"), "reconnecting");
  mock.timers.tick(1999);
  assert.equal(shown(), null);
  ui.status("live");
  mock.timers.tick(10_000);
  assert.equal(shown(), null);
  assert.equal(document.documentElement.getAttribute("data-live-status"), "live");
});

test("a longer cut is told, and its end for two seconds", () => {
  const { ui, shown } = open();
  ui.status("reconnecting");
  mock.timers.tick(2000);
  assert.equal(shown(), "Reconnecting …");
  ui.status("offline");
  assert.equal(shown(), "Offline. What you do is kept and sent later.");
  ui.status("live");
  assert.equal(shown(), "Back online.");
  mock.timers.tick(1999);
  assert.equal(shown(), "Back online.");
  mock.timers.tick(1);
  assert.equal(shown(), null);
});

test("a connection that comes and goes does not leave the pill behind", () => {
  const { ui, shown } = open();
  ui.status("reconnecting");
  mock.timers.tick(2000);
  ui.status("live");
  ui.status("reconnecting");
  ui.status("live");
  mock.timers.tick(2000);
  assert.equal(shown(), null);
});

test("a connection that has ended offers to reload", () => {
  const { ui, shown, document } = open();
  ui.status("closed");
  mock.timers.tick(2000);
  assert.equal(shown(), "Disconnected.");
  assert.equal(document.querySelector<HTMLElement>(".live-status-reload")!.hidden, false);
});

test("the region that is read out stands in the page before it has anything to say", () => {
  const { ui, document } = open();
  ui.status("live");
  assert.equal(document.querySelector("[role=status]")!.textContent, "");
});

test("a page can show the status in its own way", () => {
  const { ui, window, shown } = open();
  const heard: unknown[] = [];
  window.addEventListener("live:status", (event) => {
    event.preventDefault();
    heard.push((event as CustomEvent).detail);
  });
  ui.status("reconnecting");
  mock.timers.tick(5000);
  assert.deepEqual(heard, [{ status: "reconnecting", waiting: 0 }]);
  assert.equal(shown(), null);
});

test("a cut is told after a second when an action is waiting, and how many are", () => {
  const { ui, shown } = open();
  ui.status("live");
  ui.waiting!(1);
  ui.status("reconnecting");
  mock.timers.tick(999);
  assert.equal(shown(), null);
  mock.timers.tick(1);
  assert.equal(shown(), "Reconnecting … Waiting to be sent: 1");
  ui.waiting!(2);
  assert.equal(shown(), "Reconnecting … Waiting to be sent: 2");
  ui.waiting!(0);
  assert.equal(shown(), "Reconnecting …");
});

test("an action during a cut that nobody has been told of is told a second later", () => {
  const { ui, shown } = open();
  ui.status("live");
  ui.status("reconnecting");
  mock.timers.tick(500);
  ui.waiting!(1);
  mock.timers.tick(999);
  assert.equal(shown(), null);
  mock.timers.tick(1);
  assert.equal(shown(), "Reconnecting … Waiting to be sent: 1");
});

test("actions are no news while all is well", () => {
  const { ui, shown } = open();
  ui.status("live");
  ui.waiting!(1);
  mock.timers.tick(10_000);
  assert.equal(shown(), null);
});

test("who was told of a cut is told what they have missed, and has time to read it", () => {
  const { ui, shown } = open();
  ui.status("offline");
  mock.timers.tick(2000);
  ui.status("live");
  ui.missed!(3);
  assert.equal(shown(), "Back online. Changes while you were away: 3");
  mock.timers.tick(4999);
  assert.notEqual(shown(), null);
  mock.timers.tick(1);
  assert.equal(shown(), null);
});

test("what was missed in a cut that nobody saw is not told", () => {
  const { ui, shown } = open();
  ui.status("reconnecting");
  ui.status("live");
  ui.missed!(3);
  mock.timers.tick(10_000);
  assert.equal(shown(), null);
});

test("a page that is out of date offers to be loaded again", () => {
  const { ui, shown, document } = open();
  ui.status("live");
  ui.status("stale");
  mock.timers.tick(2000);
  assert.equal(shown(), "This page is out of date.");
  assert.equal(document.querySelector<HTMLElement>(".live-status-reload")!.hidden, false);
});
