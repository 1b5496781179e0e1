import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { renew } from "../src/extras";
import { Navigation } from "../src/navigation";
import { page, quiet } from "./support/dom";

let log: string[];
let popped: (event: { state: unknown }) => void;
let states: unknown[];
let storage: Map<string, string>;
let age: number;
let location: URL & { reload(): void; assign(url: string): void; replace(url: string): void };
let window: Window;
let navigation: Navigation;

beforeEach(() => {
  quiet();
  log = [];
  states = [];
  storage = new Map();
  age = 0;
  const { document } = page();
  location = Object.assign(new URL("http://desk.test/orders/"), {
    reload: () => void log.push("reload"),
    assign: (url: string) => void log.push(`assign ${url}`),
    replace: (url: string) => void log.push(`replace ${url}`),
  });
  window = {
    document,
    location,
    history: {
      state: null,
      pushState: (state: unknown, _: string, url: string) => {
        states.push(state);
        log.push(`push ${url}`);
      },
      replaceState: (state: unknown, _: string, url?: string) => {
        states.push(state);
        if (url) log.push(`replaceState ${url}`);
      },
    },
    sessionStorage: {
      getItem: (key: string) => storage.get(key) ?? null,
      setItem: (key: string, value: string) => void storage.set(key, value),
    },
    performance: { now: () => age },
    addEventListener: (_: string, listener: typeof popped) => (popped = listener),
    removeEventListener: () => undefined,
  } as unknown as Window;
  navigation = new Navigation(window);
  navigation.start();
});

describe("going somewhere", () => {
  test("takes paths and addresses of this site", () => {
    assert.ok(navigation.go("/a/", false, false));
    assert.ok(navigation.go("?q=1", true, false));
    assert.ok(navigation.go("http://desk.test/b/", false, false));
    assert.deepEqual(log, [
      "assign http://desk.test/a/",
      "replace http://desk.test/orders/?q=1",
      "assign http://desk.test/b/",
    ]);
  });

  test("refuses scripts, other schemes and other origins", () => {
    const bad = [
      "javascript:alert(1)",
      "java\nscript:alert(1)",
      " javascript:alert(1)",
      "data:text/html,x",
      "//evil.test/",
      "\\\\evil.test",
      "https://evil.test/",
      "http://desk.test:81/",
      "http://",
      "blob:http://desk.test/x",
      "vbscript:x",
    ];
    for (const url of bad) assert.equal(navigation.go(url, false, false), false, url);
    assert.deepEqual(log, []);
  });

  test("leaves the site only when it is said to, and never for a script", () => {
    assert.ok(navigation.go("https://example.com/", false, true));
    assert.equal(navigation.go("javascript:alert(1)", false, true), false);
    assert.deepEqual(log, ["assign https://example.com/"]);
  });
});

describe("the address bar", () => {
  test("is changed without leaving; back then asks the server for what belongs there", () => {
    navigation.show("/orders/?page=2", false);
    popped({ state: null });
    assert.deepEqual(log, ["push http://desk.test/orders/?page=2", "reload"]);
  });

  test("is left alone for other sites, and pages that never changed it do not reload", () => {
    assert.equal(navigation.show("https://evil.test/", false), false);
    popped({ state: null });
    assert.deepEqual(log, []);
  });

  test("is known to have been changed after the page was loaded again: forward asks the server, too", () => {
    navigation.show("/orders/?page=2", false);
    const [before, after] = states;
    assert.deepEqual(before, after);
    log = [];
    navigation.stop();
    const again = new Navigation(window);
    again.start();
    location.search = "?page=2";
    popped({ state: null });
    assert.deepEqual(log, []);
    popped({ state: after });
    assert.deepEqual(log, ["reload"]);
  });
});

describe("loading the page again", () => {
  test("is done once, and not again for as long as it may be a loop", () => {
    assert.ok(navigation.reload("token.expired"));
    age = 59_999;
    assert.equal(navigation.reload("token.expired"), false);
    assert.equal(navigation.reload("4401"), false);
    assert.deepEqual(log, ["reload"]);
  });

  test("may be done again when the page has stood well for a while", () => {
    navigation.reload("4401");
    age = 61_000;
    assert.ok(navigation.reload("4401"));
  });

  test("is not done when the browser cannot remember that it was", () => {
    storage.set = () => {
      throw new Error("denied");
    };
    assert.equal(navigation.reload("4401"), false);
    assert.deepEqual(log, []);
  });
});

describe("loading the page again because the server says so", () => {
  function opened() {
    const store = (): Record<string, unknown> =>
      Object.defineProperty({ "liveactions.reloaded": "x", theme: "dark" } as Record<string, unknown>, "removeItem", {
        value(this: Record<string, unknown>, key: string) {
          delete this[key];
        },
      });
    const window = {
      document: page().document,
      location,
      sessionStorage: store(),
      localStorage: store(),
      caches: { keys: async () => ["one"], delete: async (name: string) => void log.push(`delete ${name}`) },
      fetch: async (url: string, { cache }: RequestInit) => void log.push(`${cache} ${url}`),
      performance: {
        getEntriesByType: () => [
          { initiatorType: "script", name: "http://desk.test/a.js" },
          { initiatorType: "fetch", name: "http://desk.test/live/programs/0af3.json" },
          { initiatorType: "fetch", name: "http://desk.test/orders.json" },
          { initiatorType: "script", name: "https://elsewhere.test/b.js" },
        ],
      },
    };
    return window;
  }

  test("drops what the client has kept, and nothing of the page's", async () => {
    const window = opened();
    await renew(window as never, "frontend");
    assert.deepEqual(
      [log, Object.keys(window.localStorage), Object.keys(window.sessionStorage)],
      [["reload"], ["theme"], ["theme"]],
    );
  });

  test("with caches has scripts, styles and programs of this site come anew before that", async () => {
    await renew(opened() as never, "caches");
    assert.deepEqual(log, [
      "delete one",
      "reload http://desk.test/a.js",
      "reload http://desk.test/live/programs/0af3.json",
      "reload",
    ]);
  });
});
