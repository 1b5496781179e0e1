import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Authorship } from "../src/authorship";
import { Drafts } from "../src/drafts";
import { Optimistic } from "../src/extras/optimistic";
import type { Release } from "../src/holds";
import { Morph } from "../src/morph";
import { apply } from "../src/programs/apply";
import { bind } from "../src/programs/bind";
import { compile } from "../src/programs/program";
import { bare, formOf, freshOf, pageOf } from "./programs/blocks";
import { evolved, someRoot, someValues } from "./programs/random";
import { forSeeds, type Chance } from "./support/chance";
import { page } from "./support/dom";

const PROMISES: readonly [name: string, value: string][] = [
  ["class", "done on"],
  ["remove-class", "a b"],
  ["toggle-class", "a done"],
  ["attr-title", "soon"],
  ["attr-data-x", "1"],
  ["text", "Going …"],
  ["text", "+= 1"],
  ["hide", ""],
  ["show", ""],
  ["move", "#place"],
];

/** Calls begin and end in whatever order while the server writes; what is there in the end is what it has written. */
function check(window: Window & typeof globalThis, chance: Chance): void {
  const { document } = window;
  const block = someRoot(chance);
  let values = someValues(chance, block);
  document.body.innerHTML = `<i id="place"></i>${pageOf(block, values, "p", { marks: ' live-id="1"' })}`;
  const root = document.body.lastElementChild!;
  const authorship = new Authorship(window);
  authorship.watch(root);
  const drafts = new Drafts();
  const tools = { root: document, authorship, drafts, morph: new Morph(authorship, drafts) };
  const caller = { componentOf: () => ({ id: 1, element: root }) } as never;
  const signals = { read: () => ({}), patch: () => undefined };
  const optimistic = new Optimistic({ document, caller, holds: authorship.holds, signals });
  const instance = authorship.write(() => bind(compile(formOf(block), document), root, () => false));
  const calls: Release[] = [];
  const begin = () => {
    const button = document.createElement("button");
    const [name, value] = chance.of(...PROMISES);
    button.setAttribute(`live-optimistic-${name}`, value);
    const targets = [root, ...root.querySelectorAll("*")].filter((one) => !name.startsWith("text") || !one.childElementCount);
    const target = targets[chance.below(targets.length)];
    if (!target) return;
    // The target is found from the button; here it is any element.
    button.closest = () => target as never;
    button.setAttribute("live-optimistic-target", "closest any");
    calls.push(optimistic.begin(button));
  };
  const end = () => calls.splice(chance.below(calls.length), 1)[0]?.();
  for (let step = 0; step < 12; step += 1) {
    chance.of(begin, begin, end)();
    if (chance.below(2)) continue;
    const [next, changes] = evolved(chance, block, values);
    apply(tools, root, instance, changes);
    values = next;
  }
  while (calls.length) end();
  const wanted = freshOf(document, block, values);
  wanted.normalize();
  const seen = bare(root);
  if (!seen.isEqualNode(wanted)) throw new Error(`${wanted.outerHTML}\n${seen.outerHTML}`);
  if (document.querySelector("#place")!.childNodes.length) throw new Error("A picture was left behind.");
  authorship.stop();
}

test("when all calls are answered the page is what the server has written, whatever was promised meanwhile", (context) => {
  const { window } = page();
  forSeeds(context, 400, (chance) => check(window, chance));
});

describe("what is held", () => {
  function held(html: string) {
    const here = page(html);
    const authorship = new Authorship(here.window);
    const element = here.body.firstElementChild!;
    authorship.watch(here.body);
    return { authorship, holds: authorship.holds, element, morph: new Morph(authorship, new Drafts()) };
  }

  test("lies over what the server writes beneath it, also where both say the same", () => {
    const { holds, element, morph } = held('<p title="old">x</p>');
    const release = holds.hold(element, "title", "mine");
    morph.morph(element, '<p title="mine">x</p>');
    assert.equal(element.getAttribute("title"), "mine");
    release();
    assert.equal(element.getAttribute("title"), "mine", "the server has come to say so itself");
  });

  test("shows what the server has written last when it is let go", () => {
    const { holds, element, morph } = held('<p title="old">x</p>');
    const release = holds.hold(element, "title", "mine");
    morph.morph(element, '<p title="new">y</p>');
    assert.equal(element.outerHTML, '<p title="mine">y</p>');
    release();
    assert.equal(element.outerHTML, '<p title="new">y</p>');
  });

  test("is not taken for what somebody else has made of the page", async () => {
    const { holds, element, morph } = held('<p title="old">x</p>');
    const release = holds.hold(element, "title", "mine");
    await new Promise((resolve) => setImmediate(resolve));
    release();
    morph.morph(element, '<p title="old">y</p>');
    assert.equal(element.outerHTML, '<p title="old">y</p>');
  });

  test("keeps what somebody else writes over it", () => {
    const { holds, element } = held("<p>x</p>");
    const release = holds.hold(element, "title", "mine");
    element.setAttribute("title", "theirs");
    holds.enforce();
    assert.equal(element.getAttribute("title"), "mine");
    release();
    assert.equal(element.getAttribute("title"), "theirs");
  });
});
