import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decode, decodePage, encode, encodeServer, PAGE_LIMITS } from "../src/wire/codec";
import { fromArray, FrameRefused, toArray, type PageFrame, type ServerFrame } from "../src/wire/frames";

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

/** A generator of plain values from a seed, so that a failure can be repeated. */
function values(seed: number): () => unknown {
  const next = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below;
  const leaf: (() => unknown)[] = [
    () => null,
    () => next(2) === 1,
    () => next(2 ** 31) - 2 ** 30,
    () => Number.MAX_SAFE_INTEGER - next(1000),
    () => next(1000) / 7,
    () => "aé👋\u0000".repeat(next(20)),
    () => new Uint8Array(next(40)).fill(next(256)),
  ];
  const value = (depth: number): unknown => {
    const kind = next(depth > 4 ? 7 : 9);
    if (kind === 7) return Array.from({ length: next(5) }, () => value(depth + 1));
    if (kind === 8)
      return Object.fromEntries(
        Array.from({ length: next(5) }, (_, index) => [`k${index}${next(9)}`, value(depth + 1)]),
      );
    return leaf[kind]!();
  };
  return () => value(0);
}

describe("the codec", () => {
  test("decodes what it has encoded, whatever the arguments are", () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const frame = call({ value: values(seed)() });
      assert.deepEqual(
        decodePage(encode(frame, { ...PAGE_LIMITS, bytes: Infinity }), { ...PAGE_LIMITS, bytes: Infinity }),
        frame,
        `seed ${seed}`,
      );
    }
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
    const bytes = new Uint8Array([
      0x95,
      3,
      0,
      1,
      0x91,
      0x94,
      0xc0,
      9,
      0xa1,
      0x78,
      0x81,
      0xa9,
      ...new TextEncoder().encode("__proto__"),
      1,
      0xc0,
    ]);
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

  test("gives integers of 64 bits as numbers", () => {
    const frame: ServerFrame = { kind: "PING", offset: 2 ** 40, positions: null };
    assert.deepEqual(decode(encodeServer(frame)), frame);
  });
});
