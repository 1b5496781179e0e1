import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Connection, MOVES, type News } from "../src/wire/connection";
import { FrameRefused, type PageFrame, type ServerFrame } from "../src/wire/frames";

const WELCOME: ServerFrame = {
  kind: "WELCOME",
  token: "t",
  recovered: false,
  offset: 0,
  number: 0,
  heartbeat: 10,
  page: "p",
};
const call = (action = "go") => ({ kind: "CALL" as const, component: 3, action, args: {}, event: null, flags: null });
const answer = (offset: number, number: number): ServerFrame => ({
  kind: "ANSWER",
  stream: 0,
  offset,
  call: number,
  items: [],
  refusal: null,
});
const apply = (offset: number, stream: 0 | string = 0): ServerFrame => ({
  kind: "APPLY",
  stream,
  offset,
  items: [[null, 9, "n", offset]],
  call: null,
});

function connected(): Connection {
  const connection = new Connection("1");
  reconnect(connection, WELCOME);
  return connection;
}

function reconnect(connection: Connection, welcome: ServerFrame): News[] {
  if (connection.state !== "closed") connection.lost();
  connection.dial();
  connection.opened();
  connection.outgoing();
  return connection.receive(welcome);
}

function receive(connection: Connection, ...frames: ServerFrame[]): News[] {
  const news = frames.flatMap((frame) => connection.receive(frame));
  for (const one of news) if ("mark" in one && one.mark) connection.applied(one.mark);
  return news;
}

const kinds = (frames: PageFrame[]) =>
  frames.map((frame) => ("number" in frame ? `${frame.kind} ${frame.number}` : frame.kind));
const types = (news: News[]) => news.map(({ type }) => type);

describe("the connection", () => {
  test("says nothing but HELLO before it is welcomed", () => {
    const connection = new Connection("1");
    connection.send(call());
    connection.dial();
    connection.opened();
    assert.deepEqual(kinds(connection.outgoing()), ["HELLO"]);
    connection.receive(WELCOME);
    assert.deepEqual(kinds(connection.outgoing()), ["CALL 1"]);
  });

  test("refuses frames that may not come in its state", () => {
    const connection = new Connection("1");
    connection.dial();
    assert.throws(() => connection.receive(WELCOME), FrameRefused);
    connection.opened();
    assert.throws(() => connection.receive(apply(1)), FrameRefused);
    connection.receive(WELCOME);
    assert.throws(() => connection.receive(WELCOME), FrameRefused);
  });

  test("can be lost in every state", () => {
    for (const moves of Object.values(MOVES)) assert.equal(moves.lose, "closed");
  });

  test("acknowledges only what has been performed", () => {
    const connection = connected();
    const [first] = connection.receive(apply(1));
    connection.send(call());
    assert.deepEqual(
      connection.outgoing().map((frame) => "ack" in frame && frame.ack),
      [0],
    );
    connection.applied((first as Extract<News, { type: "apply" }>).mark);
    connection.send(call());
    assert.deepEqual(
      connection.outgoing().map((frame) => "ack" in frame && frame.ack),
      [1],
    );
  });

  test("drops what it has seen before, of its own stream and of topics", () => {
    const connection = connected();
    assert.equal(
      receive(connection, apply(1), apply(1), apply(5, "a"), apply(5, "a"), apply(9, "a"), apply(7, "a")).length,
      3,
    );
  });

  test("performs nothing between a gap and the answer that mends it, but tells how calls ended", () => {
    const connection = connected();
    connection.send(call());
    connection.outgoing();
    const news = receive(connection, apply(3));
    assert.deepEqual(types(news), ["gap"]);
    assert.deepEqual(kinds(connection.outgoing()), ["RESYNC 2"]);
    const [ended] = receive(connection, answer(4, 1));
    assert.deepEqual(ended, { type: "answer", items: [], call: 1, refusal: null, mark: null });
    assert.deepEqual(types(receive(connection, answer(5, 2), apply(6))), ["answer", "apply"]);
    assert.deepEqual(connection.receive({ kind: "PING", offset: 6, positions: null }), []);
  });

  test("gives up calls whose answers were in the gap", () => {
    const connection = connected();
    connection.send(call());
    connection.outgoing();
    receive(connection, apply(3));
    assert.deepEqual(receive(connection, answer(4, 2))[1], { type: "lost", calls: [1] });
  });

  test("finds out by a PING that something is missing", () => {
    const connection = connected();
    assert.deepEqual(types(connection.receive({ kind: "PING", offset: 2, positions: null })), ["gap"]);
    assert.deepEqual(kinds(connection.outgoing()), ["PONG", "RESYNC 1"]);
  });

  test("sends again what the server has not taken, with the same numbers, and nothing else", () => {
    const connection = connected();
    for (const action of ["a", "b", "c"]) connection.send(call(action));
    connection.outgoing();
    receive(connection, answer(1, 1));
    reconnect(connection, { ...WELCOME, recovered: true, offset: 1, number: 2 });
    assert.deepEqual(kinds(connection.outgoing()), ["CALL 3"]);
    assert.deepEqual(connection.outgoing(), []);
  });

  test("resumes with its token, what it has performed, and its places in the topics", () => {
    const connection = connected();
    receive(
      connection,
      { kind: "STREAMS", stream: 0, offset: 1, streams: { a: ["e", 4], b: ["e", 0] } },
      apply(9, "a"),
      apply(3, "unnamed"),
    );
    connection.receive(apply(2));
    connection.lost();
    connection.dial();
    connection.opened();
    assert.deepEqual(connection.outgoing(), [
      { kind: "HELLO", build: "1", resume: ["t", 1, { a: ["e", 9], b: ["e", 0] }], since: null, programs: null },
    ]);
  });

  test("follows only the topics that were named last, and keeps its place in those it knew", () => {
    const connection = connected();
    receive(
      connection,
      { kind: "STREAMS", stream: 0, offset: 1, streams: { a: ["e", 4], b: ["e", 0] } },
      apply(9, "a"),
    );
    receive(connection, { kind: "STREAMS", stream: 0, offset: 2, streams: { a: ["e", 6], c: ["f", 2] } });
    connection.receive({ kind: "PING", offset: 2, positions: null });
    assert.deepEqual(connection.outgoing(), [{ kind: "PONG", ack: 2, positions: null }]);
  });

  test("takes what is still on its way when it is told how far the server is", () => {
    const connection = connected();
    receive(connection, { kind: "STREAMS", stream: 0, offset: 1, streams: { a: ["e", 4] } });
    receive(connection, { kind: "STREAMS", stream: 0, offset: 2, streams: { a: ["e", 20], b: ["e", 20] } });
    assert.deepEqual(types(receive(connection, apply(5, "a"))), ["apply"]);
    assert.deepEqual(types(receive(connection, apply(20, "b"))), []);
  });

  test("begins at the new place when the history of a topic was lost", () => {
    const connection = connected();
    receive(connection, { kind: "STREAMS", stream: 0, offset: 1, streams: { a: ["e", 400] } });
    receive(connection, { kind: "STREAMS", stream: 0, offset: 2, streams: { a: ["f", 3] } });
    assert.deepEqual(types(receive(connection, apply(4, "a"))), ["apply"]);
  });

  test("begins anew when the session is lost, and says which calls will never be answered", () => {
    const connection = connected();
    connection.send(call());
    connection.send(call());
    connection.outgoing();
    const news = reconnect(connection, { ...WELCOME, token: "new" });
    assert.deepEqual(news[0], { type: "lost", calls: [1, 2] });
    assert.equal((news[1] as { restarted: boolean }).restarted, true);
    assert.equal(connection.send(call()), 1);
    assert.deepEqual(types(receive(connection, apply(1))), ["apply"]);
  });

  test("asks for everything when the server remembers less than the page has seen", () => {
    const connection = connected();
    receive(connection, apply(1), apply(2), apply(3));
    const news = reconnect(connection, { ...WELCOME, recovered: true, offset: 1 });
    assert.deepEqual(types(news), ["welcome", "gap"]);
    assert.deepEqual(connection.outgoing(), [{ kind: "RESYNC", number: 1, ack: 1, component: null, plain: null }]);
  });

  test("cancels a call once it was sent, also one that was cancelled before", () => {
    const connection = new Connection("1");
    connection.cancel(connection.send(call()));
    reconnect(connection, WELCOME);
    assert.deepEqual(kinds(connection.outgoing()), ["CALL 1", "CANCEL 1"]);
    connection.cancel(1);
    assert.deepEqual(connection.outgoing(), []);
  });

  test("repeats a cancellation that was made while the socket was gone", () => {
    const connection = connected();
    connection.send(call());
    connection.outgoing();
    connection.lost();
    connection.cancel(1);
    reconnect(connection, { ...WELCOME, recovered: true, number: 1 });
    assert.deepEqual(kinds(connection.outgoing()), ["CANCEL 1"]);
  });

  test("never sends again what was too large, and skips no number", () => {
    const connection = connected();
    connection.send(call("fine"));
    connection.send(call("huge"));
    connection.outgoing();
    connection.poison();
    const news = reconnect(connection, { ...WELCOME, recovered: true, number: 1 });
    assert.deepEqual(news[1], { type: "poisoned", call: 2 });
    assert.deepEqual(connection.outgoing(), [{ kind: "UNMOUNT", number: 2, ack: 0, components: [] }]);
  });

  test("is told why it is refused also before it is open, and may dial again", () => {
    const connection = new Connection("1");
    connection.dial();
    const bye: ServerFrame = { kind: "BYE", code: "bus.unavailable", message: "Redis is away.", retry_ms: 1000 };
    assert.deepEqual(connection.receive(bye), [
      { type: "bye", code: "bus.unavailable", message: "Redis is away.", retry: 1000 },
    ]);
    assert.deepEqual(connection.outgoing(), []);
    reconnect(connection, WELCOME);
    assert.equal(connection.state, "live");
  });

  test("hears nothing more after BYE", () => {
    const connection = connected();
    assert.deepEqual(types(connection.receive({ kind: "BYE", code: "server.draining", message: "", retry_ms: 5 })), [
      "bye",
    ]);
    assert.deepEqual(connection.receive(apply(1)), []);
  });
});

test("the first HELLO of a fresh page asks for what was said since it was rendered, later ones do not", () => {
  const connection = new Connection("1", 7);
  connection.dial();
  connection.opened();
  assert.deepEqual(connection.outgoing(), [{ kind: "HELLO", build: "1", resume: null, since: 7, programs: null }]);
  connection.receive({ kind: "WELCOME", token: "t", recovered: false, offset: 0, number: 0, heartbeat: 1, page: "p" });
  connection.lost();
  connection.dial();
  connection.opened();
  assert.equal((connection.outgoing()[0] as { since: number | null }).since, null);
});
