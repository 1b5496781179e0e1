/** What is shown before the answer, and that nothing of it is left when the call has ended. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import * as pages from "./page";
import { settle, type Page } from "./page";

const opened: Page[] = [];
const open: typeof pages.open = (...args) => {
  opened.push(pages.open(...args));
  return opened.at(-1)!;
};
afterEach(() => opened.splice(0).forEach((page) => page.stop()));

const card = (attributes: string, inside = "") =>
  `<section live-id="1"><ul id="new"><li id="card" class="card"><b id="text">3</b>${inside}` +
  `<button id="go" live-click="move" live-lane="parallel" ${attributes}>Go</button></li></ul><ul id="done"></ul></section>`;

async function pressed(attributes: string, inside = ""): Promise<Page & { before: string }> {
  const here = open(card(attributes, inside));
  await settle();
  const before = here.document.body.innerHTML;
  here.click("#go");
  return Object.assign(here, { before });
}

const REFUSED = { ok: false, refusal: { code: "x.y", fault: "page", message: "No.", detail: null } } as const;
/** What stands in the page, without what loading says of it. */
const html = ({ document }: Page) => document.body.innerHTML.replaceAll(' aria-busy="true"', "");

describe("a promise", () => {
  let said: string[];
  beforeEach(() => {
    said = [];
    console.warn = (text: string) => void said.push(text);
  });

  const effects: [attributes: string, seen: (page: Page) => unknown, value: unknown][] = [
    [`live-optimistic-class="done late"`, ({ find }) => find("#go").className, "done late"],
    [`live-optimistic-target="closest li" live-optimistic-class="done"`, ({ find }) => find("#card").className, "card done"],
    [`live-optimistic-target="closest li" live-optimistic-remove-class="card"`, ({ find }) => find("#card").className, ""],
    [`live-optimistic-target="#card" live-optimistic-toggle-class="card on"`, ({ find }) => find("#card").className, "on"],
    [`live-optimistic-text="Moving …"`, ({ find }) => find("#go").textContent, "Moving …"],
    [`live-optimistic-target="#text" live-optimistic-text="+= 1"`, ({ find }) => find("#text").textContent, "4"],
    [`live-optimistic-hide`, ({ find }) => find("#go").hidden, true],
    [`live-optimistic-attr-aria-pressed="true"`, ({ find }) => find("#go").getAttribute("aria-pressed"), "true"],
    [`live-optimistic-target="closest li" live-optimistic-move="#done"`, ({ find }) => [find("#card").hasAttribute("data-live-moved"), find("#done").childElementCount], [true, 1]],
  ];
  for (const [attributes, seen, value] of effects) {
    test(`${attributes} is shown at once, and gone with the answer`, async () => {
      const here = await pressed(attributes);
      assert.deepEqual(seen(here), value);
      await here.sent[0]!.answer();
      assert.equal(html(here), here.before);
      assert.deepEqual(said, []);
    });

    test(`${attributes} is taken back when the call is refused`, async () => {
      const here = await pressed(attributes);
      await here.sent[0]!.answer(REFUSED);
      assert.equal(html(here), here.before);
    });
  }

  test("says on what it has promised that it is one", async () => {
    const here = await pressed(`live-optimistic-target="closest li" live-optimistic-class="done"`);
    assert.ok(here.find("#card").hasAttribute("data-live-optimistic"));
  });

  test("can tick a box", async () => {
    const here = await pressed(`live-optimistic-target="#box" live-optimistic-checked="toggle"`, `<input id="box" type="checkbox">`);
    assert.equal(here.find("#box").checked, true);
    await here.sent[0]!.answer();
    assert.equal(here.find("#box").checked, false);
  });

  test("can be made by the button that sends a form", async () => {
    const here = open(
      `<section live-id="1"><form id="form" live-submit="save"><button id="go" live-optimistic-text="Saving …">Save</button></form></section>`,
    );
    await settle();
    here.fire(here.find("#form"), Object.assign(new here.window.Event("submit", { bubbles: true }), { submitter: here.find("#go") }));
    assert.equal(here.find("#go").textContent, "Saving …");
    await here.sent[0]!.answer();
    assert.equal(here.find("#go").textContent, "Save");
  });

  test("gives a signal a value, and gives it back", async () => {
    const here = open(card(`live-optimistic-signal-is-open="true" live-optimistic-signal-count="+= 2"`), (page) =>
      Object.assign(page.signals, { is_open: false, count: 3 }),
    );
    await settle();
    here.click("#go");
    assert.deepEqual(here.signals, { is_open: true, count: 5 });
    here.click("#go");
    assert.deepEqual(here.signals, { is_open: true, count: 7 });
    await here.sent[0]!.answer();
    assert.deepEqual(here.signals, { is_open: true, count: 5 });
    await here.sent[1]!.answer();
    assert.deepEqual(here.signals, { is_open: false, count: 3 });
  });

  test("of a signal without a value is not kept, and told", async () => {
    const here = await pressed(`live-optimistic-signal-count="1"`);
    assert.deepEqual(here.signals, {});
    assert.match(said[0]!, /optimistic\.signal/);
  });

  test("is a picture in the other place, which has no name, no actions and no focus", async () => {
    const here = await pressed(`live-optimistic-target="closest li" live-optimistic-move="#done"`);
    const picture = here.find("#done").firstElementChild!;
    assert.equal(picture.textContent, "3Go");
    assert.deepEqual(picture.getAttributeNames().sort(), ["aria-hidden", "class", "data-live-optimistic", "inert", "live-ignore"]);
    assert.deepEqual(picture.querySelector("button")!.getAttributeNames(), []);
  });

  describe("of what is dropped", () => {
    const board = (target: string) =>
      `<section live-id="1"><ul id="new" live-drop="move" live-optimistic-target="${target}" live-optimistic-class="gone">` +
      `<li id="card" class="card"><b draggable="true" live-value-order="9">9</b></li></ul>` +
      `<ul id="done" live-drop="move" live-optimistic-target="${target}" live-optimistic-move="#done"></ul></section>`;

    async function dropped(target: string, on: string): Promise<Page> {
      const here = open(board(target));
      await settle();
      for (const [type, element] of [["dragstart", "b"], ["drop", on], ["dragend", "b"]] as const)
        here.fire(here.find(element), new here.window.Event(type, { bubbles: true, cancelable: true }));
      return here;
    }

    test("is of what was dragged, or of what is around it, and gone with the answer", async () => {
      for (const [target, moved] of [["dragged", "b"], ["dragged closest li", "li"]] as const) {
        const here = await dropped(target, "#done");
        assert.ok(here.find(moved).hasAttribute("data-live-moved"));
        assert.equal(here.find("#done").textContent, "9");
        await here.sent[0]!.answer();
        assert.ok(!here.find(moved).hasAttribute("data-live-moved"));
        assert.equal(here.find("#done").textContent, "");
      }
      assert.deepEqual(said, []);
    });

    test("is not made where it has been before", async () => {
      const here = await dropped("dragged closest li", "#new");
      assert.equal(here.find("#card").className, "card");
      assert.deepEqual(here.log(), ['move({"order":"9"})']);
      assert.deepEqual(said, []);
    });

    test("is not made, and said to be wrong, where nothing such is around it", async () => {
      const here = await dropped("dragged closest table", "#done");
      assert.equal(here.find("#done").childElementCount, 0);
      assert.match(said.join(), /optimistic\.target/);
    });
  });

  test("stacks with others on the same thing, and they leave in whatever order they like", async () => {
    const here = await pressed(`live-optimistic-target="#text" live-optimistic-text="+= 1"`);
    here.click("#go");
    here.click("#go");
    const text = () => here.find("#text").textContent;
    assert.equal(text(), "6");
    await here.sent[1]!.answer();
    assert.equal(text(), "5");
    await here.sent[0]!.answer();
    await here.sent[2]!.answer();
    assert.equal(text(), "3");
  });

  test("is not made when the user says no to the question before it", async () => {
    const here = open(card(`live-optimistic-text="Gone" live-confirm="Really?"`));
    await settle();
    here.say(false);
    here.click("#go");
    await settle();
    assert.equal(here.find("#go").textContent, "Go");
  });

  test("leaves nothing behind when its element has left the page meanwhile", async () => {
    const here = await pressed(`live-optimistic-target="closest li" live-optimistic-move="#done" live-optimistic-class="on"`);
    here.find("#card").remove();
    await here.sent[0]!.answer();
    assert.equal(here.find("#done").childElementCount, 0);
  });

  test("gives back the focus that it took by hiding", async () => {
    const here = open(card("live-optimistic-hide"));
    await settle();
    here.find("#go").focus();
    here.click("#go");
    here.find("#go").blur(); // as a browser does of its own
    await here.sent[0]!.answer(REFUSED);
    assert.equal(here.document.activeElement, here.find("#go"));
  });

  test("is taken back when the client is stopped", async () => {
    const here = await pressed(`live-optimistic-text="Going"`);
    here.stop();
    assert.equal(html(here), here.before);
  });

  test("of something that is not there, or is unknown, is told to its author", async () => {
    await pressed(`live-optimistic-target="#nowhere" live-optimistic-class="on"`);
    await pressed(`live-optimistic-colour="red"`);
    await pressed(`live-optimistic-target="closest li" live-optimistic-text="x"`);
    await pressed(`live-optimistic-attr-onclick="evil()"`);
    assert.deepEqual(
      said.map((text) => /\[([\w.]+),/.exec(text)![1]),
      ["optimistic.target", "optimistic.unknown", "optimistic.text", "signal.attribute"],
    );
  });

  test("is taken back when no answer comes in time, but not while the page has no connection", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const here = open(card(`live-optimistic-text="Going" live-optimistic-timeout="5s"`));
      for (let turn = 0; turn < 20; turn += 1) await null;
      const status = (value: string) => here.document.documentElement.setAttribute("data-live-status", value);
      here.click("#go");
      status("offline");
      mock.timers.tick(5000);
      assert.equal(here.find("#go").textContent, "Going");
      status("live");
      mock.timers.tick(5000);
      assert.equal(here.find("#go").textContent, "Go");
    } finally {
      mock.timers.reset();
    }
  });
});
