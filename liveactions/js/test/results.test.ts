import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { NotPerformed, perform, PERFORMERS, type Stage } from "../src/results";
import { decodeResult, WORDS, type Result } from "../src/vocabulary";
import { $, page, quiet, settled, trail, type Page } from "./support/dom";
import { result, stageOn } from "./support/stage";

let here: Page;
let root: HTMLElement;
let stage: Stage;
let log: any[];
let said: string[];

const play = (word: Result["word"], given: Record<string, unknown> = {}, scope: Element | null = root) =>
  perform(result(word, given), scope, stage);

beforeEach(() => {
  here = page(
    '<section live-id="1"><p id="a" class="x">old</p><ul id="list"><li>1</li></ul></section><p id="outside" class="x">outside</p>',
  );
  root = $(here.body, "section");
  log = [];
  said = quiet();
  stage = stageOn(here, log);
});

test("every word has a performer", () => {
  assert.deepEqual(
    Object.keys(PERFORMERS).sort(),
    Object.values(WORDS)
      .map(([word]) => word)
      .sort(),
  );
});

describe("HTML", () => {
  const list = () => $(here.body, "#list").innerHTML;
  const cases: [swap: string, after: string][] = [
    ["inner", '<ul id="list"><b>new</b></ul>'],
    ["outer", "<b>new</b>"],
    ["before", '<b>new</b><ul id="list"><li>1</li></ul>'],
    ["after", '<ul id="list"><li>1</li></ul><b>new</b>'],
    ["prepend", '<ul id="list"><b>new</b><li>1</li></ul>'],
    ["append", '<ul id="list"><li>1</li><b>new</b></ul>'],
    ["delete", ""],
    ["none", '<ul id="list"><li>1</li></ul>'],
  ];
  for (const [swap, after] of cases) {
    test(`with swap ${swap} does what it says`, async () => {
      await play("HTML", { content: "<b>new</b>", target: "#list", swap });
      assert.equal(root.innerHTML, `<p id="a" class="x">old</p>${after}`);
    });
  }

  test("with a target that many match takes the first, and says so once", async () => {
    $(root, "#list").innerHTML = '<li class="many">1</li><li class="many">2</li>';
    for (const content of ["one", "two"]) await play("HTML", { content, target: ".many", swap: "inner" });
    assert.deepEqual([...root.querySelectorAll(".many")].map((each) => each.textContent), ["two", "2"]);
    assert.equal(said.filter((line) => line.includes("target.ambiguous")).length, 1);
  });

  test("without a target is for the component that speaks, which stays the same", async () => {
    await play("HTML", { content: "<section><i>new</i></section>" });
    assert.equal(root.outerHTML, '<section live-id="1"><i>new</i></section>');
  });

  test("prefers the component that speaks over the rest of the page", async () => {
    await play("HTML", { content: "<p>new</p>", target: ".x" });
    assert.equal($(here.body, "#outside").textContent, "outside");
    await play("HTML", { content: "changed", target: "#outside", swap: "inner" });
    assert.equal($(here.body, "#outside").textContent, "changed");
  });

  test("without its target does nothing but say so, and is an error when strict", async () => {
    await play("HTML", { content: "x", target: "#nope" });
    assert.match(said.join(), /target\.missing/);
    const strict = play("HTML", { content: "x", target: "#nope", strict_targets: true }) as Promise<void>;
    await assert.rejects(strict, (error) => error instanceof NotPerformed && error.code === "target.missing");
  });

  test("finds out about a missing strict target before a transition begins", async () => {
    let transitions = 0;
    Object.assign(here.document, { startViewTransition: () => (transitions += 1) });
    await assert.rejects(play("Delete", { target: "#nope", transition: true, strict_targets: true }) as Promise<void>);
    assert.equal(transitions, 0);
  });

  test("that is strict or not by the page can say otherwise itself", async () => {
    stage.strict = true;
    await assert.rejects(play("HTML", { target: "#nope" }) as Promise<void>);
    await play("HTML", { target: "#nope", strict_targets: false });
  });

  test("says each step, and waits as long as it is told", async () => {
    const names = [
      "live:swap:start",
      "live:transition:start",
      "live:transition:end",
      "live:swap:end",
      "live:settle:end",
    ];
    const steps = trail(here.body, ...names);
    Object.assign(here.document, {
      startViewTransition: (change: () => void) => (
        change(),
        { updateCallbackDone: Promise.resolve(), finished: Promise.resolve() }
      ),
    });
    stage.wait = async (milliseconds) => void log.push([milliseconds, $(here.body, "#list").className]);
    await play("HTML", {
      content: "<li>2</li>",
      target: "#list",
      swap: "inner",
      transition: true,
      swap_delay: 50,
      settle_delay: 60,
    });
    assert.deepEqual(
      steps.map(([name]) => name),
      names,
    );
    assert.deepEqual(log, [
      [50, "live-swapping"],
      [60, "live-settling"],
    ]);
    assert.equal($(here.body, "#list").className, "");
  });

  test("in a transition that is skipped is swapped all the same", async () => {
    Object.assign(here.document, {
      startViewTransition: (change: () => void) => (
        change(),
        { updateCallbackDone: Promise.resolve(), finished: Promise.reject(new Error("skipped")) }
      ),
    });
    await play("HTML", { content: "<li>2</li>", target: "#list", swap: "inner", transition: true });
    assert.equal(list(), "<li>2</li>");
  });

  test("moves the focus only where it is asked to", async () => {
    const form =
      '<input id="one"><span class="errorlist">!</span><input id="two"><input id="three" aria-invalid="true">';
    await play("HTML", { content: form, target: "#list", swap: "inner", focus: "#two" });
    assert.equal(here.document.activeElement!.id, "two");
    await play("HTML", { content: form, target: "#list", swap: "inner" });
    assert.equal(here.document.activeElement!.id, "two");
    await play("HTML", { content: form, target: "#list", swap: "inner", focus: "first-invalid" });
    assert.equal(here.document.activeElement!.id, "three");
    await play("HTML", {
      content: form.replace(' aria-invalid="true"', ""),
      target: "#list",
      swap: "inner",
      focus: "first-invalid",
    });
    assert.equal(here.document.activeElement!.id, "two");
  });

  test("does not run scripts, wherever it is put", async () => {
    for (const [swap] of cases)
      await play("HTML", { content: "<script>globalThis.ran = true</script>", target: "#a", swap });
    assert.equal((globalThis as { ran?: boolean }).ran, undefined);
  });
});

describe("Delete", () => {
  test("removes the first element that matches", async () => {
    await play("Delete", { target: "#a" });
    assert.equal(here.document.querySelector("#a"), null);
  });
});

describe("Event", () => {
  test("goes to the window, or bubbles from its target", () => {
    const events = trail(here.window, "order:shipped");
    const list = trail($(here.body, "#list"), "order:shipped");
    play("Event", { name: "order:shipped", payload: { order: 7 } });
    play("Event", { name: "order:shipped", target: "#list" });
    assert.deepEqual(events, [
      ["order:shipped", { order: 7 }],
      ["order:shipped", {}],
    ]);
    assert.equal(list.length, 1);
  });

  test("without its target is said to be missing", () => {
    play("Event", { name: "x", target: "#nope" });
    assert.match(said.join(), /target\.missing/);
  });
});

describe("Toast and Notify", () => {
  const toasted = () => log.filter(([name]) => name === "toast").map(([, detail]) => detail);

  test("are shown by the page's UI, unless a listener shows them itself", () => {
    play("Toast", { message: "Saved", level: "success" });
    here.window.addEventListener("live:toast", (event) => event.preventDefault());
    play("Toast", { message: "Not by us" });
    assert.deepEqual(
      toasted().map(({ message, level }) => [message, level]),
      [["Saved", "success"]],
    );
  });

  test("hand a dictionary on as it is", () => {
    const events = trail(here.window, "live:toast");
    play("Toast", { message: { kind: "badge", count: 3 } });
    assert.deepEqual(events[0]![1], { kind: "badge", count: 3 });
  });

  test("believe nothing of a dictionary that would be markup, a link, or something to perform", () => {
    const message = "<img src=x onerror=alert(1)>";
    const action = { word: "Redirect", url: "/", replace: false, external: false };
    play("Toast", { message: { message, html: true, href: "javascript:alert(1)", action, run: "x" } });
    const { html, href, run } = toasted()[0];
    assert.deepEqual([html, href, run], [undefined, undefined, undefined]);
  });

  test("an error has its title", () => {
    play("Error", { message: "Not enough", title: "Payment" });
    assert.deepEqual([toasted()[0].title, toasted()[0].level], ["Payment", "error"]);
  });

  test("turn colours into levels", () => {
    for (const color of ["blue", "green", "yellow", "orange", "red"]) play("Notify", { message: color, color });
    assert.deepEqual(
      toasted().map(({ level }) => level),
      ["info", "success", "warning", "warning", "error"],
    );
  });

  test("have a button for their action, labelled by the label, the action's own, or Open", () => {
    const action = [6, "/orders/7/"];
    play("Notify", { message: "a", action, action_label: "Look" });
    play("Toast", { message: "b", action });
    perform(
      {
        ...result("Toast", { message: "c" }),
        action: { ...decodeResult(action), label: "Order 7" },
      } as unknown as Result,
      root,
      stage,
    );
    play("Toast", { message: "d" });
    assert.deepEqual(
      toasted().map(({ action_label }) => action_label),
      ["Look", "Open", "Order 7", null],
    );
    toasted()[0].run();
    assert.equal(log.at(-1)[0], "perform");
    assert.equal(log.at(-1)[1].url, "/orders/7/");
    assert.equal(toasted()[3].run, undefined);
  });
});

describe("Error", () => {
  test("is an event of its component and a toast", () => {
    const events = trail(root, "live:error");
    play("Error", { message: "Wrong", errors: { qty: ["Enter a number."] }, status: 422 });
    assert.deepEqual([events[0]![1].errors, events[0]![1].status], [{ qty: ["Enter a number."] }, 422]);
    assert.deepEqual([log[0][1].message, log[0][1].level], ["Wrong", "error"]);
  });

  test("shows no toast when a listener takes care of it", () => {
    root.addEventListener("live:error", (event) => event.preventDefault());
    play("Error", { message: "Wrong" });
    assert.deepEqual(log, []);
  });
});

describe("the other words", () => {
  test("Redirect goes, or is an error", () => {
    play("Redirect", { url: "/x/", replace: true });
    assert.deepEqual(log, [["go", "/x/", true, false]]);
    stage.go = () => false;
    assert.throws(() => play("Redirect", { url: "javascript:alert(1)" }), NotPerformed);
  });

  test("History adds an entry or replaces it", () => {
    play("History", { push_url: "/a/" });
    play("History", { replace_url: "/b/" });
    play("History");
    assert.deepEqual(log, [
      ["show", "/a/", false],
      ["show", "/b/", true],
    ]);
  });

  test("Signal and Signals go to the component that speaks", () => {
    play("Signal", { name: "count", value: 3 });
    play("Signals", { values: { $unread: 7 } });
    assert.deepEqual(log, [
      ["patch", root, { count: 3 }],
      ["patch", root, { $unread: 7 }],
    ]);
  });

  test("LoadJS is waited for, and what follows goes on when it fails, unless strict", async () => {
    const loaded = play("LoadJS", { src: "/static/chart.js" });
    assert.ok(loaded instanceof Promise);
    await loaded;
    assert.deepEqual(log, [["load", "http://desk.test/static/chart.js", null]]);
    const errors = trail(here.window, "live:script:error");
    stage.load = () => Promise.reject(new Error("404"));
    await play("LoadJS", { src: "/nope.js" });
    assert.deepEqual(errors, [["live:script:error", { src: "/nope.js" }]]);
    stage.strict = true;
    await assert.rejects(play("LoadJS", { src: "/nope.js" }) as Promise<void>, NotPerformed);
  });

  test("Whole writes the component and says so", async () => {
    const events = trail(root, "live:patched");
    play("Whole", { html: '<section live-id="1"><i>2</i></section>' });
    assert.equal(root.innerHTML, "<i>2</i>");
    await settled();
    assert.equal(events.length, 1);
  });

  test("Patch has the changes written into the component that speaks, and needs one", () => {
    play("Patch", { changes: [0, "2"] });
    play("Patch", { changes: [0, "3"] }, null);
    assert.deepEqual(log, [["write", root, [0, "2"]]]);
    assert.match(said[0]!, /result\.orphan/);
  });
});
