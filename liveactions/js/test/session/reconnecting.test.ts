import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { $, trail } from "../support/dom";
import { FakeSocket } from "../support/server";
import { ROOT, here, live, mounted, patch, reconnected, section, server, shown } from "./opened";

describe("after the connection was lost", () => {
  test("an unanswered call is sent again under its number, and answered once", async () => {
    await mounted();
    const ended = live.call(1, "increment");
    FakeSocket.last.cut();
    await reconnected({ recovered: true, offset: 1, number: 1 });
    assert.deepEqual(
      FakeSocket.last.got("CALL").map(({ number }) => number),
      [2],
    );
    assert.deepEqual(FakeSocket.last.got("HELLO")[0]!.resume, ["t1", 1, {}]);
    server.answer(2, [patch(1, section("<p>1</p>"))]);
    assert.deepEqual(await ended, { ok: true });
  });

  test("a call that the server has taken waits for its answer, and is not sent again", async () => {
    await mounted();
    const ended = live.call(1, "increment");
    FakeSocket.last.cut();
    await reconnected({ recovered: true, offset: 2, number: 2 });
    assert.equal(FakeSocket.last.got("CALL").length, 0);
    server.answer(2);
    assert.deepEqual(await ended, { ok: true });
  });

  test("calls that are made meanwhile go out in order", async () => {
    await mounted();
    FakeSocket.last.cut();
    void live.call(1, "a");
    void live.call(1, "b");
    await reconnected({ recovered: true, offset: 1, number: 1 });
    assert.deepEqual(
      FakeSocket.last.got("CALL").map(({ action, number }) => `${action} ${number}`),
      ["a 2", "b 3"],
    );
  });

  test("a session that is not found is mounted anew and asked for whole; lost calls are told", async () => {
    await mounted();
    const ended = live.call(1, "increment");
    FakeSocket.last.cut();
    server.offset = 0;
    await reconnected({ token: "t2", recovered: false });
    assert.equal((await ended).refusal!.code, "call.lost");
    assert.deepEqual(
      FakeSocket.last.sent.map(({ kind }) => kind),
      ["HELLO", "MOUNT", "RESYNC"],
    );
    assert.deepEqual(FakeSocket.last.got("MOUNT")[0], { kind: "MOUNT", number: 1, ack: 0, mounts: [["token-a", 0]] });
    server.answer(1);
    server.answer(2, [patch(1, section("<p>5</p>"))]);
    assert.equal($(here.body, "p").textContent, "5");
  });

  test("listeners and hooks hear of it", async () => {
    await mounted(ROOT.replace("<p>", '<p live-hook="Hook">'));
    const moments: string[] = [];
    live.hook("Hook", {
      disconnected: () => void moments.push("disconnected"),
      reconnected: () => void moments.push("reconnected"),
    });
    const events = trail(here.window, "live:disconnected", "live:connected");
    FakeSocket.last.cut();
    await reconnected({ recovered: true, offset: 1, number: 1 });
    assert.deepEqual(
      events.map(([name, { code, recovered }]) => [name, code ?? recovered]),
      [
        ["live:disconnected", 1006],
        ["live:connected", true],
      ],
    );
    assert.deepEqual(moments, ["disconnected", "reconnected"]);
    assert.deepEqual(shown.statuses, ["connecting", "live", "reconnecting", "live"]);
  });

  test("a frame that was too much for the server is not sent again", async () => {
    await mounted();
    const ended = live.call(1, "huge");
    FakeSocket.last.cut(4009);
    await reconnected({ recovered: true, offset: 1, number: 1 });
    assert.equal((await ended).refusal!.code, "frame.too_large");
    assert.deepEqual(
      FakeSocket.last.sent.map(({ kind }) => kind),
      ["HELLO", "UNMOUNT"],
    );
  });

  test("for good, calls are refused instead of waiting for ever", async () => {
    await mounted();
    const waiting = live.call(1, "a");
    FakeSocket.last.cut(4403);
    assert.equal((await waiting).refusal!.code, "call.lost");
    assert.equal((await live.call(1, "b")).refusal!.code, "call.lost");
    assert.equal(live.status, "closed");
  });
});
