/** The words that are about more than HTML: dialogs, windows, files, forms, tabs, records. */
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { NotPerformed, perform, type Stage } from "../src/results";
import { decodeResult, type Result } from "../src/vocabulary";
import { $, page, quiet, settled, trail, type Page } from "./support/dom";
import { result, stageOn, type Log } from "./support/stage";

let here: Page;
let root: HTMLElement;
let stage: Stage;
let log: Log;
let said: string[];
let choice: string;

const OPENER = '<form id="order"><input name="state"><button id="opener" type="button">Pay</button></form>';

function open(html: string): void {
  here = page(html);
  root = $(here.body, "[live-id]");
  log = [];
  said = quiet();
  choice = "yes";
  stage = stageOn(here, log, () => choice);
  stage.windows.start();
}

beforeEach(() => open(`<section live-id="1"><div live-id="3">${OPENER}<aside live-id="5"></aside></div></section>`));

const play = (word: Result["word"], given: Record<string, unknown> = {}, scope: Element | null = root) =>
  perform(result(word, given), scope, stage);
const toast = (message: string) => [4, message];
const toasts = () => log.filter(([name]) => name === "toast").map(([, detail]) => detail.message);
const calls = () => log.filter(([name]) => name === "call").map(([, scope, action, args]) => [scope, action, args]);

/** Open a window as a page does, by its opener. */
function openWindow(html: string): HTMLDialogElement {
  $(here.body, "#opener").focus();
  here.body.insertAdjacentHTML("beforeend", html);
  const dialog = [...here.document.querySelectorAll("dialog")].at(-1)!;
  dialog.showModal();
  void stage.windows.top;
  return dialog;
}

describe("Alert", () => {
  test("has one button, and the frame does not wait for it", () => {
    assert.equal(play("Alert", { message: "Read", title: "Alert", level: "warning" }), undefined);
    const { kind, level, choices } = log[0]![1];
    assert.deepEqual([kind, level, choices], ["alert", "warning", [["ok"]]]);
  });

  test("with results to follow keeps its frame waiting, and they come in order once it is read", async () => {
    choice = "ok";
    const pending = play("Alert", { message: "Read", then: [toast("a"), toast("b")] });
    assert.ok(pending instanceof Promise);
    assert.deepEqual(toasts(), []);
    await pending;
    assert.deepEqual(toasts(), ["a", "b"]);
  });

  test("may have a second button, whose result comes before the others", async () => {
    choice = "action";
    await play("Alert", { message: "Read", action: toast("action"), action_label: "Show", then: [toast("then")] });
    assert.deepEqual(log[0]![1].choices, [["ok"], ["action", "Show"]]);
    assert.deepEqual(toasts(), ["action", "then"]);
  });
});

describe("Confirm", () => {
  test("sends the answer with its token, and its dialog stays until the server has it", async () => {
    await play("Confirm", { message: "Sure?", token: "t" });
    assert.deepEqual(calls(), [[root, "@answer", { token: "t", choice: "yes" }]]);
    assert.deepEqual(
      log.map(([name]) => name),
      ["ask", "call", "close", "close"],
    );
  });

  for (const [chosen, then] of [
    ["yes", ["then"]],
    ["ok", ["then"]],
    ["no", []],
    ["cancel", []],
  ] as const) {
    test(`with results to follow performs ${then.length ? "them" : "none"} on ${chosen}`, async () => {
      choice = chosen;
      await play("Confirm", { message: "Sure?", then: [toast("then")], variant: "danger" });
      assert.equal(log[0]![1].variant, "danger");
      assert.deepEqual(toasts(), then);
      assert.deepEqual(calls(), []);
    });
  }

  test("speaks for whatever has taken the place of its component", async () => {
    const asked = play("Confirm", { message: "Sure?", token: "t" });
    root.outerHTML = '<section live-id="1" id="new"></section>';
    await asked;
    assert.equal(calls()[0]![0], $(here.body, "#new"));
  });
});

describe("Close", () => {
  test("F1 closes the window on top only", async () => {
    const first = openWindow("<dialog></dialog>");
    const second = openWindow("<dialog></dialog>");
    await play("Close");
    assert.deepEqual([first.open, second.open], [true, false]);
    await play("Close");
    assert.equal(first.open, false);
  });

  test("F1 takes the order of opening for what is on top, not the order in the page", async () => {
    here.body.insertAdjacentHTML("beforeend", "<dialog id=one></dialog><dialog id=two></dialog>");
    const [one, two] = here.document.querySelectorAll("dialog");
    two!.showModal();
    void stage.windows.top;
    one!.showModal();
    await play("Close");
    assert.deepEqual([one!.open, two!.open], [false, true]);
  });

  test("passes over what the client itself asks and tells", async () => {
    const window = openWindow("<dialog></dialog>");
    const own = openWindow('<dialog class="live-dialog live-ask"></dialog>');
    await play("Close");
    assert.deepEqual([window.open, own.open], [false, true]);
  });

  test("F2 F3 tells who has opened the window, once, with the infos", async () => {
    const events = trail($(here.body, "#opener"), "live:window:closed");
    openWindow("<dialog></dialog>");
    await play("Close", { infos: { id: 7 } });
    await play("Close", { infos: { id: 8 } });
    assert.deepEqual(events, [["live:window:closed", { infos: { id: 7 } }]]);
  });

  test("F2 takes for opener what has the id of one that was replaced, and never a toast", async () => {
    const closed: string[] = [];
    here.window.addEventListener("live:window:closed", ({ target }) => closed.push((target as Element).id));
    openWindow("<dialog></dialog>");
    $(here.body, "#opener").outerHTML = '<button id="opener">again</button>';
    await play("Close");
    here.body.insertAdjacentHTML(
      "beforeend",
      '<div class="live-toasts"><button id="press"></button></div><dialog></dialog>',
    );
    $(here.body, "#opener").focus();
    $(here.body, "#press").focus();
    here.document.querySelectorAll("dialog")[1]!.showModal();
    await play("Close");
    assert.deepEqual(closed, ["opener", "opener"]);
  });

  test("refreshes what is under the window, then tells", async () => {
    openWindow('<dialog><p live-id="9"></p></dialog>');
    await play("Close", { reload: true, notify: [5, "Paid", "green"] }, $(here.body, "[live-id='9']"));
    assert.deepEqual(log[0], ["refresh", $(here.body, "[live-id='3']"), false, false]);
    assert.deepEqual(toasts(), ["Paid"]);
  });

  test("with nothing open does the rest all the same", async () => {
    await play("Close", { reload: true, notify: [5, "Done"] }, $(here.body, "aside"));
    assert.deepEqual(log[0], ["refresh", $(here.body, "[live-id='3']"), false, false]);
    assert.deepEqual(toasts(), ["Done"]);
  });

  test("leaves a window of the server's to the component around it, and does the rest when that has answered", async () => {
    const events = trail(here.window, "live:window:closed");
    const dialog = openWindow('<div live-id="11"><div live-window><dialog></dialog></div></div>');
    await play("Close", { infos: 1, notify: [5, "Done"] });
    assert.equal(dialog.open, true);
    await settled();
    assert.deepEqual(calls(), [[$(here.body, "[live-id='11']"), "close", { infos: 1 }]]);
    assert.deepEqual([events.length, toasts()], [1, ["Done"]]);
  });
});

describe("Refresh", () => {
  test("is for the component that speaks, the one around it, or all", () => {
    const aside = $(here.body, "aside");
    play("Refresh", {}, aside);
    play("Refresh", { scope: "parent", focus: true }, aside);
    play("Refresh", { scope: "all", delayed: ["total"] }, aside);
    assert.deepEqual(log, [
      ["refresh", aside, false, false],
      ["refresh", $(here.body, "[live-id='3']"), false, true],
      ["refresh", null, ["total"], false],
    ]);
  });

  test("in a window has the component that opened it for parent", () => {
    openWindow('<dialog><p live-id="9"></p></dialog>');
    play("Refresh", { scope: "parent" }, $(here.body, "[live-id='9']"));
    assert.equal(log[0]![1], $(here.body, "[live-id='3']"));
  });
});

describe("OpenURL", () => {
  let tabs: { opener: unknown; went: string[] }[];
  const browser = (blocks: boolean) => {
    tabs = [];
    here.window.open = ((): unknown => {
      if (blocks) return null;
      const went: string[] = [];
      tabs.push({ opener: here.window, went });
      return Object.assign(tabs.at(-1)!, { location: { replace: (url: string) => went.push(url) } });
    }) as typeof window.open;
  };

  test("F7 opens a tab that does not know who has opened it", async () => {
    browser(false);
    await play("OpenURL", { url: "https://example.org/a" });
    assert.deepEqual([tabs[0]!.opener, tabs[0]!.went], [null, ["https://example.org/a"]]);
  });

  test("F7 closes the window on top afterwards if it is asked to", async () => {
    browser(false);
    const dialog = openWindow("<dialog></dialog>");
    await play("OpenURL", { url: "/a/" });
    assert.equal(dialog.open, true);
    await play("OpenURL", { url: "/a/", close: true });
    assert.equal(dialog.open, false);
  });

  test("F7 offers a link in a warning that stays where the browser has blocked the tab", async () => {
    browser(true);
    await play("OpenURL", { url: "/a/", title: "Look" });
    const { level, sticky, href, blocked, action_label } = log[0]![1];
    assert.deepEqual(
      [level, sticky, href, blocked, action_label],
      ["warning", true, "http://desk.test/a/", true, "Look"],
    );
  });

  test("F7 with self leaves, and with download fetches; neither opens a tab", async () => {
    browser(false);
    const links: string[] = [];
    here.document.addEventListener("click", (event) => {
      event.preventDefault();
      links.push((event.target as HTMLAnchorElement).href);
    });
    await play("OpenURL", { url: "/a/", target: "self", close: true });
    await play("OpenURL", { url: "/b/", target: "download" });
    assert.deepEqual(log, [["go", "/a/", false, true]]);
    assert.deepEqual([links, tabs], [["http://desk.test/b/"], []]);
  });

  test("F8 refuses what is no address of the web", async () => {
    browser(false);
    await play("OpenURL", { url: "javascript:alert(1)" });
    assert.deepEqual([tabs, log], [[], []]);
  });
});

describe("Download", () => {
  let saved: { name: string; url: string }[];
  let blobs: Blob[];
  let revoked: string[];

  beforeEach(() => {
    [saved, blobs, revoked] = [[], [], []];
    here.document.addEventListener("click", (event) => {
      const { download, href } = event.target as HTMLAnchorElement;
      saved.push({ name: download, url: href });
    });
    Object.assign(here.window.URL, {
      createObjectURL: (blob: Blob) => (blobs.push(blob), `blob:${blobs.length}`),
      revokeObjectURL: (url: string) => revoked.push(url),
    });
    here.window.setTimeout = ((run: () => void) => (run(), 0)) as unknown as typeof setTimeout;
  });

  const bytes = (...values: number[]) => new Uint8Array(values);

  test("saves what has come with it, and gives the address back", async () => {
    play("Download", { filename: "a.csv", mimetype: "text/csv", content: bytes(104, 105) });
    assert.deepEqual(saved, [{ name: "a.csv", url: "blob:1" }]);
    assert.deepEqual([await blobs[0]!.text(), blobs[0]!.type], ["hi", "text/csv"]);
    assert.deepEqual([revoked, here.document.querySelector("a")], [["blob:1"], null]);
  });

  test("saves an empty file", () => {
    play("Download", { filename: "a.csv", content: bytes() });
    assert.deepEqual([saved.length, blobs[0]!.size], [1, 0]);
  });

  test("fetches what has an address", () => {
    play("Download", { filename: "a.csv", url: "/a.csv" });
    assert.deepEqual(saved, [{ name: "a.csv", url: "http://desk.test/a.csv" }]);
  });

  test("puts pieces together, and tells how far it is", async () => {
    const events = trail(here.window, "live:download:progress");
    play("Download", { filename: "a.bin", size: 4, id: 7 });
    play("Chunk", { download: 7, data: bytes(1, 2) });
    assert.deepEqual(saved, []);
    play("Chunk", { download: 7, data: bytes(3, 4) });
    assert.deepEqual(new Uint8Array(await blobs[0]!.arrayBuffer()), bytes(1, 2, 3, 4));
    assert.deepEqual(
      events.map(([, { loaded, total }]) => [loaded, total]),
      [
        [0, 4],
        [2, 4],
        [4, 4],
      ],
    );
  });

  test("says so when a piece is of nothing that has begun, or of what will not come any more", () => {
    play("Download", { filename: "a.bin", size: 4, id: 7 });
    stage.downloads.reset();
    play("Chunk", { download: 7, data: bytes(1) });
    assert.match(said.join(), /download\.unknown/);
    assert.deepEqual(saved, []);
  });

  test("F17 F18 closes no window, and neither does a notification", () => {
    const dialog = openWindow("<dialog></dialog>");
    play("Download", { filename: "a.csv", content: bytes(1) });
    play("Notify", { message: "Done" });
    assert.equal(dialog.open, true);
  });
});

describe("UpdateParent", () => {
  const FORM = `<form id="order"><input name="state"><input name="rush" type="checkbox">
    <select name="kind"><option value="a">A</option><option value="b">B</option></select>
    <textarea live-model.lazy="notes"></textarea>
    <div live-relation="lines">
      <p live-key="4"><input name="lines-4-qty" value="1"><input type="checkbox" name="lines-4-DELETE"></p>
      <p live-key="5"><input name="lines-5-qty" value="1"></p>
      <template><p><input name="lines-__prefix__-qty"><i id="row-__prefix__"></i></p></template>
    </div><button id="opener" type="button"></button></form>`;
  const value = (name: string) => $<HTMLInputElement>(here.body, `[name="${name}"]`).value;
  const keys = () => [...here.document.querySelectorAll("[live-key]")].map((row) => row.getAttribute("live-key"));

  beforeEach(() => open(`<section live-id="1">${FORM}</section>`));

  test("writes into the form in which the window was opened, and its controls say so", () => {
    openWindow('<dialog><p live-id="9"></p></dialog>');
    const events = trail($(here.body, "#order"), "input", "change");
    play(
      "UpdateParent",
      { values: { state: "paid", kind: "b", rush: true, notes: "x" } },
      $(here.body, "[live-id='9']"),
    );
    assert.deepEqual([value("state"), value("kind")], ["paid", "b"]);
    assert.equal($<HTMLInputElement>(here.body, "[name=rush]").checked, true);
    assert.equal($<HTMLTextAreaElement>(here.body, "textarea").value, "x");
    assert.deepEqual(
      events.map(([name]) => name),
      ["input", "change", "change", "change", "input", "change"],
    );
  });

  test("without a window writes into the nearest form, and says which control is not there", () => {
    play("UpdateParent", { values: { state: "paid", nope: 1 } });
    assert.equal(value("state"), "paid");
    assert.match(said.join(), /field\.missing.*nope/);
  });

  test("is left to a page that does it itself", () => {
    here.window.addEventListener("live:update-parent", (event) => event.preventDefault());
    play("UpdateParent", { values: { state: "paid" } });
    assert.equal(value("state"), "");
  });

  test("closes the window if it is asked to", async () => {
    const dialog = openWindow("<dialog></dialog>");
    await play("UpdateParent", { values: {}, close: true });
    assert.equal(dialog.open, false);
  });

  const lines = (...commands: unknown[]) => play("UpdateParent", { values: { lines: commands } });

  test("creates rows from the template, with keys of their own", () => {
    lines(["C", { qty: 5 }], ["C", { qty: 6 }]);
    assert.deepEqual(keys(), ["4", "5", "new1", "new2"]);
    assert.deepEqual([value("lines-new1-qty"), value("lines-new2-qty")], ["5", "6"]);
    assert.ok(here.document.querySelector("#row-new1"));
  });

  test("updates a row, takes one out, and deletes one by its box where it has one", () => {
    lines(["U", 5, { qty: 9 }], ["D", 4]);
    assert.equal(value("lines-5-qty"), "9");
    assert.equal($(here.body, "[live-key='4']").hidden, true);
    assert.equal($<HTMLInputElement>(here.body, "[name=lines-4-DELETE]").checked, true);
    lines(["X", 4], ["D", 5]);
    assert.deepEqual(keys(), []);
  });

  test("links, clears and sets", () => {
    lines(["L", "main"], ["L", 4]);
    assert.deepEqual(keys(), ["4", "5", "main"]);
    lines(["S", [5, 7]]);
    assert.deepEqual(keys(), ["5", "7"]);
    lines(["K"]);
    assert.deepEqual(keys(), []);
  });
});

describe("Focus", () => {
  test("goes to a selector, to the first mistake, or into the component", () => {
    play("Focus", { target: "#opener" });
    assert.equal(here.document.activeElement, $(here.body, "#opener"));
    $(here.body, "input").setAttribute("aria-invalid", "true");
    play("Focus", { target: "first-invalid" });
    assert.equal(here.document.activeElement, $(here.body, "input"));
    (here.document.activeElement as HTMLElement).blur();
    play("Focus");
    assert.equal(here.document.activeElement, $(here.body, "input"));
    play("Focus", { target: "preserve" });
    assert.equal(here.document.activeElement, $(here.body, "input"));
  });

  test("stays where it is in the component, so that no caret moves", () => {
    $(here.body, "#opener").focus();
    play("Focus");
    assert.equal(here.document.activeElement, $(here.body, "#opener"));
  });

  test("is strict about a missing target where the page or the result is", () => {
    play("Focus", { target: "#nope" });
    assert.match(said.join(), /target\.missing/);
    assert.throws(() => play("Focus", { target: "#nope", strict_targets: true }), NotPerformed);
  });
});

describe("EditingMode", () => {
  test("marks the component until it ends, and says so", () => {
    const events = trail(root, "live:editing");
    play("EditingMode", { value: true });
    assert.ok(root.hasAttribute("live-editing"));
    play("EditingMode", { value: false });
    assert.ok(!root.hasAttribute("live-editing"));
    assert.deepEqual(
      events.map(([, detail]) => detail.value),
      [true, false],
    );
  });
});

describe("ActiveTab", () => {
  const TABS = `<div role="tablist"><button role="tab" aria-controls="p0" aria-selected="true">A</button>
    <button role="tab" aria-controls="p1" live-tab="lines" aria-selected="false">B</button></div>
    <div id="p0" role="tabpanel"></div><div id="p1" role="tabpanel" hidden></div>`;
  const state = () =>
    [...here.document.querySelectorAll<HTMLElement>("[role=tab]")].map((tab, index) => [
      tab.getAttribute("aria-selected"),
      tab.tabIndex,
      $(here.body, `#p${index}`).hidden,
    ]);

  beforeEach(() => open(`<section live-id="1">${TABS}</section>`));

  test("shows a tab by its number or its name", () => {
    play("ActiveTab", { value: 1 });
    assert.deepEqual(state(), [
      ["false", -1, true],
      ["true", 0, false],
    ]);
    play("ActiveTab", { value: 0 });
    assert.deepEqual(state(), [
      ["true", 0, false],
      ["false", -1, true],
    ]);
    play("ActiveTab", { value: "lines" });
    assert.equal(state()[1]![0], "true");
  });

  test("says so when there is no such tab", () => {
    play("ActiveTab", { value: "nope" });
    assert.match(said.join(), /tab\.missing/);
  });
});

describe("records", () => {
  test("RecordDeleted marks what shows them and takes them out of what is selected", () => {
    const row = (record: string) => `<li live-record="${record}"><input type="checkbox" checked></li>`;
    open(`<ul live-id="1">${["shop.order:7", "shop.order:8", "shop.line:7", "7"].map(row).join("")}</ul>`);
    const events = trail(root, "live:record:deleted", "change");
    play("RecordDeleted", { pks: [7], model: "shop.order" });
    const marked = () =>
      [...here.document.querySelectorAll("li")].map((item) => item.hasAttribute("data-live-deleted"));
    assert.deepEqual(marked(), [true, false, false, false]);
    assert.deepEqual(
      [...here.document.querySelectorAll("input")].map((box) => box.checked),
      [false, true, true, true],
    );
    assert.deepEqual(
      events.map(([name]) => name),
      ["change", "live:record:deleted"],
    );
    play("RecordDeleted", { pks: ["7"] });
    assert.deepEqual(marked(), [true, false, true, true]);
  });

  test("DataRecord is a signal that takes the place of the one before, and an event", () => {
    const events = trail(root, "live:record");
    play("DataRecord", { data: { name: "Ana" }, id: 7, title: "Ana's order" });
    assert.deepEqual(log, [
      ["patch", root, { record: null }],
      ["patch", root, { record: { name: "Ana" }, title: "Ana's order" }],
    ]);
    assert.deepEqual([events[0]![1].id, events[0]![1].data], [7, { name: "Ana" }]);
  });

  test("Rows are signals and an event", () => {
    const events = trail(root, "live:rows");
    play("Rows", { rows: [[1]], no_data_text: "None" });
    assert.deepEqual(log, [["patch", root, { rows: [[1]], count: 1, no_data_text: "None" }]]);
    assert.equal(events[0]![1].count, 1);
  });
});

describe("the others", () => {
  test("Log writes to the console, by its level", () => {
    const lines: string[] = [];
    for (const level of ["debug", "info", "warn", "error"] as const) console[level] = () => void lines.push(level);
    for (const level of ["debug", "info", "warning", "error"]) play("Log", { text: "x", level });
    assert.deepEqual(lines, ["debug", "info", "warn", "error"]);
  });

  test("a Reference asks the server", () => {
    play("Reference", { token: "t" });
    play("Reference", { token: "u" }, null);
    assert.deepEqual(calls(), [
      [root, "@perform", { token: "t" }],
      [null, "@perform", { token: "u" }],
    ]);
  });

  test("Custom is performed by what the application has registered, and waited for", async () => {
    let done = false;
    const seen: unknown[] = [];
    Object.assign(stage, {
      customs: new Map([
        ["shop.confetti", async (...args: unknown[]) => (seen.push(...args), await settled(), (done = true))],
      ]),
    });
    await play("Custom", { name: "shop.confetti", fields: { pieces: 7 } });
    assert.deepEqual([seen, done], [[{ pieces: 7 }, root], true]);
  });

  test("F11 Custom says the name that nobody has registered", () => {
    play("Custom", { name: "shop.confetti" });
    assert.match(said.join(), /result\.unknown.*shop\.confetti/);
  });

  test("Multi performs in order, and Noop nothing", async () => {
    await play("Multi", { actions: [toast("a"), [33], toast("b")] });
    assert.deepEqual(toasts(), ["a", "b"]);
  });

  test("Reload says what is to be dropped", () => {
    for (const scope of ["page", "frontend", "caches"]) play("Reload", { scope });
    assert.deepEqual(log, [
      ["renew", "page"],
      ["renew", "frontend"],
      ["renew", "caches"],
    ]);
  });

  test("F11 a word of the server's is refused where it comes bare, also on a button", () => {
    assert.throws(() => decodeResult([64, "shop.pay"]), /Word 64 is not known/);
    assert.throws(() => decodeResult([4, "a", "info", null, false, null, [68, "undo"]]), /Word 68 is not known/);
  });
});

describe("Shared", () => {
  const KEY = "polls.poll.2c26b46b68ffc68ff99b";
  const shared = (version: number, results: unknown[] = [[13, [0, `${version} votes`]]]) =>
    play("Shared", { key: KEY, version, results }, null);
  const writes = () => log.filter(([name]) => name === "write").map(([, element, changes]) => [element.id, changes]);
  const refreshed = () => log.filter(([name]) => name === "refresh").map(([, element]) => element);
  const versions = () =>
    [...here.document.querySelectorAll("[live-shared]")].map((element) => element.getAttribute("live-version"));
  const poll = (id: number, version: number, key = KEY) =>
    `<p id="p${id}" live-id="${id}" live-token="t${id}" live-shared="${key}" live-version="${version}">old</p>`;

  test("is performed wherever the component stands in the version before, and nowhere else", async () => {
    open(poll(1, 7) + poll(3, 7) + poll(5, 7, "polls.poll.another"));
    await shared(8);
    assert.deepEqual(writes(), [
      ["p1", [0, "8 votes"]],
      ["p3", [0, "8 votes"]],
    ]);
    assert.deepEqual(versions(), ["8", "8", "7"]);
  });

  test("is passed over by one that knows of it already", async () => {
    open(poll(1, 8) + poll(3, 9));
    await shared(8);
    assert.deepEqual([writes(), refreshed(), versions()], [[], [], ["8", "9"]]);
  });

  test("makes one that has missed something ask for all of it, and only that one", async () => {
    open(poll(1, 6) + poll(3, 7));
    await shared(8);
    assert.deepEqual(writes(), [["p3", [0, "8 votes"]]]);
    assert.deepEqual(refreshed(), [$(here.body, "#p1")]);
    assert.deepEqual(versions(), ["6", "8"]);
  });

  test("may bring it whole, and it keeps its id, its token and its place", async () => {
    open(poll(1, 7));
    await shared(8, [[12, `<p id="p1" live-shared="${KEY}" live-version="8">new</p>`]]);
    const element = $(here.body, "#p1");
    assert.equal(element.textContent, "new");
    assert.deepEqual([element.getAttribute("live-id"), element.getAttribute("live-token")], ["1", "t1"]);
    assert.deepEqual(versions(), ["8"]);
  });

  test("counts on where it was replaced by another element", async () => {
    open(poll(1, 7));
    await shared(8, [[12, `<div live-shared="${KEY}" live-version="8">new</div>`]]);
    await shared(9, []);
    assert.deepEqual(versions(), ["9"]);
  });

  test("without anything to perform is a version all the same", async () => {
    open(poll(1, 7));
    await shared(8, []);
    assert.deepEqual(versions(), ["8"]);
  });
});
