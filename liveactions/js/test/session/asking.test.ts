import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Asked, Given } from "../../src/ports";
import { $, settled, trail } from "../support/dom";
import { FakeSocket } from "../support/server";
import { ROOT, here, live, mounted, patch, said, section, server, shown } from "./opened";

describe("a question in a frame", () => {
  const CONFIRM = 15;
  const TOAST = 4;
  const texts = () => shown.toasts.map(({ message }) => message);
  let choose: (choice: string) => void;

  /** A page whose user thinks before answering. */
  async function thinking(): Promise<void> {
    const ui = {
      toast: (detail: object) => void shown.toasts.push(detail),
      confirm: async () => true,
      ask: (asked: Asked) =>
        new Promise<Given>((resolve) => {
          shown.asked.push(asked);
          choose = (choice) => resolve({ choice, close: () => void (shown.closed += 1) });
        }),
      status: () => undefined,
      overlay: () => undefined,
    };
    await mounted(ROOT, { ui });
  }

  const question = (token = "") => [
    1,
    CONFIRM,
    "Sure?",
    "Confirmation",
    [
      ["yes", "Yes"],
      ["no", "No"],
    ],
    "primary",
    [],
    false,
    token,
  ];

  test("holds what follows it until it is answered, but not what says how the component is", async () => {
    await thinking();
    server.apply([[1, TOAST, "before"], question(), [1, TOAST, "after"], patch(1, section("<p>7</p>"))]);
    await settled();
    assert.deepEqual(texts(), ["before"]);
    assert.equal($(here.body, "p").textContent, "7");
    choose("no");
    await settled();
    assert.deepEqual(texts(), ["before", "after"]);
  });

  test("does not hold other frames", async () => {
    await thinking();
    server.apply([question()]);
    server.apply([[1, TOAST, "news"]]);
    await settled();
    assert.deepEqual(texts(), ["news"]);
  });

  test("of a suspended action is answered with its token; the dialog closes when the server begins to answer", async () => {
    await thinking();
    const ended = live.call(1, "save");
    server.apply([question("t")], 2);
    await settled();
    choose("yes");
    await settled();
    const [, call] = FakeSocket.last.got("CALL");
    assert.deepEqual([call!.component, call!.action, call!.args], [1, "@answer", { token: "t", choice: "yes" }]);
    assert.equal(shown.closed, 0);
    server.answer(call!.number, [[1, TOAST, "go on"]]);
    assert.equal(shown.closed, 1);
    server.answer(2);
    assert.deepEqual(await ended, { ok: true });
    assert.deepEqual(texts(), ["go on"]);
  });

  test("whose answer comes too late is told to the user", async () => {
    await thinking();
    const errors = trail(here.window, "live:call:error");
    server.apply([question("t")]);
    await settled();
    choose("yes");
    await settled();
    server.answer(2, [], ["confirm.answered", "page", "This question has been answered."]);
    await settled();
    assert.equal(errors[0]![1].refusal.code, "confirm.answered");
    assert.deepEqual(texts(), ["This question has been answered."]);
  });

  test("may be followed by another one of the same action", async () => {
    await thinking();
    server.apply([question("one")]);
    await settled();
    choose("yes");
    await settled();
    server.apply([question("two")], 2);
    await settled();
    assert.deepEqual([shown.closed, shown.asked.length], [1, 2]);
  });
});

describe("what the page asks by itself", () => {
  test("a reference that no component speaks is asked for by the page, number 0", async () => {
    await mounted();
    server.apply([
      [null, 30, "signed"],
      [3, 30, "other"],
    ]);
    assert.deepEqual(
      FakeSocket.last.got("CALL").map(({ component, action, args }) => [component, action, args]),
      [
        [0, "@perform", { token: "signed" }],
        [3, "@perform", { token: "other" }],
      ],
    );
  });

  test("a reference behind a button is asked for when it is pressed, and its answer is performed", async () => {
    await mounted();
    server.apply([[1, 4, "Saved", "info", null, false, null, [30, "signed"], "More"]]);
    assert.equal(FakeSocket.last.got("CALL").length, 0);
    shown.toasts[0].run();
    assert.deepEqual(FakeSocket.last.got("CALL")[0]!.args, { token: "signed" });
    server.answer(2, [[1, 4, "Performed"]]);
    assert.deepEqual(
      shown.toasts.map(({ message }) => message),
      ["Saved", "Performed"],
    );
  });

  test("a refresh asks for its component, all of them together with null", async () => {
    await mounted();
    server.apply([
      [3, 17],
      [3, 17, "parent"],
      [1, 17, "all", true],
    ]);
    assert.deepEqual(
      FakeSocket.last.got("CALL").map(({ component, action, args }) => [component, action, args]),
      [
        [0, "@refresh", { components: [3], delayed: false }],
        [0, "@refresh", { components: [1], delayed: false }],
        [0, "@refresh", { components: null, delayed: true }],
      ],
    );
  });

  test("a refusal is an event of the window, and an error for the developer", async () => {
    await mounted();
    const errors = trail(here.window, "live:call:error");
    server.apply([[null, 30, "forged"]]);
    server.answer(2, [], ["token.forged", "page", "This is not the token of a result."]);
    await settled();
    assert.deepEqual([errors[0]![1].action, errors[0]![1].refusal.code], ["@perform", "token.forged"]);
    assert.match(said.join(), /call\.token\.forged/);
  });
});
