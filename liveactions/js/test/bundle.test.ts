/** The built client: its size, what is in it, that it is fresh, and who imports whom in its source. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const CLIENT = process.env.CLIENT!;
const COMMON = {
  absWorkingDir: CLIENT,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  write: false,
  metafile: true,
  outdir: "out",
} as const;

const whole = await esbuild.build({ ...COMMON, entryPoints: ["src/index.ts"] });
const core = await esbuild.build({ ...COMMON, entryPoints: ["src/session.ts"] });

const sizeOf = (result: typeof whole | typeof core): number =>
  gzipSync(result.outputFiles[0]!.contents, { level: 9 }).length;

test("the client with everything in it is at most 36 KiB on the way", () => {
  assert.ok(sizeOf(whole) <= 36 * 1024, `${sizeOf(whole)} bytes`);
});

test("the session with msgpack and without bindings, signals and UI is at most 16 KiB on the way", () => {
  assert.ok(sizeOf(core) <= 16 * 1024, `${sizeOf(core)} bytes`);
});

test("the built client is what the sources make", () => {
  const { status, stderr } = spawnSync(process.execPath, [join(CLIENT, "build.mjs"), "--check"]);
  assert.equal(status, 0, String(stderr));
});

test("the built client evaluates no text as code", () => {
  const text = readFileSync(join(CLIENT, "../static/liveactions/liveactions.js"), "utf8");
  assert.doesNotMatch(text, /\beval\(|\bnew Function\b|\bFunction\(/);
});

/** The floors of the client: a module imports only from its own floor and those below. */
const FLOORS = [
  ["vocabulary", "ports", "outcomes", "events", "diagnostics", "wire", "trusted"],
  ["signals", "drafts", "authorship", "identities", "focus", "navigation", "scripts", "components"],
  ["morph", "programs", "hooks", "bindings", "ui"],
  ["results", "performance"],
  ["answers", "socket"],
  ["session"],
  ["index"],
];
const roomOf = (path: string): string => /^src\/(\w+)/.exec(path)![1]!;
const floorOf = (path: string): number => FLOORS.findIndex((floor) => floor.includes(roomOf(path)));

test("every module imports only from its own floor and those below, and the wire from itself only", () => {
  const wrong: string[] = [];
  for (const [path, { imports }] of Object.entries(whole.metafile.inputs)) {
    if (!path.startsWith("src/")) continue;
    assert.notEqual(floorOf(path), -1, `${path} stands on no floor; give it one.`);
    for (const { path: other } of imports.filter(({ path: other }) => other.startsWith("src/"))) {
      const outside = roomOf(path) === "wire" && roomOf(other) !== "wire";
      if (floorOf(other) > floorOf(path) || outside) wrong.push(`${path} → ${other}`);
    }
  }
  assert.deepEqual(wrong, []);
});
