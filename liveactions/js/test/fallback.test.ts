import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { BLOCKED, Fallback, TRIES } from "../src/fallback";
import type { Transport } from "../src/ports";
import { encode } from "../src/wire/codec";
import { fromLine, toLine } from "../src/wire/lines";
import { PAGE_LIMITS, SERVER_LIMITS } from "../src/wire/limits";
import { read } from "../src/wire/reader";
import { Clock } from "./support/clock";
import { page, quiet, settled, type Page } from "./support/dom";
import { FakeSocket } from "./support/server";

/** One request of the page, and what is answered. */
interface Asked {
  url: string;
  init: RequestInit;
  answer: (response: Response) => void;
  fail: () => void;
}

let here: Page;
let clock: Clock;
let asked: Asked[];
let fallback: Fallback;
let transport: Transport;
let told: unknown[];
let better: number;
let say: (text: string) => void;
let send: (bytes: Uint8Array) => void;
let end: () => void;

const posts = () => asked.filter(({ init }) => init.method === "POST");
const taken = () => posts().at(-1)!.answer(new Response(null, { status: 204 }));

function streamed(): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      send = (bytes) => controller.enqueue(bytes);
      say = (text) => send(new TextEncoder().encode(text));
      end = () => controller.close();
    },
  });
  return new Response(body, { headers: { "Content-Type": "text/event-stream; charset=utf-8" } });
}

function open(): void {
  transport = fallback.open();
  transport.onopen = () => told.push("open");
  transport.onmessage = ({ data }) => told.push(read(new Uint8Array(data as ArrayBuffer), SERVER_LIMITS));
  transport.onclose = ({ code }) => told.push(code);
}

async function opened(): Promise<void> {
  open();
  asked.at(-1)!.answer(streamed());
  say("event: open\ndata: the-address\n\n");
  await settled();
}

beforeEach(() => {
  here = page();
  clock = new Clock(here.window);
  asked = [];
  told = [];
  better = 0;
  FakeSocket.all = [];
  Object.assign(here.window, {
    WebSocket: FakeSocket,
    AbortController,
    fetch: (url: string, init: RequestInit) =>
      new Promise((answer, reject) => asked.push({ url, init, answer, fail: () => reject(new TypeError("failed")) })),
  });
  fallback = new Fallback("ws://desk.test/live/", "liveactions.1", here.window, () => (better += 1));
});

describe("the event stream", () => {
  test("has the face of a WebSocket: it opens, brings frames, and closes with the code that the server says", async () => {
    await opened();
    assert.equal(asked[0]!.url, "http://desk.test/live/stream?liveactions.1");
    assert.equal(transport.readyState, 1);
    say('data: [0,"t",true,1,2,10000,"p"]\n\ndata: [3,"@all",1,[[null,20,7,{"$bytes":"00ff"}]]]\n');
    await settled();
    say("\n");
    say("event: close\ndata: 4401\n\n");
    await settled();
    const bytes = new Uint8Array([0, 255]);
    assert.deepEqual(told, [
      "open",
      [0, "t", true, 1, 2, 10000, "p"],
      [3, "@all", 1, [[null, 20, 7, bytes]]],
      4401,
    ]);
    assert.equal(transport.readyState, 3);
  });

  test("puts a letter together again that the network has cut in two", async () => {
    await opened();
    const bytes = new TextEncoder().encode('data: ["é"]\n\n');
    for (const byte of bytes) send(Uint8Array.of(byte));
    await settled();
    assert.deepEqual(told, ["open", ["é"]]);
  });

  test("that just ends, or is no stream, is a socket that broke", async () => {
    await opened();
    end();
    await settled();
    open();
    asked.at(-1)!.answer(new Response("<h1>Proxy</h1>", { headers: { "Content-Type": "text/html" } }));
    await settled();
    open();
    asked.at(-1)!.fail();
    await settled();
    assert.deepEqual(told, ["open", 1006, 1006, 1006]);
  });

  test("that was closed says nothing more, and its request is ended", async () => {
    await opened();
    transport.close();
    assert.ok(asked[0]!.init.signal!.aborted);
    say('data: [1,0]\n\nevent: close\ndata: 4001\n\n');
    await settled();
    assert.deepEqual(told, ["open"]);
  });

  test("that is held back on the way is told as a diagnostic", async () => {
    const said = quiet();
    open();
    asked[0]!.answer(streamed());
    await settled();
    clock.pass(3_000);
    assert.match(said.join(), /connection\.blocked/);
  });
});

describe("posts", () => {
  const pong = (ack: number) => encode({ kind: "PONG", ack, positions: null });

  test("say the frames as lines, to the address that the stream has said", async () => {
    await opened();
    transport.send(pong(7));
    const [{ url, init }] = posts() as [Asked];
    assert.equal(url, "http://desk.test/live/frames");
    assert.equal((init.headers as Record<string, string>)["X-Live-Stream"], "the-address");
    assert.equal(init.body, "[1,7]");
    assert.equal(init.keepalive, true);
  });

  test("go one after the other, each with all that was said meanwhile, in order", async () => {
    await opened();
    for (const ack of [1, 2, 3]) transport.send(pong(ack));
    assert.deepEqual(posts().map(({ init }) => init.body), ["[1,1]"]);
    taken();
    await settled();
    assert.deepEqual(posts().map(({ init }) => init.body), ["[1,1]", "[1,2]\n[1,3]"]);
  });

  test("hold a long frame alone, which could not be kept alive when the page is left", async () => {
    await opened();
    transport.send(pong(1));
    const text = "x".repeat(20_000);
    transport.send(encode({ kind: "SET", number: 1, ack: 0, component: 1, values: { text } }));
    transport.send(pong(2));
    taken();
    await settled();
    assert.equal(posts()[1]!.init.keepalive, false);
    taken();
    await settled();
    assert.equal(posts()[2]!.init.body, "[1,2]");
  });

  test("take as much as the site allows, which may be more than usual", async () => {
    await opened();
    const text = "x".repeat(100_000);
    const frame = { kind: "SET", number: 1, ack: 0, component: 1, values: { text } } as const;
    transport.send(encode(frame, { ...PAGE_LIMITS, bytes: 200_000 }));
    assert.equal(posts()[0]!.init.body, `[5,1,0,1,{"text":"${text}"}]`);
  });

  test("that are refused end the stream as the server says", async () => {
    await opened();
    transport.send(pong(1));
    const refusal = 'data: [2,"frame.too_large","Too much."]\n\nevent: close\ndata: 4009\n\n';
    posts()[0]!.answer(
      new Response(refusal, { status: 413, headers: { "Content-Type": "text/event-stream; charset=utf-8" } }),
    );
    await settled();
    assert.deepEqual(told, ["open", [2, "frame.too_large", "Too much."], 4009]);
  });

  test("that nobody answers end it too: whether they arrived, the next stream finds out", async () => {
    await opened();
    transport.send(pong(1));
    transport.send(pong(2));
    posts()[0]!.fail();
    await settled();
    assert.deepEqual(told, ["open", 1006]);
    assert.equal(posts().length, 1);
  });

  test("say a last word when the page is left and its stream has just been ended", async () => {
    await opened();
    end();
    await settled();
    here.window.dispatchEvent(Object.assign(new here.window.Event("pagehide"), { persisted: false }));
    assert.equal(posts().at(-1)!.init.body, "[2]");
  });
});

describe("WebSockets that were blocked", () => {
  test("are remembered for the next page, and tried again after growing times", async () => {
    await opened();
    assert.equal(here.window.sessionStorage.getItem(BLOCKED), "1");
    const looked = 3_000; // whether the stream is held back
    clock.pass(looked);
    let wait = TRIES.first - looked;
    for (let tries = 1; tries <= 8; tries += 1) {
      assert.equal(clock.next, wait);
      clock.pass(wait);
      assert.equal(FakeSocket.all.length, tries);
      wait = Math.min(TRIES.last, TRIES.first * 2 ** tries);
    }
    assert.equal(better, 0);
  });

  test("are gone back to as soon as one opens", async () => {
    await opened();
    clock.pass(TRIES.first);
    FakeSocket.last.open();
    assert.equal(better, 1);
    assert.equal(FakeSocket.last.closedWith, 1000);
    assert.equal(here.window.sessionStorage.getItem(BLOCKED), null);
  });

  test("are not tried by a page whose stream was closed", async () => {
    await opened();
    transport.close();
    clock.pass(TRIES.last);
    assert.equal(FakeSocket.all.length, 0);
  });
});

describe("a line", () => {
  const pairs: [unknown, string][] = [
    [new Uint8Array([0, 255]), '{"$bytes":"00ff"}'],
    [{ $bytes: "00ff" }, '{"$$bytes":"00ff"}'],
    [{ $$bytes: 1 }, '{"$$$bytes":1}'],
    [{ $bytes: 1, more: 2 }, '{"$bytes":1,"more":2}'],
    [[null, true, 1.5, "é", []], '[null,true,1.5,"é",[]]'],
  ];
  for (const [value, line] of pairs)
    test(`${line} is read as it was written`, () => {
      assert.equal(toLine(value), line);
      assert.deepEqual(fromLine(line), value);
    });

  test("that is not JSON is refused", () => {
    assert.throws(() => fromLine("{"), { code: "frame.malformed" });
  });
});
