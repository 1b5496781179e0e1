/** Plain data → bytes: msgpack, in one walk that also keeps the limits. What may not travel is refused where it stands. */
import { finite, refuse, safe, Tally, type Limits } from "./limits";
import { encodeText } from "./text";

/** The bytes of a value. Absent values are nil in lists and left out of maps. Raises `FrameRefused`. */
export function write(value: unknown, limits: Limits): Uint8Array<ArrayBuffer> {
  const writer = new Writer(limits);
  writer.value(value, 0);
  return writer.end();
}

/**
 * How msgpack says a size or a natural number. Below `short`: in the code itself, `code | size`. Else behind the code
 * `long`, `long + 1`, … of the narrowest width that holds it, 1, 2, 4, 8 bytes; `narrowest` is 1 where there is no code
 * for one byte.
 */
type Head = readonly [code: number, short: number, long: number, narrowest: 0 | 1];
const NATURAL: Head = [0x00, 128, 0xcc, 0];
const MAP: Head = [0x80, 16, 0xdd, 1];
const LIST: Head = [0x90, 16, 0xdb, 1];
const TEXT: Head = [0xa0, 32, 0xd9, 0];
const BYTES: Head = [0x00, 0, 0xc4, 0];
const NEGATIVE = 0xd0;
const FLOAT = 0xcb;

/** The power of two of the narrowest width that holds a natural number. */
const powerOf = (size: number): number => (size < 2 ** 8 ? 0 : size < 2 ** 16 ? 1 : size < 2 ** 32 ? 2 : 3);

type Write = (writer: Writer, value: never, depth: number) => void;

const WRITERS: { [Type: string]: Write } = {
  undefined: (writer) => writer.byte(0xc0),
  boolean: (writer, value: boolean) => writer.byte(value ? 0xc3 : 0xc2),
  number: (writer, value: number) => writer.number(value),
  bigint: (writer, value: bigint) => writer.bigint(value),
  string: (writer, value: string) => writer.text(value),
  object: (writer, value: object | null, depth) => writer.object(value, depth),
};

/** Room that no writer uses just now; making some anew takes longer than writing a frame. */
let spare: Uint8Array<ArrayBuffer> | undefined;

class Writer {
  #tally: Tally;
  #bytes = spare ?? new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #size = 0;

  constructor(limits: Limits) {
    this.#tally = new Tally(limits);
    spare = undefined;
  }

  /** What was written. The writer is done with it. */
  end(): Uint8Array<ArrayBuffer> {
    spare = this.#bytes;
    return spare.slice(0, this.#size);
  }

  value(value: unknown, depth: number): void {
    this.#tally.count(depth);
    const write = WRITERS[typeof value] ?? refuse(`A ${typeof value} cannot travel.`);
    write(this, value as never, depth);
  }

  byte(byte: number): void {
    const at = this.#claim(1);
    this.#bytes[at] = byte;
  }

  number(value: number): void {
    if (!Number.isSafeInteger(value)) this.#float(value);
    else if (value >= 0) this.#head(NATURAL, value);
    else if (value >= -32) this.byte(value);
    else this.#long(NEGATIVE, value, powerOf(-2 * value - 1)); // one bit of the width is the sign
  }

  bigint(value: bigint): void {
    this.number(safe(value));
  }

  /** How long a text is, is known once it is written: it is put behind the longest head, and then moved to its own. */
  text(value: string): void {
    this.#tally.size(this.#size + value.length); // no room is made for what is refused anyway
    const at = this.#size + 5;
    this.#reserve(at + 3 * value.length);
    const length = encodeText(value, this.#bytes, at);
    this.#head(TEXT, length);
    const place = this.#claim(length);
    this.#bytes.copyWithin(place, at, at + length);
  }

  object(value: object | null, depth: number): void {
    if (value === null) this.byte(0xc0);
    else if (Array.isArray(value)) this.#list(value, depth);
    else if (value instanceof Uint8Array) this.#binary(value);
    else if (isPlain(value)) this.#map(value, depth);
    else refuse(`A ${value.constructor?.name ?? "strange"} object cannot travel; send plain data.`);
  }

  #list(list: unknown[], depth: number): void {
    this.#head(LIST, list.length);
    for (const item of list) this.value(item, depth + 1);
  }

  #map(map: Record<string, unknown>, depth: number): void {
    const keys = Object.keys(map).filter((key) => map[key] !== undefined);
    this.#head(MAP, keys.length);
    for (const key of keys) {
      this.text(key === "__proto__" ? refuse('A map may not have the key "__proto__".') : key);
      this.value(map[key], depth + 1);
    }
  }

  #binary(value: Uint8Array): void {
    this.#head(BYTES, value.length);
    const at = this.#claim(value.length);
    this.#bytes.set(value, at);
  }

  #float(value: number): void {
    this.byte(FLOAT);
    const at = this.#claim(8);
    this.#view.setFloat64(at, finite(value));
  }

  #head([code, short, long, narrowest]: Head, size: number): void {
    if (size < short) this.byte(code | size);
    else this.#long(long, size, Math.max(narrowest, powerOf(size)));
  }

  /** The code of a width, and an integer of that width; what does not fit of a negative one is its sign. */
  #long(code: number, value: number, power: number): void {
    this.byte(code + power);
    const at = this.#claim(1 << power);
    if (power === 0) this.#view.setUint8(at, value);
    else if (power === 1) this.#view.setUint16(at, value);
    else if (power === 2) this.#view.setUint32(at, value);
    else this.#view.setBigInt64(at, BigInt(value));
  }

  /** Where the next `size` bytes go; there is room for them, which may be elsewhere than before. */
  #claim(size: number): number {
    const at = this.#size;
    this.#size += size;
    this.#tally.size(this.#size);
    this.#reserve(this.#size);
    return at;
  }

  #reserve(size: number): void {
    if (size <= this.#bytes.length) return;
    const bytes = new Uint8Array(2 * size);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** Whether an object is made by `{}`, of this window or another one. */
function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
