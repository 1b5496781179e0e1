import { test } from "node:test";
import { forSeeds } from "../support/chance";
import { page } from "../support/dom";
import { check } from "./property";

test("after any changes the page is what a fresh rendering is", (context) => {
  const { window } = page();
  forSeeds(context, 500, (chance) => check(window, chance));
});
