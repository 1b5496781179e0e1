/** Our msgpack beside @msgpack/msgpack: the same bytes, the same values, and the same bytes taken for none. */
import assert from "node:assert/strict";
import { isUtf8 } from "node:buffer";
import { describe, test } from "node:test";
import { decode as unpack, encode as pack } from "@msgpack/msgpack";
import { FrameRefused } from "../src/wire/frames";
import { PAGE_LIMITS, SERVER_LIMITS } from "../src/wire/limits";
import { read } from "../src/wire/reader";
import { write } from "../src/wire/writer";
import { forSeeds, type Chance } from "./support/chance";

const BIGGEST = Number.MAX_SAFE_INTEGER;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const refuses = (code: string) => (error: unknown) => error instanceof FrameRefused && error.code === code;

describe("beside @msgpack/msgpack", () => {
  test("the same bytes are written, which both read as what was written", (context) => {
    forSeeds(context, 3_000, (chance) => {
      const value = chance.value();
      const bytes = write(value, SERVER_LIMITS);
      assert.equal(hex(bytes), hex(pack(value)));
      assert.deepEqual(read(bytes, SERVER_LIMITS), value);
      assert.deepEqual(unpack(bytes), value);
    });
  });

  test("every size and integer beside a border of msgpack has the same bytes", () => {
    const powers = [4, 5, 7, 8, 15, 16, 31, 32, 52, 53];
    const borders = powers.flatMap((power) => [2 ** power - 1, 2 ** power, 2 ** power + 1]);
    const integers = [0, ...borders.filter((border) => border <= BIGGEST)].flatMap((border) => [border, 0 - border]);
    const sizes = borders.filter((border) => border < 70_000);
    const values = [
      integers,
      ...sizes.map((size) => "x".repeat(size)),
      ...sizes.map((size) => "é".repeat(size)),
      ...sizes.map((size) => new Uint8Array(size)),
      ...sizes.map((size) => Array(size).fill(0)),
      ...sizes.map((size) => Object.fromEntries(Array.from({ length: size }, (_, index) => [`k${index}`, 0]))),
    ];
    for (const value of values) {
      const bytes = write(value, SERVER_LIMITS);
      assert.equal(hex(bytes.subarray(0, 99)), hex(pack(value).subarray(0, 99)));
      assert.deepEqual(read(bytes, SERVER_LIMITS), value);
    }
  });

  test("of bytes that went wrong, the same ones are taken, and for the same values", (context) => {
    let taken = 0;
    forSeeds(context, 5_000, (chance) => {
      const bytes = chance.of(randomBytes, mutated)(chance);
      const theirs = reading(() => expected(bytes));
      assert.deepEqual(
        reading(() => ({ value: read(bytes, SERVER_LIMITS) })),
        theirs,
        hex(bytes).slice(0, 400),
      );
      if (theirs) taken += 1;
    });
    assert.ok(taken > 500, `Only ${taken} of 5,000 were read at all.`);
  });
});

describe("reading", () => {
  /** The same in every form that msgpack has for it. */
  const FORMS: [value: unknown, ...forms: string[]][] = [
    [5, "05", "cc05", "cd0005", "ce00000005", "cf0000000000000005"],
    [5, "d005", "d10005", "d200000005", "d30000000000000005"],
    [-5, "fb", "d0fb", "d1fffb", "d2fffffffb", "d3fffffffffffffffb"],
    [BIGGEST, "cf001fffffffffffff", "d3001fffffffffffff"],
    [-BIGGEST, "d3ffe0000000000001"],
    [2 ** 32 + 1, "cf0000000100000001", "d30000000100000001"],
    [-(2 ** 32) - 1, "d3fffffffeffffffff"],
    [-0.5, "cabf000000", "cbbfe0000000000000"],
    [null, "c0"],
    [false, "c2"],
    [true, "c3"],
    ["é", "a2c3a9", "d902c3a9", "da0002c3a9", "db00000002c3a9"],
    [Uint8Array.of(7), "c40107", "c5000107", "c60000000107"],
    [[1], "9101", "dc000101", "dd0000000101"],
    [{ a: 1 }, "81a16101", "de0001a16101", "df00000001a16101", "81d9016101", "81db000000016101"],
  ];

  test("takes every form of a value", () => {
    for (const [value, ...forms] of FORMS)
      for (const form of forms) assert.deepEqual(read(bytesOf(form), SERVER_LIMITS), value, form);
  });

  test("refuses every one that is cut off, or that something follows", () => {
    for (const form of FORMS.flatMap(([, ...forms]) => forms)) {
      for (let end = 0; end < form.length; end += 2)
        assert.throws(() => read(bytesOf(form.slice(0, end)), SERVER_LIMITS), refuses("frame.malformed"), form);
      assert.throws(() => read(bytesOf(`${form}c0`), SERVER_LIMITS), refuses("frame.malformed"), form);
    }
  });

  test("refuses text that is not UTF-8, in values and keys, short and long", () => {
    const long = "61".repeat(40);
    for (const form of ["a1ff", "a2c0af", "a3eda080", "81a1ff01", `d929${long}ff`, `81d929${long}ff01`])
      assert.throws(() => read(bytesOf(form), SERVER_LIMITS), refuses("frame.malformed"), form);
  });

  test("leaves a byte order mark where it is", () => {
    for (const text of ["\ufeff", `\ufeff${"long ".repeat(50)}`])
      assert.equal(read(write(text, SERVER_LIMITS), SERVER_LIMITS), text);
  });

  test("takes keys that objects have by themselves for keys like any other", () => {
    const map = read(
      bytesOf(`83${["constructor", "toString", "prototype"].map(keyed).join("")}`),
      SERVER_LIMITS,
    ) as object;
    assert.deepEqual(Object.entries(map), [
      ["constructor", 1],
      ["toString", 1],
      ["prototype", 1],
    ]);
    assert.equal(Object.getPrototypeOf(map), Object.prototype);
  });

  test("refuses bytes that would nest until the stack ends, whatever they nest in", () => {
    for (const level of ["91", "81a161"])
      assert.throws(() => read(bytesOf(level.repeat(200_000)), SERVER_LIMITS), refuses("frame.too_deep"), level);
    assert.throws(() => read(bytesOf("81".repeat(200_000)), SERVER_LIMITS), refuses("frame.malformed"));
  });

  test("makes no room for what bytes only promise", () => {
    for (const promise of ["ddffffffff", "dfffffffff", "dbffffffff", "c6ffffffff"])
      assert.throws(() => read(bytesOf(promise), SERVER_LIMITS), refuses("frame.malformed"), promise);
  });

  test("looks only at the part of a buffer that it is given", () => {
    assert.equal(read(bytesOf("ffcd0507ff").subarray(1, 4), SERVER_LIMITS), 0x0507);
    assert.throws(() => read(bytesOf("ffcd0507").subarray(1, 3), SERVER_LIMITS), refuses("frame.malformed"));
  });

  const keyed = (key: string): string => `${hex(pack(key))}01`;
});

describe("writing", () => {
  test("makes the text of a browser from half a character", () => {
    for (const text of ["a \ud83d", "\udc4b and long".repeat(9)])
      assert.equal(read(write(text, SERVER_LIMITS), SERVER_LIMITS), text.replace(/[\ud83d\udc4b]/g, "\ufffd"));
  });

  test("refuses a list that holds itself", () => {
    const list: unknown[] = [];
    list.push(list);
    assert.throws(() => write(list, PAGE_LIMITS), refuses("frame.too_deep"));
  });

  test("is not disturbed by a frame that was refused before, or is written meanwhile", () => {
    const reentrant = {
      before: "text",
      get meanwhile() {
        assert.throws(() => write([1, 2, NaN], SERVER_LIMITS), refuses("frame.malformed"));
        return hex(write("another", SERVER_LIMITS));
      },
    };
    assert.deepEqual(read(write(reentrant, SERVER_LIMITS), SERVER_LIMITS), {
      before: "text",
      meanwhile: hex(pack("another")),
    });
  });

  test("gives bytes that later frames do not change", () => {
    const first = write("first", SERVER_LIMITS);
    write("other", SERVER_LIMITS);
    assert.equal(read(first, SERVER_LIMITS), "first");
  });
});

describe("limits", () => {
  const nested = (levels: number): unknown => (levels === 0 ? null : [nested(levels - 1)]);
  const cases: [what: string, fits: unknown, over: unknown, code: string][] = [
    ["65,536 bytes of text", "x".repeat(65_533), "x".repeat(65_534), "frame.too_large"],
    ["65,536 bytes of bytes", new Uint8Array(65_533), new Uint8Array(65_534), "frame.too_large"],
    ["65,536 bytes of é", "é".repeat(32_766), "é".repeat(32_767), "frame.too_large"],
    ["32 levels", nested(32), nested(33), "frame.too_deep"],
    ["10,000 values", Array(10_000).fill(0), Array(10_001).fill(0), "frame.too_large"],
    ["10,000 values of maps", Array(5_000).fill({ a: 1 }), Array(5_001).fill({ a: 1 }), "frame.too_large"],
  ];
  for (const [what, fits, over, code] of cases) {
    test(`${what} are read and written, one more is refused by both`, () => {
      assert.deepEqual(read(write(fits, PAGE_LIMITS), PAGE_LIMITS), fits);
      assert.throws(() => write(over, PAGE_LIMITS), refuses(code));
      assert.throws(() => read(pack(over), PAGE_LIMITS), refuses(code));
    });
  }
});

/** What `reader` reads; null where it refuses. Ours may raise nothing but `FrameRefused`. */
function reading<T>(reader: () => T): T | null {
  try {
    return reader();
  } catch (error) {
    if (error instanceof FrameRefused || error instanceof Theirs) return null;
    throw error;
  }
}

class Theirs extends Error {}
const refused = (): never => {
  throw new Theirs();
};

const utf8 = (raw: Uint8Array): string => (isUtf8(raw) ? Buffer.from(raw).toString() : refused());

const OPTIONS = {
  useBigInt64: true,
  extensionCodec: { tryToEncode: () => null, decode: refused },
  mapKeyConverter: (key: unknown) => (typeof key === "string" ? key : refused()),
  keyDecoder: {
    canBeCached: () => true,
    decode: (bytes: Uint8Array, at: number, size: number) => utf8(bytes.subarray(at, at + size)),
  },
};

/** What @msgpack/msgpack reads, less what the protocol refuses. It takes any bytes for text, so it reads twice. */
function expected(bytes: Uint8Array): { value: unknown } {
  try {
    return { value: strict(unpack(bytes, OPTIONS), unpack(bytes, { ...OPTIONS, rawStrings: true })) };
  } catch {
    return refused();
  }
}

/** A value as the protocol has it; `raw` is the same with the bytes of its texts. */
function strict(value: unknown, raw: unknown): unknown {
  if (typeof value === "string") return utf8(raw as Uint8Array);
  if (typeof value === "number") return Number.isFinite(value) ? value : refused();
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : refused();
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((item, index) => strict(item, (raw as unknown[])[index]));
  const raws = raw as Record<string, unknown>;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, strict(item, raws[key])]));
}

const randomBytes = (chance: Chance): Uint8Array =>
  Uint8Array.from({ length: chance.below(40) }, () => chance.below(256));

/** The bytes of a value, with a byte changed, added or taken away here and there. */
function mutated(chance: Chance): Uint8Array {
  const bytes = [...pack(chance.value(4))];
  for (let times = chance.below(4); times > 0; times -= 1) {
    const given = chance.of([], [chance.below(256)], [chance.below(256), chance.below(256)]);
    bytes.splice(chance.below(bytes.length + 1), chance.below(2), ...given);
  }
  return Uint8Array.from(bytes);
}
