/**
 * Bytes ↔ frames. One frame is one msgpack array, kind first; values are nil, booleans, integers up to 2⁵³−1,
 * finite floats, strings, byte strings, arrays and maps with string keys. Anything else is refused, in both directions.
 */
import { decode as unpack, encode as pack } from "@msgpack/msgpack";
import { FrameRefused, fromArray, toArray, type PageFrame, type ServerFrame } from "./frames";

/** What a page may send (protocol/README.md §1); a server may send more. */
export interface Limits {
  bytes: number;
  depth: number;
  nodes: number;
}

export const PAGE_LIMITS: Limits = { bytes: 65_536, depth: 32, nodes: 10_000 };
const UNLIMITED: Limits = { bytes: Infinity, depth: Infinity, nodes: Infinity };

const refuse = (what: string): never => {
  throw new FrameRefused("frame.malformed", what);
};

const NO_EXTENSIONS = {
  tryToEncode: () => null,
  decode: () => refuse("Extension types are refused."),
};

const UNPACKING = {
  useBigInt64: true, // the only way to see that a 64 bit integer does not fit into a number
  extensionCodec: NO_EXTENSIONS,
  mapKeyConverter: (key: unknown) => (typeof key === "string" ? key : refuse("The keys of a map must be strings.")),
};

/** The bytes of a frame of this page. Raises `FrameRefused` when it holds what may not travel or is over a limit. */
export function encode(frame: PageFrame, limits: Limits = PAGE_LIMITS): Uint8Array<ArrayBuffer> {
  const bytes = pack(vet(toArray("page", frame), limits), { extensionCodec: NO_EXTENSIONS });
  return checkSize(bytes, limits) as Uint8Array<ArrayBuffer>;
}

/** The frame in a message of the server. Raises `FrameRefused`. */
export function decode(bytes: Uint8Array): ServerFrame {
  return fromArray("server", parse(bytes, UNLIMITED)) as ServerFrame;
}

/** The same for the other role; tools and tests play the server with it. */
export function encodeServer(frame: ServerFrame): Uint8Array<ArrayBuffer> {
  return pack(vet(toArray("server", frame), UNLIMITED), { extensionCodec: NO_EXTENSIONS }) as Uint8Array<ArrayBuffer>;
}

export function decodePage(bytes: Uint8Array, limits: Limits = PAGE_LIMITS): PageFrame {
  return fromArray("page", parse(bytes, limits)) as PageFrame;
}

function parse(bytes: Uint8Array, limits: Limits): unknown {
  checkSize(bytes, limits);
  try {
    return vet(unpack(bytes, UNPACKING), limits);
  } catch (error) {
    if (error instanceof FrameRefused) throw error;
    return refuse(`Not msgpack: ${(error as Error).message}`);
  }
}

function checkSize(bytes: Uint8Array, limits: Limits): Uint8Array {
  if (bytes.length > limits.bytes) {
    throw new FrameRefused("frame.too_large", `${bytes.length} bytes, and ${limits.bytes} are allowed.`);
  }
  return bytes;
}

/** `value` as it may travel: integers as numbers, absent as nil. Raises `FrameRefused` for what may not. */
function vet(value: unknown, limits: Limits): unknown {
  let nodes = -1; // the frame itself is not counted
  const visit = (value: unknown, depth: number): unknown => {
    if (depth > limits.depth) throw new FrameRefused("frame.too_deep", `Deeper than ${limits.depth} levels.`);
    if (++nodes > limits.nodes) throw new FrameRefused("frame.too_large", `More than ${limits.nodes} values.`);
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) return vetLeaf(value);
    if (Array.isArray(value)) return value.map((item) => visit(item, depth + 1));
    if (!isPlain(value))
      return refuse(`A ${value.constructor?.name ?? "strange"} object cannot travel; send plain data.`);
    const result: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      if (key === "__proto__") refuse('A map may not have the key "__proto__".');
      if (item !== undefined) result[key] = visit(item, depth + 1);
    }
    return result;
  };
  return visit(value, 0);
}

function vetLeaf(value: unknown): unknown {
  switch (typeof value) {
    case "undefined":
      return null;
    case "bigint":
      return Number.isSafeInteger(Number(value)) ? Number(value) : refuse(`The integer ${value} is too big.`);
    case "number":
      return Number.isFinite(value) ? value : refuse(`The number ${value} cannot travel.`);
    case "function":
    case "symbol":
      return refuse(`A ${typeof value} cannot travel.`);
    default:
      return value;
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
