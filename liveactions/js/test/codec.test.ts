import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decode, encode, PAGE_LIMITS } from "../src/wire/codec";
import { fromArray, FrameRefused, toArray, type PageFrame, type ServerFrame } from "../src/wire/frames";
import { forSeeds } from "./support/chance";
import { decodePage, encodeServer } from "./support/codec";

const refuses = (code: string) => (error: unknown) => error instanceof FrameRefused && error.code === code;
const call = (args: Record<string, unknown>): PageFrame => ({
  kind: "CALL",
  number: 1,
  ack: 0,
  component: 3,
  action: "save",
  args,
  event: null,
  flags: null,
});

describe("the codec", () => {
  test("decodes what it has encoded, whatever the arguments are", (context) => {
    forSeeds(context, 300, (chance) => {
      const frame = call({ value: chance.value() });
      const limits = { ...PAGE_LIMITS, bytes: Infinity, nodes: Infinity };
      assert.deepEqual(decodePage(encode(frame, limits), limits), frame);
    });
  });

  test("lets only frames or refusals come out of mutated bytes", () => {
    const whole = encodeServer({
      kind: "APPLY",
      stream: "team.7",
      offset: 7,
      items: [[3, 4, "Shipped", { a: [1, "x"] }]],
      call: null,
    });
    for (let index = 0; index < whole.length; index += 1) {
      for (let byte = 0; byte < 256; byte += 1) {
        const bytes = whole.slice();
        bytes[index] = byte;
        try {
          decode(bytes);
        } catch (error) {
          assert.ok(error instanceof FrameRefused, `byte ${index} = ${byte}: ${String(error)}`);
        }
      }
    }
  });

  test("leaves out trailing fields that are nil and ignores unknown ones", () => {
    assert.deepEqual(toArray("page", call({})), [4, 1, 0, 3, "save", {}]);
    assert.deepEqual(fromArray("server", [1, 7, null, "from the future"]), {
      kind: "PING",
      offset: 7,
      positions: null,
    });
  });

  test("refuses what a page may not send before it is sent", () => {
    assert.throws(() => encode(call({ text: "x".repeat(65_536) })), refuses("frame.too_large"));
    let deep: unknown = 1;
    for (let level = 0; level < 40; level += 1) deep = [deep];
    assert.throws(() => encode(call({ deep })), refuses("frame.too_deep"));
    assert.throws(() => encode(call({ many: Array(10_001).fill(0) })), refuses("frame.too_large"));
  });

  test("refuses objects that would silently become something else", () => {
    for (const value of [new Date(), new Map(), /x/, () => 1, Symbol("x"), NaN, -Infinity, 2n ** 60n]) {
      assert.throws(() => encode(call({ value })), refuses("frame.malformed"), String(value));
    }
  });

  test("takes absent values as nil and leaves them out of maps", () => {
    const frame = decodePage(encode(call({ list: [undefined, 1], gone: undefined })));
    assert.deepEqual((frame as { args: unknown }).args, { list: [null, 1] });
  });

  test("refuses the key __proto__ in both directions", () => {
    const args = JSON.parse('{"__proto__": {"admin": true}}') as Record<string, unknown>;
    assert.throws(() => encode(call(args)), refuses("frame.malformed"));
    const bytes = Buffer.from("940300019194c009a17881a9" + Buffer.from("__proto__").toString("hex") + "01", "hex");
    assert.throws(() => decode(bytes), refuses("frame.malformed"));
    assert.equal(({} as { admin?: boolean }).admin, undefined);
  });

  test("refuses frames whose fields hold something else than they may", () => {
    const wrong: unknown[][] = [
      [0, "t", "yes", 0, 0, 10, "p"],
      [3, 1, 1, []],
      [3, 0, 1, [3]],
      [3, 0, -1, []],
      [4, 0, 1, 1, [], ["code"]],
      [5, 0, 1, { a: ["e"] }],
      [5, 0, 1, []],
    ];
    for (const array of wrong)
      assert.throws(() => fromArray("server", array), refuses("frame.malformed"), JSON.stringify(array));
  });

  test("takes what a page may not send from a server, but not what would end the stack", () => {
    const apply = (value: unknown): ServerFrame => ({
      kind: "APPLY",
      stream: 0,
      offset: 1,
      items: [[null, 9, "x", value]],
      call: null,
    });
    const nested = (levels: number): unknown => (levels === 0 ? null : [nested(levels - 1)]);
    for (const value of ["x".repeat(70_000), Array(10_001).fill(0), nested(100)])
      assert.deepEqual(decode(encodeServer(apply(value))), apply(value));
    assert.throws(() => encodeServer(apply(nested(600))), refuses("frame.too_deep"));
    const deep = Buffer.from(`940300019194c009a178${"91".repeat(100_000)}c0`, "hex");
    assert.throws(() => decode(deep), refuses("frame.too_deep"));
  });

  test("gives integers of 64 bits as numbers", () => {
    const frame: ServerFrame = { kind: "PING", offset: 2 ** 40, positions: null };
    assert.deepEqual(decode(encodeServer(frame)), frame);
  });
});
