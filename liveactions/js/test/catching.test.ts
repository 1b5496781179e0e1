import assert from "node:assert/strict";
import { test } from "node:test";
import { coalesce } from "../src/catching";
import { WORDS } from "../src/vocabulary";
import type { Item } from "../src/wire/frames";

const PATCH = Number(Object.entries(WORDS).find(([, [name]]) => name === "Patch")![0]);
const EVENT = Number(Object.entries(WORDS).find(([, [name]]) => name === "Event")![0]);
const patch = (id: number, ...changes: unknown[]): Item => [id, PATCH, changes] as Item;

function coalesced(...acts: Item[][]): Item[][] {
  const all = acts.map((items) => ({ items }));
  coalesce(all);
  return all.map(({ items }) => items);
}

test("patches of one component become one, in which the last value stands", () => {
  assert.deepEqual(coalesced([patch(1, 0, "a", 2, "b")], [patch(3, 0, "x")], [patch(1, 0, "c", 1, "d")]), [
    [patch(1, 0, "c", 2, "b", 1, "d")],
    [patch(3, 0, "x")],
    [],
  ]);
});

test("what builds upon what was before follows it", () => {
  assert.deepEqual(coalesced([patch(1, 0, [[0, 1]])], [patch(1, 0, [null, 0, [1, "x"]])]), [
    [patch(1, 0, [[0, 1]], 0, [null, 0, [1, "x"]])],
    [],
  ]);
});

test("all values at once take the place of what was before, and are not written into", () => {
  assert.deepEqual(coalesced([patch(1, 0, "a")], [patch(1, -1, ["b"])], [patch(1, 0, "c")]), [
    [patch(1, -1, ["b"])],
    [],
    [patch(1, 0, "c")],
  ]);
});

test("nothing is moved past what is not a patch", () => {
  const event = [1, EVENT, "ping"] as Item;
  const acts = [[patch(1, 0, "a")], [event], [patch(1, 0, "b")], [patch(1, 0, "c")]];
  assert.deepEqual(coalesced(...acts), [[patch(1, 0, "a")], [event], [patch(1, 0, "c")], []]);
});

test("a patch does not grow without end, so that the page has its turn", () => {
  const acts = coalesced(...Array.from({ length: 100 }, (_, index) => [patch(1, 0, [null, index, [1, "x"]])]));
  const sizes = acts.flatMap((items) => items.map(([, , changes]) => (changes as unknown[]).length));
  assert.ok(Math.max(...sizes) < 100, String(sizes));
  assert.equal(sizes.reduce((sum, size) => sum + size), 200);
});
