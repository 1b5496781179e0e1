/** The built client: its size, what is in it, that it is fresh, and who imports whom in its source. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import type { BuildOptions, Metafile } from "esbuild";

const CLIENT = process.env.CLIENT!;
type Module = { code: string; metafile: Metafile };
type File = { path: string };
const { build, bundle, isFresh } = (await import(join(CLIENT, "build.mjs"))) as {
  build: () => Promise<{ files: File[]; modules: Record<string, Module> }>;
  bundle: (entry: BuildOptions) => Promise<Module>;
  isFresh: (file: File) => Promise<boolean>;
};

/** What is bundled of the modules in `src/` that these lines export from. */
const made = (...exports: string[]) =>
  bundle({ stdin: { contents: exports.join("\n"), resolveDir: join(CLIENT, "src"), loader: "ts" } });

/** From the bytes of the server to the page: what every page needs, whatever it shows. */
const CORE = [
  'export { decode, encode } from "./wire/codec";',
  'export { Connection } from "./wire/connection";',
  'export { Programs } from "./programs";',
  'export { Morph } from "./morph";',
];
/** And everything that is not a matter of taste: the page's side of calls, results, reconnecting, drafts, hooks. */
const SESSION = [
  ...CORE,
  'export { Session } from "./session";',
  'export { Socket } from "./socket";',
  'export { Hooks } from "./hooks";',
  'export { Navigation } from "./navigation";',
  'export { Scripts } from "./scripts";',
];

const { files, modules } = await build();
const whole = modules["liveactions.js"]!;
const extras = modules["liveactions.extras.js"]!;
const fallback = modules["liveactions.fallback.js"]!;
const sizeOf = ({ code }: { code: string }): number => gzipSync(code, { level: 9 }).length;

test("the core, which is the wire, programs and the morph for the rest, is at most 15 KiB on the way", async () => {
  const size = sizeOf(await made(...CORE));
  assert.ok(size <= 15 * 1024, `${size} bytes`);
});

test("the page session with all of it, without bindings, signals and UI, is at most 30 KiB on the way", async () => {
  const size = sizeOf(await made(...SESSION));
  assert.ok(size <= 30 * 1024, `${size} bytes`);
});

test("the client with everything in it is at most 46 KiB on the way", () => {
  assert.ok(sizeOf(whole) <= 46 * 1024, `${sizeOf(whole)} bytes`);
});

test("what is fetched when it is needed is at most 6 KiB on the way, and in nothing else", () => {
  assert.ok(sizeOf(extras) <= 6 * 1024, `${sizeOf(extras)} bytes`);
  assert.deepEqual(Object.keys(whole.metafile.inputs).filter((path) => path.startsWith("src/extras/")), []);
});

test("what only pages need whose WebSocket is blocked is at most 5 KiB more, and others do not fetch it", () => {
  assert.ok(sizeOf(fallback) <= 5 * 1024, `${sizeOf(fallback)} bytes`);
  assert.ok(!Object.keys(whole.metafile.inputs).some((path) => path.includes("fallback")));
});

test("the built client is what the sources make", async () => {
  assert.ok(files.length > 6);
  for (const file of files) assert.ok(await isFresh(file), `${file.path}: run npm run build`);
});

test("the built client evaluates no text as code", () => {
  const text = readFileSync(join(CLIENT, "../static/liveactions/liveactions.js"), "utf8");
  assert.doesNotMatch(text, /\beval\(|\bnew Function\b|\bFunction\(/);
});

/** The floors of the client: a module imports only from its own floor and those below. */
const FLOORS = [
  ["vocabulary", "ports", "outcomes", "life", "events", "diagnostics", "wire", "trusted"],
  ["holds", "signals", "drafts", "authorship", "identities", "focus", "navigation", "scripts", "components", "windows", "tabs", "downloads", "progress"],
  ["morph", "programs", "hooks", "bindings", "ui"],
  ["stage", "refreshes", "words", "results", "catching", "performance"],
  ["answers", "detour", "socket", "fallback"],
  ["legacies", "extras"],
  ["session"],
  ["index"],
];
const roomOf = (path: string): string => /^src\/(\w+)/.exec(path)![1]!;
const floorOf = (path: string): number => FLOORS.findIndex((floor) => floor.includes(roomOf(path)));

test("every module imports only from its own floor and those below, and the wire from itself only", () => {
  const wrong: string[] = [];
  const inputs = { ...fallback.metafile.inputs, ...extras.metafile.inputs, ...whole.metafile.inputs };
  for (const [path, { imports }] of Object.entries(inputs)) {
    if (!path.startsWith("src/")) continue;
    assert.notEqual(floorOf(path), -1, `${path} stands on no floor; give it one.`);
    for (const { path: other } of imports.filter(({ path: other }) => other.startsWith("src/"))) {
      const outside = roomOf(path) === "wire" && roomOf(other) !== "wire";
      if (floorOf(other) > floorOf(path) || outside) wrong.push(`${path} → ${other}`);
    }
  }
  assert.deepEqual(wrong, []);
});
