/** Every golden file of protocol/: what the specification says by example, this side of the wire. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { decodeResult, WORDS } from "../src/vocabulary";
import { decode, encode } from "../src/wire/codec";
import { Connection } from "../src/wire/connection";
import {
  fromArray,
  FrameRefused,
  FROM_PAGE,
  FROM_SERVER,
  toArray,
  type PageFrame,
  type ServerFrame,
} from "../src/wire/frames";
import { decodePage, encodeServer } from "./support/codec";

const PROTOCOL = join(process.env.CLIENT!, "../../protocol");

type Side = "page" | "server";
type Golden = { about: string } & Record<string, any>;

function golden(folder: string): [name: string, file: Golden][] {
  const place = join(PROTOCOL, folder);
  const names = readdirSync(place).filter((name) => name.endsWith(".json"));
  assert.ok(names.length > 0, `protocol/${folder} holds no golden files.`);
  return names.map((name) => [name, JSON.parse(readFileSync(join(place, name), "utf8")) as Golden]);
}

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
/** `hex`, then `repeat` as many `times`, then `tail`. */
const bytesFrom = ({ hex = "", repeat = "", times = 0, tail = "" }: Golden): Uint8Array =>
  bytesOf(hex + repeat.repeat(times) + tail);
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const decoders = { page: decodePage, server: decode };

/** Words from this number on are performed by the server; they never reach a browser but as a reference. */
const SERVER_WORDS = 64;

/** Where the server brings what it is given into another form, which the golden file of the wire shows. */
const REWRITTEN = new Set(["update_parent_full.json"]);

function trimmed(array: unknown[]): unknown[] {
  const copy = [...array];
  while (copy[copy.length - 1] === null) copy.pop();
  return copy;
}

describe("frames", () => {
  const files = golden("frames");
  for (const [name, { about, from, frame, hex }] of files) {
    test(`${name}: ${about}`, () => {
      const decoded = decoders[from as Side](bytesOf(hex));
      assert.deepEqual(toArray(from, decoded), trimmed(frame));
      const encoded = from === "page" ? encode(decoded as PageFrame) : encodeServer(decoded as ServerFrame);
      assert.equal(hexOf(encoded), hex);
    });
  }

  test("every kind of frame has a golden file", () => {
    const seen = new Set(files.map(([, { from, frame }]) => `${from} ${frame[0]}`));
    const kinds = [...FROM_PAGE.keys()]
      .map((kind) => `page ${kind}`)
      .concat([...FROM_SERVER.keys()].map((kind) => `server ${kind}`));
    assert.deepEqual(
      kinds.filter((kind) => !seen.has(kind)),
      [],
    );
  });
});

describe("refusals", () => {
  for (const [name, file] of golden("refusals")) {
    const { about, from, code } = file;
    test(`${name}: ${about}`, () => {
      const read = () => decoders[from as Side](bytesFrom(file));
      assert.throws(read, (error) => error instanceof FrameRefused && error.code === code);
    });
  }
});

describe("results", () => {
  const files = golden("results");
  for (const [name, { about, python, wire }] of files) {
    const bare = wire[0] >= SERVER_WORDS;
    test(`${name}: ${about}${bare ? " A browser refuses it bare." : ""}`, () => {
      if (bare) return void assert.throws(() => decodeResult(revived(wire)), /is not known/);
      const result = decodeResult(revived(wire)) as unknown as Record<string, unknown>;
      assert.equal(result.word, python.word);
      for (const [field, value] of Object.entries(python.fields))
        if (!REWRITTEN.has(name)) assert.deepEqual(plain(result[field]), plain(revived(value)), field);
    });
  }

  test("every word has a golden file", () => {
    const seen = new Set(files.map(([, { python }]) => python.word));
    assert.deepEqual(
      Object.values(WORDS)
        .map(([word]) => word)
        .filter((word) => !seen.has(word)),
      [],
    );
  });
});

/** Golden files write bytes as `{"$bytes": "00ff"}`. */
function revived(value: any): any {
  if (Array.isArray(value)) return value.map(revived);
  if (typeof value !== "object" || value === null) return value;
  if ("$bytes" in value) return bytesOf(value.$bytes);
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, revived(held)]));
}

/** A nested result as the golden files write it, `{word, fields}`; defaults that they leave out are left out. */
function plain(value: any): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || !("word" in value)) return value;
  const { word, fields, ...rest } = value;
  const [, defaults] = Object.values(WORDS).find(([name]) => name === word)!;
  const given = Object.entries({ ...rest, ...fields }).filter(([field, held]) => {
    const fallback = defaults.find(([name]) => name === field)?.[1];
    return JSON.stringify(held) !== JSON.stringify(fallback);
  });
  return { word, ...Object.fromEntries(given.map(([field, held]) => [field, plain(held)])) };
}

describe("conversations", () => {
  for (const [name, { about, steps }] of golden("conversations")) {
    test(`${name}: ${about}`, () => {
      const page = new PagePart(steps as Step[]);
      for (const step of steps as Step[]) page.play(step);
      assert.deepEqual(page.unsaid(), []);
    });
  }
});

type Step = { page?: unknown[]; server?: unknown[] };

/** Plays the page's part: does what its next line is about, and must then say exactly that line. */
class PagePart {
  #connection: Connection;
  #unsaid: PageFrame[] = [];

  constructor(steps: Step[]) {
    const hello = steps.find((step) => step.page)!.page!;
    this.#connection = new Connection(hello[1] as string, null, hello[4] === true);
  }

  play({ page, server }: Step): void {
    if (server) this.#hear(fromArray("server", server) as ServerFrame);
    if (page) assert.deepEqual(toArray("page", this.#say(page)), trimmed(page));
  }

  unsaid(): unknown[] {
    return this.#unsaid.map((frame) => toArray("page", frame));
  }

  #hear(frame: ServerFrame): void {
    for (const news of this.#connection.receive(frame)) {
      if ("mark" in news && news.mark) this.#connection.applied(news.mark);
    }
    this.#unsaid.push(...this.#connection.outgoing());
  }

  #say(line: unknown[]): PageFrame {
    const frame = fromArray("page", line) as PageFrame;
    const waiting = this.#unsaid[0]?.kind === frame.kind && frame.kind !== "HELLO";
    if (!waiting) this.#cause(frame);
    this.#unsaid.push(...this.#connection.outgoing());
    const said = this.#unsaid.shift();
    assert.ok(said, `The page should have said ${JSON.stringify(line)}.`);
    return said;
  }

  #cause(frame: PageFrame): void {
    const connection = this.#connection;
    if (frame.kind === "HELLO") {
      if (connection.state !== "closed") connection.lost();
      this.#unsaid = [];
      connection.dial();
      connection.opened();
    } else if (frame.kind === "BYE") connection.leave();
    else if (frame.kind === "CANCEL") connection.cancel(frame.number);
    else if (frame.kind === "PONG") connection.report();
    else {
      const { number: _number, ack: _ack, ...rest } = frame;
      connection.send(rest);
    }
  }
}
