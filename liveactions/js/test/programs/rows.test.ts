import assert from "node:assert/strict";
import { test } from "node:test";
import { longestRun } from "../../src/programs/rows";
import { forSeeds } from "../support/chance";

/** The longest by trying all. */
function longest(numbers: number[], above = -1): number {
  const lengths = numbers.map((number, place) => (number > above ? 1 + longest(numbers.slice(place + 1), number) : 0));
  return Math.max(0, ...lengths);
}

test("the rows that stay are as many as can be, and in order", (context) => {
  forSeeds(context, 300, (chance) => {
    const numbers = Array.from({ length: chance.below(9) }, () => chance.below(10) - 1);
    const run = [...longestRun(numbers)].sort((a, b) => a - b).map((place) => numbers[place]!);
    assert.equal(run.length, longest(numbers));
    run.forEach((number, place) => assert.ok(number >= 0 && (place === 0 || number > run[place - 1]!)));
  });
});

test("new rows stay nowhere", () => {
  assert.deepEqual(longestRun([-1, -1]), new Set());
});
