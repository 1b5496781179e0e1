import assert from "node:assert/strict";
import { test } from "node:test";
import { diagnose } from "../src/diagnostics";
import { dispatch, EVENTS } from "../src/events";
import { $, page, quiet, trail } from "./support/dom";

test("a diagnostic is an event and a line in the console, with its code and whose fault it is", () => {
  const { window, body } = page("<p></p>");
  const said = quiet();
  const events = trail(window, "live:diagnostic");
  const element = $(body, "p");
  diagnose("target.missing", "There is no #a.", element);
  assert.deepEqual(events, [
    ["live:diagnostic", { code: "target.missing", fault: "application", message: "There is no #a.", element }],
  ]);
  assert.equal(said[0], "liveactions [target.missing, fault of the application] There is no #a.");
});

test("a frame that is wrong is the server's fault", () => {
  const { window, document } = page();
  quiet();
  const events = trail(window, "live:diagnostic");
  diagnose("frame.malformed", "Not msgpack.", document);
  assert.equal(events[0]![1].fault, "server");
});

test("only events that announce something can be cancelled", () => {
  const { window } = page();
  for (const [name, cancelable] of Object.entries(EVENTS) as [keyof typeof EVENTS, boolean][]) {
    window.addEventListener(name, (event) => event.preventDefault());
    assert.equal(dispatch(window, name, {}), !cancelable, name);
  }
});
