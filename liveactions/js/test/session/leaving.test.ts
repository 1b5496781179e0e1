import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Ui } from "../../src/ports";
import { settled } from "../support/dom";
import { FakeSocket } from "../support/server";
import { ROOT, begin, here, live, mounted, open, said, server, shown, silent } from "./opened";

describe("what a page leaves to the next one of its tab", () => {
  const LEFT = "liveactions.unanswered";
  const hide = (persisted: boolean) =>
    here.window.dispatchEvent(Object.assign(new here.window.Event("pagehide"), { persisted }));
  const sockets = () => FakeSocket.all;

  /** The next page, in which the same tab keeps its storage. */
  async function next(): Promise<FakeSocket> {
    const kept = here.window.sessionStorage.getItem(LEFT);
    live.stop();
    await settled();
    open(ROOT);
    live.stop();
    FakeSocket.all = [];
    if (kept !== null) here.window.sessionStorage.setItem(LEFT, kept);
    begin({ ui: uiOf() });
    await settled();
    return sockets()[1]!;
  }
  const uiOf = (): Ui => ({ ...silent, toast: (detail) => void shown.toasts.push(detail) });
  const welcome = (socket: FakeSocket, number: number, recovered = true) => {
    socket.open();
    socket.say({ kind: "WELCOME", token: "t2", recovered, offset: 4, number, heartbeat: 10_000, page: "p1" });
  };
  const answer = (socket: FakeSocket, call: number, items: unknown[] = [], refusal: unknown = null) =>
    socket.say({ kind: "ANSWER", stream: 0, offset: 5, call, items, refusal } as never);

  test("is nothing, and good-bye is said, when every action is answered", async () => {
    await mounted();
    hide(false);
    assert.equal(here.window.sessionStorage.getItem(LEFT), null);
    assert.equal(FakeSocket.last.got("BYE").length, 1);
  });

  test("are its calls, sent by their numbers as far as the server has not taken them", async () => {
    await mounted();
    void live.call(1, "first", {});
    void live.call(1, "second", { by: 2 });
    hide(false);
    assert.equal(FakeSocket.last.got("BYE").length, 0);
    const errand = await next();
    assert.equal(here.window.sessionStorage.getItem(LEFT), null, "a duplicate of this tab has nothing to do");
    welcome(errand, 2);
    assert.deepEqual(errand.got("HELLO")[0]!.resume, ["t1", 1, {}]);
    assert.deepEqual(
      errand.got("CALL").map(({ number, action, args }) => [number, action, args]),
      [[3, "second", { by: 2 }]],
    );
    answer(errand, 2);
    assert.equal(errand.closedWith, null);
    answer(errand, 3, [[1, 4, "Saved", "success"]]);
    await settled();
    assert.equal(shown.toasts[0].message, "Saved");
    assert.equal(errand.got("BYE").length, 1);
    assert.notEqual(errand.closedWith, null);
  });

  test("are told as lost when the server knows nothing of them any more", async () => {
    await mounted();
    void live.call(1, "first", {});
    hide(false);
    const errand = await next();
    welcome(errand, 0, false);
    assert.deepEqual(
      shown.toasts.map(({ code, level }) => [code, level]),
      [["call.lost", "error"]],
    );
    assert.equal(errand.got("CALL").length, 0);
  });

  test("are tried again after a cut, under the newest token", async () => {
    await mounted();
    void live.call(1, "first", {});
    hide(false);
    const errand = await next();
    welcome(errand, 1);
    errand.cut();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const again = sockets().at(-1)!;
    assert.notEqual(again, errand);
    welcome(again, 2);
    assert.deepEqual(again.got("HELLO")[0]!.resume, ["t2", 1, {}]);
    answer(again, 2, [], ["x.y", "application", "No.", null]);
    assert.match(said.at(-1)!, /call\.x\.y/);
  });

  test("are left again by a page that could not finish them", async () => {
    await mounted();
    void live.call(1, "first", {});
    hide(false);
    await next();
    hide(false);
    const errand = await next();
    welcome(errand, 1);
    assert.equal(errand.got("CALL").length, 1);
  });

  test("are taken back by a page that comes out of the browser's cache", async () => {
    await mounted();
    void live.call(1, "first", {});
    hide(true);
    assert.notEqual(here.window.sessionStorage.getItem(LEFT), null);
    here.window.dispatchEvent(Object.assign(new here.window.Event("pageshow"), { persisted: true }));
    assert.equal(here.window.sessionStorage.getItem(LEFT), null);
    server.welcome({ recovered: true, number: 1 });
    assert.deepEqual(
      FakeSocket.last.got("CALL").map(({ number }) => number),
      [2],
    );
  });

  test("end quietly in a page that comes back and finds them taken over", async () => {
    await mounted();
    const call = live.call(1, "first", {});
    hide(true);
    here.window.sessionStorage.removeItem(LEFT);
    here.window.dispatchEvent(Object.assign(new here.window.Event("pageshow"), { persisted: true }));
    assert.equal((await call).refusal!.code, "call.cancelled");
    assert.deepEqual(shown.toasts, []);
  });

  test("are not for another user", async () => {
    await mounted();
    const call = live.call(1, "first", {});
    FakeSocket.last.say({ kind: "BYE", code: "user.changed", message: "Signed out.", retry_ms: null });
    FakeSocket.last.cut(4401);
    assert.equal((await call).refusal!.code, "call.cancelled");
    hide(false);
    assert.equal(here.window.sessionStorage.getItem(LEFT), null);
  });

  test("are told as lost when they are too much to be kept", async () => {
    await mounted();
    void live.call(1, "first", { text: "x".repeat(60_000) });
    void live.call(1, "second", { text: "x".repeat(60_000) });
    hide(false);
    assert.ok(here.window.sessionStorage.getItem(LEFT)!.length < 1000);
    await next();
    assert.equal(shown.toasts[0].code, "call.lost");
  });
});
