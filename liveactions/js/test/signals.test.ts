import assert from "node:assert/strict";
import { test } from "node:test";
import { Window as HappyWindow } from "happy-dom";
import { createSignals } from "../src/signals";
import { evaluate, forbiddenPath, merge, parseExpression, parsePairs, split } from "../src/signals/core";

function open(html: string, alpine?: unknown) {
  const window = new HappyWindow() as unknown as Window & typeof globalThis;
  const { document } = window;
  document.body.innerHTML = html;
  if (alpine) Object.assign(window, { Alpine: alpine });
  const heard: unknown[] = [];
  window.addEventListener("live:signals", (event) => heard.push((event as CustomEvent).detail));
  const signals = createSignals(document);
  signals.apply(document.documentElement);
  return {
    window,
    document,
    signals,
    heard,
    find: (selector: string) => document.querySelector(selector) as HTMLElement,
  };
}

const quiet = (t: { mock: typeof import("node:test").mock }) => {
  const said: string[] = [];
  for (const name of ["warn", "error"] as const) t.mock.method(console, name, (line: string) => said.push(line));
  return said;
};

test("maps merge deeply, lists and null replace, and nothing of a patch is shared", () => {
  const target: Record<string, unknown> = { a: { b: 1, c: { d: 2 } }, list: [1, 2], gone: { x: 1 } };
  const patch = { a: { c: { e: 3 } }, list: [{ y: 1 }], gone: null };
  merge(target, patch);
  assert.deepEqual(target, { a: { b: 1, c: { d: 2, e: 3 } }, list: [{ y: 1 }], gone: null });
  patch.list[0]!.y = 9;
  assert.deepEqual(target.list, [{ y: 1 }]);
});

test("names that reach a prototype are found at every depth, in lists too", () => {
  assert.equal(forbiddenPath(JSON.parse('{"a": [{"b": {"__proto__": {"x": 1}}}]}')), "a.0.b.__proto__");
  assert.equal(forbiddenPath({ constructor: 1 }), "constructor");
  assert.equal(forbiddenPath({ a: { prototype: 1 } }), "a.prototype");
  assert.equal(forbiddenPath({ a: ["constructor"], proto: null }), null);
});

test("a name with $ is the page's, a lone $ is not", () => {
  assert.deepEqual(split({ $unread: 1, count: 2, $: 3 }), { page: { unread: 1 }, local: { count: 2, $: 3 } });
});

test("an expression is a path with dots and !, and nothing else", () => {
  const value = (text: string) =>
    evaluate(parseExpression(text)!, [{ user: { open: false } }, { user: { name: "x" }, n: 0 }], { n: 5 });
  assert.deepEqual(
    ["user.open", "!user.open", "!!n", "$n", "!$n", "user.name", "user.open.deeper", "nobody"].map(value),
    [false, true, false, 5, false, undefined, undefined, undefined],
  );
  for (const text of ["a()", "a + b", "a[0]", "", "a..b", "alert`1`"]) assert.equal(parseExpression(text), null, text);
  assert.equal(value("toString"), undefined, "what is inherited is no signal");
});

test("pairs may hold several classes and colons in a name", () => {
  assert.deepEqual(parsePairs("active on: open, md:flex: !$busy,"), [
    ["active on", "open"],
    ["md:flex", "!$busy"],
  ]);
});

test("a component's values come from live-signals and drive its directives", () => {
  const { find, signals } = open(`<div live-id="1" live-signals='{"count": 3, "open": false, "user": {"name": "Ada"}}'>
    <b live-text="count">0</b><i live-show="open">x</i><u live-show="!open">x</u><s live-text="user.name"></s>
    <p class="keep" live-class="active wide: open, closed: !open"></p>
      <a live-attr="href: link, aria-expanded: open">x</a></div>`);
  const seen = () => [
    find("b").textContent,
    find("i").hidden,
    find("u").hidden,
    find("p").className,
    find("a").getAttribute("aria-expanded"),
  ];
  assert.deepEqual(seen(), ["3", true, false, "keep closed", "false"]);
  signals.patch(find("div"), { count: 4, open: true, user: { age: 36 }, link: "/ada/" });
  assert.deepEqual(seen(), ["4", false, true, "keep active wide", "true"]);
  assert.deepEqual([find("s").textContent, find("a").getAttribute("href")], ["Ada", "/ada/"]);
});

test("local values stay in their component, page values reach all of them", () => {
  const { document, signals, find } = open(`<div id="a" live-id="1"><b live-text="n">-</b><i live-text="$n">-</i></div>
    <div id="c" live-id="3"><b live-text="n">-</b><i live-text="$n">-</i></div>`);
  signals.patch(find("#a"), { n: 1, $n: 7 });
  assert.deepEqual(
    [...document.querySelectorAll("b, i")].map((it) => it.textContent),
    ["1", "7", "-", "7"],
  );
});

test("a name that a nested scope does not have is taken from the one around it", () => {
  const { signals, find } = open(
    `<div live-id="1"><p live-id="3" live-signals='{"own": 1}'><b live-text="outer">-</b></p></div>`,
  );
  signals.patch(find("div"), { outer: "around" });
  assert.equal(find("b").textContent, "around");
});

test("new HTML shows the values as they stand, and new live-signals are the server's word", () => {
  const { document, signals, find } = open(`<div live-id="1" live-signals='{"count": 1}'></div>`);
  signals.patch(find("div"), { count: 5, note: "kept" });
  find("div").innerHTML = `<b live-text="count">1</b><i live-text="note"></i>`;
  signals.apply(find("b"));
  assert.equal(find("b").textContent, "5");
  find("div").setAttribute("live-signals", '{"count": 2, "$unread": 4}');
  find("div").insertAdjacentHTML("beforeend", `<u live-text="$unread"></u>`);
  signals.apply(document.documentElement);
  assert.deepEqual([find("b").textContent, find("i").textContent, find("u").textContent], ["2", "kept", "4"]);
});

test("what the server wrote stays until a signal has a value; null is empty", () => {
  const { signals, find } = open(
    `<div live-id="1"><b live-text="n">server</b><a href="/s/" live-attr="href: n">x</a></div>`,
  );
  assert.deepEqual([find("b").textContent, find("a").getAttribute("href")], ["server", "/s/"]);
  signals.patch(find("div"), { n: null });
  assert.deepEqual([find("b").textContent, find("a").getAttribute("href")], ["", null]);
});

test("text is text, and the server's text node stays the one it is", () => {
  const { signals, find } = open(`<div live-id="1"><b live-text="n">server</b></div>`);
  const node = find("b").firstChild;
  signals.patch(find("div"), { n: "<img src=x onerror=alert(1)>" });
  assert.equal(find("b").children.length, 0);
  assert.equal(find("b").firstChild, node);
});

test("attributes that would run something are refused, in every disguise", (t) => {
  const said = quiet(t);
  const { signals, find } = open(
    `<div live-id="1"><a live-attr="href: u, onclick: u, style: u, srcdoc: u">x</a><img live-attr="src: u">
      <form live-attr="action: u"></form></div>`,
  );
  for (const u of [
    "javascript:alert(1)",
    " JaVa\tscript:alert(1)",
    "\u0001javascript:alert(1)",
    "vbscript:x",
    "data:text/html,<script>",
    "data:image/svg+xml,x",
  ]) {
    signals.patch(find("div"), { u });
    for (const element of ["a", "img", "form"])
      assert.deepEqual(
        [...find(element).attributes].map((a) => a.name),
        ["live-attr"],
        u,
      );
  }
  assert.ok(said.length);
  for (const u of ["/path", "https://x.test/", "mailto:a@x.test", "?q=a:b", "#a"]) {
    signals.patch(find("div"), { u });
    assert.equal(find("img").getAttribute("src"), u);
  }
  signals.patch(find("div"), { u: "data:image/png;base64,AAAA" });
  assert.equal(find("img").getAttribute("src"), "data:image/png;base64,AAAA");
});

test("a value or checked attribute also changes what the user sees", () => {
  const { signals, find } = open(
    `<div live-id="1"><input id="t" live-attr="value: v">
      <input id="c" type="checkbox" live-attr="checked: c, disabled: c"></div>`,
  );
  const text = find("#t") as HTMLInputElement;
  const box = find("#c") as HTMLInputElement;
  text.value = "typed";
  signals.patch(find("div"), { v: "server", c: true });
  assert.deepEqual([text.value, box.checked, box.disabled], ["server", true, true]);
  signals.patch(find("div"), { c: false });
  assert.deepEqual([box.checked, box.disabled], [false, false]);
});

test("a patch with a forbidden name changes nothing, is told to nobody, and is reported", (t) => {
  const said = quiet(t);
  const { signals, find, heard } = open(`<div live-id="1"><b live-text="ok">-</b></div>`);
  signals.patch(find("div"), JSON.parse('{"ok": 1, "a": {"__proto__": {"polluted": 1}}}'));
  assert.equal(find("b").textContent, "-");
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  assert.deepEqual(heard, []);
  assert.match(said.join(), /"a\.__proto__" are refused/);
});

test("the window hears every patch with its raw values", () => {
  const { signals, heard } = open("");
  signals.patch(null, { count: 1, $unread: 2 });
  assert.deepEqual(heard, [{ count: 1, $unread: 2 }]);
});

test("live-signals that are not JSON and expressions that are code are reported, and break nothing", (t) => {
  const said = quiet(t);
  const { find } = open(`<div live-id="1" live-signals="{count: 1}"><b live-text="count + 1">-</b></div>`);
  assert.equal(find("b").textContent, "-");
  assert.match(said.join("\n"), /is not JSON[^]*"count \+ 1" is not a signal/);
});

/** As Alpine does it: data in a stack, read and written through one proxy, new names put into the outermost. */
function fakeAlpine() {
  const stores: Record<string, Record<string, unknown>> = {};
  const start = (element: Element, ...stack: Record<string, unknown>[]) =>
    Object.assign(element, { _x_dataStack: stack });
  const alpine = {
    store: (name: string, values?: Record<string, unknown>) => (values ? void (stores[name] = values) : stores[name]),
    $data: (element: Element) => {
      const stack = (element as Element & { _x_dataStack: Record<string, unknown>[] })._x_dataStack;
      return new Proxy({} as Record<string, unknown>, {
        ownKeys: () => [],
        has: (_, name) => stack.some((data) => name in data),
        get: (_, name: string) => stack.find((data) => name in data)?.[name],
        set: (_, name: string, value) =>
          Reflect.set(stack.find((data) => name in data) ?? stack[stack.length - 1]!, name, value),
      });
    },
    nextTick: (then: () => void) => setTimeout(then),
  };
  return { alpine, stores, start };
}

test("with Alpine, $ values merge into its store and local ones into the component's data, both deeply", () => {
  const { alpine, stores, start } = fakeAlpine();
  const { signals, find } = open(`<div live-id="1"><p x-data></p></div>`, alpine);
  const data = { map: { a: 1, b: 2 }, only: 1 };
  const outer = {};
  start(find("p"), data, outer);
  signals.patch(find("div"), { map: { b: 9 }, fresh: 1, $map: { a: 1, b: 2 } });
  signals.patch(find("div"), { $map: { b: 9 } });
  assert.deepEqual(data, { map: { a: 1, b: 9 }, only: 1, fresh: 1 });
  assert.deepEqual(outer, {});
  assert.deepEqual(stores, { live: { map: { a: 1, b: 9 } } });
});

test("Alpine's data is looked for at the root, then inside without nested components, then around", () => {
  const { alpine, start } = fakeAlpine();
  const { signals, find } = open(
    `<main x-data><div id="a" live-id="1" x-data></div><div id="b" live-id="3"><p live-id="5" x-data></p></div></main>`,
    alpine,
  );
  const [main, root, nested] = [{ n: 0 }, { n: 0 }, { n: 0 }];
  start(find("main"), main);
  start(find("#a"), root);
  start(find("p"), nested);
  signals.patch(find("#a"), { n: 1 });
  signals.patch(find("#b"), { n: 3 });
  assert.deepEqual([main.n, root.n, nested.n], [3, 1, 0]);
});

test("what comes before Alpine has started is there when it has", () => {
  const { window, document, signals, find } = open(`<div live-id="1" live-signals='{"first": 1}' x-data></div>`);
  signals.patch(find("div"), { count: 2, $unread: 3 });
  const { alpine, stores, start } = fakeAlpine();
  const data = {};
  Object.assign(window, { Alpine: alpine });
  document.dispatchEvent(new window.CustomEvent("alpine:init"));
  assert.deepEqual(stores, { live: { unread: 3 } });
  start(find("div"), data);
  document.dispatchEvent(new window.CustomEvent("alpine:initialized"));
  assert.deepEqual(data, { first: 1, count: 2 });
});
