/**
 * The frames of the protocol, as two tables: for each kind its name and, in order, its fields with what they may hold.
 * `protocol/README.md` §3 and §4 are the same tables in prose. Everything else about frames follows from here.
 */

/** Stream 0 is the page session's own; every other stream is a topic, named by a string. */
export type Stream = 0 | string;
export type Place = [epoch: string, offset: number];
export type Item = [scope: number | null, word: number, ...fields: unknown[]];
export type WireRefusal = [code: string, fault: string, message: string, detail?: Record<string, unknown> | null];
export type Resume = [token: string, ack: number, positions?: Record<string, Place> | null];

export interface PageFields {
  HELLO: { build: string; resume: Resume | null; since: number | null; programs: boolean | null };
  PONG: { ack: number; positions: Record<string, number> | null };
  BYE: {};
  MOUNT: { number: number; ack: number; mounts: [token: string, base: number][] };
  CALL: {
    number: number;
    ack: number;
    component: number;
    action: string;
    args: Record<string, unknown>;
    event: Record<string, unknown> | null;
    flags: Record<string, unknown> | null;
  };
  SET: { number: number; ack: number; component: number; values: Record<string, unknown> };
  CANCEL: { number: number };
  RESYNC: { number: number; ack: number; component: number | null; plain: boolean | null };
  UNMOUNT: { number: number; ack: number; components: number[] };
}

export interface ServerFields {
  WELCOME: { token: string; recovered: boolean; offset: number; number: number; heartbeat: number; page: string };
  PING: { offset: number; positions: Record<string, number> | null };
  BYE: { code: string; message: string; retry_ms: number | null };
  APPLY: { stream: Stream; offset: number; items: Item[]; call: number | null };
  ANSWER: { stream: Stream; offset: number; call: number; items: Item[]; refusal: WireRefusal | null };
  STREAMS: { stream: Stream; offset: number; streams: Record<string, Place> };
}

type Kinds<Fields> = { [Name in keyof Fields]: { kind: Name } & Fields[Name] };
type AnyOf<Fields> = Kinds<Fields>[keyof Fields];
export type PageFrame = AnyOf<PageFields>;
export type ServerFrame = AnyOf<ServerFields>;
export type ServerFrameOf<Name extends keyof ServerFields> = Kinds<ServerFields>[Name];

type Check = (value: unknown) => boolean;
type Layout<Fields> = readonly {
  [Name in keyof Fields]: readonly [Name, { [Field in keyof Fields[Name]]: Check }];
}[keyof Fields][];

const text: Check = (value) => typeof value === "string";
const flag: Check = (value) => typeof value === "boolean";
const list: Check = Array.isArray;
const count: Check = (value) => Number.isInteger(value) && (value as number) >= 0;
const map: Check = (value) =>
  typeof value === "object" && value !== null && !list(value) && !(value instanceof Uint8Array);
const stream: Check = (value) => value === 0 || (text(value) && value !== "");
const scope: Check = (value) => value === null || count(value);
const maybe =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    list(value) && (value as unknown[]).every(check);
const mapOf =
  (check: Check): Check =>
  (value) =>
    map(value) && Object.values(value as object).every(check);
const row =
  (...checks: Check[]): Check =>
  (value) =>
    list(value) && checks.every((check, index) => check((value as unknown[])[index] ?? null));

const place = row(text, count);
const items = listOf(row(scope, count));
const refusal = row(text, text, text, maybe(map));

export const FROM_PAGE: Layout<PageFields> = [
  [
    "HELLO",
    {
      build: text,
      resume: maybe(row(text, count, maybe(mapOf(place)))),
      since: maybe(count),
      programs: maybe(flag),
    },
  ],
  ["PONG", { ack: count, positions: maybe(mapOf(count)) }],
  ["BYE", {}],
  ["MOUNT", { number: count, ack: count, mounts: listOf(row(text, count)) }],
  [
    "CALL",
    { number: count, ack: count, component: count, action: text, args: map, event: maybe(map), flags: maybe(map) },
  ],
  ["SET", { number: count, ack: count, component: count, values: map }],
  ["CANCEL", { number: count }],
  ["RESYNC", { number: count, ack: count, component: maybe(count), plain: maybe(flag) }],
  ["UNMOUNT", { number: count, ack: count, components: listOf(count) }],
];

export const FROM_SERVER: Layout<ServerFields> = [
  ["WELCOME", { token: text, recovered: flag, offset: count, number: count, heartbeat: count, page: text }],
  ["PING", { offset: count, positions: maybe(mapOf(count)) }],
  ["BYE", { code: text, message: text, retry_ms: maybe(count) }],
  ["APPLY", { stream, offset: count, items, call: maybe(count) }],
  ["ANSWER", { stream, offset: count, call: count, items, refusal: maybe(refusal) }],
  ["STREAMS", { stream, offset: count, streams: mapOf(place) }],
];

/** Something is not a frame of this protocol. `code` is one of the `frame.*` codes of protocol/README.md §7. */
export class FrameRefused extends Error {
  constructor(
    readonly code: "frame.malformed" | "frame.too_large" | "frame.too_deep" | "frame.unknown",
    message: string,
  ) {
    super(message);
  }
}

type AnyLayout = readonly (readonly [string, Record<string, Check>])[];
const LAYOUTS = { page: FROM_PAGE, server: FROM_SERVER } as unknown as Record<"page" | "server", AnyLayout>;

/** The array of a frame; trailing fields that are nil are left out. */
export function toArray(from: "page" | "server", frame: PageFrame | ServerFrame): unknown[] {
  const kind = LAYOUTS[from].findIndex(([name]) => name === frame.kind);
  const fields = Object.keys(LAYOUTS[from][kind]![1]);
  const array = [kind, ...fields.map((field) => (frame as unknown as Record<string, unknown>)[field] ?? null)];
  while (array[array.length - 1] === null) array.pop();
  return array;
}

/** The frame of an array. Raises `FrameRefused` naming the field; unknown trailing fields are ignored. */
export function fromArray(from: "page" | "server", array: unknown): PageFrame | ServerFrame {
  if (!Array.isArray(array) || !count(array[0]))
    throw new FrameRefused("frame.malformed", "A frame is an array, kind first.");
  const layout = LAYOUTS[from][array[0] as number];
  if (!layout) throw new FrameRefused("frame.unknown", `Kind ${String(array[0])} is not known.`);
  const [kind, checks] = layout;
  const frame: Record<string, unknown> = { kind };
  Object.entries(checks).forEach(([field, check], index) => {
    const value: unknown = array[index + 1] ?? null;
    if (!check(value)) throw new FrameRefused("frame.malformed", `${kind}.${field} holds something else than it may.`);
    frame[field] = value;
  });
  return frame as unknown as PageFrame | ServerFrame;
}
