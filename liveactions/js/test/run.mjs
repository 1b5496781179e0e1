/** Bundles the tests into a temporary folder and runs them with Node's own test runner: `npm test [-- name …]`. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2);
const names = (await readdir(here, { recursive: true })).filter(
  (name) => name.endsWith(".test.ts") && (wanted.length === 0 || wanted.some((part) => name.includes(part))),
);
if (names.length === 0) throw new Error(`No test file is named like ${wanted.join(" or ")}.`);

// Inside node_modules, so that the bundles find the packages they leave out.
const folder = await mkdtemp(join(here, "..", "node_modules", ".tests-"));
try {
  await esbuild.build({
    absWorkingDir: here,
    entryPoints: names,
    outdir: folder,
    outbase: here,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    sourcemap: "inline",
    define: { "process.env.CLIENT": JSON.stringify(join(here, "..")) },
  });
  const files = names.map((name) => join(folder, name.replace(/\.ts$/, ".mjs")));
  const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], { stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  await rm(folder, { recursive: true });
}
