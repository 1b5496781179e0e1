/** Bytes → plain data: msgpack, in one walk that also keeps the limits. What may not travel is refused where it stands. */
import { finite, refuse, safe, Tally, type Limits } from "./limits";
import { decodeText } from "./text";

/** The one value that `bytes` are. Raises `FrameRefused`. */
export function read(bytes: Uint8Array, limits: Limits): unknown {
  const reader = new Reader(bytes, limits);
  const value = reader.value(0);
  reader.end();
  return value;
}

type Read = (reader: Reader, code: number, depth: number) => unknown;
type Content = (reader: Reader, size: number, depth: number) => unknown;

const text: Content = (reader, size) => reader.text(size);
const bytes: Content = (reader, size) => reader.bytes(size);
const list: Content = (reader, size, depth) => reader.list(size, depth);
const map: Content = (reader, size, depth) => reader.map(size, depth);

const same = (codes: number, read: Read): Read[] => Array<Read>(codes).fill(read);
/** The code holds the size of what follows, which is below a power of two. */
const short = (below: number, content: Content): Read[] =>
  same(below, (reader, code, depth) => content(reader, code & (below - 1), depth));
/** The size of what follows comes after the code, in so many bytes. */
const sized = (widths: number[], content: Content): Read[] =>
  widths.map((width) => (reader, _code, depth) => content(reader, reader.natural(width), depth));

const natural =
  (width: number): Read =>
  (reader) =>
    reader.natural(width);
const integer =
  (width: number): Read =>
  (reader) =>
    reader.integer(width);
const float =
  (width: number): Read =>
  (reader) =>
    reader.float(width);
const extension: Read = () => refuse("Extension types are refused.");

/** How to go on after the first byte of a value, by that byte: the specification of msgpack from 0x00 to 0xff. */
const READERS: readonly Read[] = [
  ...same(128, (_reader, code) => code),
  ...short(16, map),
  ...short(16, list),
  ...short(32, text),
  () => null,
  () => refuse("Not msgpack: the byte 0xc1."),
  () => false,
  () => true,
  ...sized([1, 2, 4], bytes),
  ...same(3, extension),
  ...[4, 8].map(float),
  ...[1, 2, 4, 8].map(natural),
  ...[1, 2, 4, 8].map(integer),
  ...same(5, extension),
  ...sized([1, 2, 4], text),
  ...sized([2, 4], list),
  ...sized([2, 4], map),
  ...same(32, (_reader, code) => code - 256),
];

const isText = (code: number): boolean => code >> 5 === 5 || (code >= 0xd9 && code <= 0xdb);

class Reader {
  #bytes: Uint8Array;
  #view: DataView;
  #tally: Tally;
  #at = 0;

  constructor(bytes: Uint8Array, limits: Limits) {
    this.#tally = new Tally(limits);
    this.#tally.size(bytes.length);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  value(depth: number): unknown {
    this.#tally.count(depth);
    const code = this.#byte();
    return READERS[code]!(this, code, depth);
  }

  #byte(): number {
    const at = this.#take(1);
    return this.#bytes[at]!;
  }

  end(): void {
    if (this.#at < this.#bytes.length) refuse("Something follows the frame.");
  }

  natural(width: number): number {
    const at = this.#take(width);
    if (width === 1) return this.#view.getUint8(at);
    if (width === 2) return this.#view.getUint16(at);
    return width === 4 ? this.#view.getUint32(at) : safe(this.#view.getBigUint64(at));
  }

  integer(width: number): number {
    const at = this.#take(width);
    if (width === 1) return this.#view.getInt8(at);
    if (width === 2) return this.#view.getInt16(at);
    return width === 4 ? this.#view.getInt32(at) : safe(this.#view.getBigInt64(at));
  }

  float(width: number): number {
    const at = this.#take(width);
    return finite(width === 4 ? this.#view.getFloat32(at) : this.#view.getFloat64(at));
  }

  text(size: number): string {
    const at = this.#take(size);
    return decodeText(this.#bytes, at, this.#at) ?? refuse("A text is not UTF-8.");
  }

  bytes(size: number): Uint8Array {
    const at = this.#take(size);
    return this.#bytes.slice(at, this.#at);
  }

  list(size: number, depth: number): unknown[] {
    const list: unknown[] = [];
    for (; size > 0; size -= 1) list.push(this.value(depth + 1));
    return list;
  }

  map(size: number, depth: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    for (; size > 0; size -= 1) map[this.#key()] = this.value(depth + 1);
    return map;
  }

  #key(): string {
    const code = this.#byte();
    if (!isText(code)) refuse("The keys of a map must be strings.");
    const key = READERS[code]!(this, code, 0) as string;
    return key === "__proto__" ? refuse('A map may not have the key "__proto__".') : key;
  }

  /** Where the next `size` bytes begin. */
  #take(size: number): number {
    const at = this.#at;
    this.#at += size;
    return this.#at > this.#bytes.length ? refuse("The frame ends in its middle.") : at;
  }
}
