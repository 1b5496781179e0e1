import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { Hooks, type HookContext } from "../src/hooks";
import type { Caller } from "../src/ports";
import { $, page, quiet, type Page } from "./support/dom";

let here: Page;
let hooks: Hooks;
let calls: unknown[][];

beforeEach(() => {
  here = page('<section live-id="3"><b live-hook="Chart">1</b></section>');
  calls = [];
  const caller: Caller = {
    componentOf: (element) => ({ id: 3, element: element.closest("[live-id]")! }),
    call: async (...args) => (calls.push(args), { ok: true }),
    set: async () => ({ ok: true }),
  };
  hooks = new Hooks(here.document, caller);
});

describe("a hook", () => {
  test("lives with its element, and keeps what it puts into itself", () => {
    const told: string[] = [];
    const moment = (name: string) =>
      function (this: HookContext) {
        this.count = (this.count ?? 0) + 1;
        told.push(`${name} ${this.el.textContent} ${this.count}`);
      };
    hooks.define("Chart", { mounted: moment("mounted"), updated: moment("updated"), destroyed: moment("destroyed") });
    const element = $(here.body, "b");
    element.textContent = "2";
    hooks.updated([element]);
    element.remove();
    hooks.scan();
    hooks.scan();
    assert.deepEqual(told, ["mounted 1 1", "updated 2 2", "destroyed 2 3"]);
  });

  test("calls actions of the component around it", async () => {
    hooks.define("Chart", {
      async mounted() {
        assert.equal(this.component!.id, 3);
        await this.call("zoom", { by: 2 });
      },
    });
    assert.deepEqual(calls[0]!.slice(0, 3), [3, "zoom", { by: 2 }]);
  });

  test("gets one object for each element", () => {
    here.body.insertAdjacentHTML("beforeend", '<b live-hook="Chart"></b>');
    const seen = new Set<unknown>();
    hooks.define("Chart", {
      mounted() {
        seen.add(this);
      },
    });
    assert.equal(seen.size, 2);
  });

  test("that throws is told about, and harms no other", () => {
    const said = quiet();
    here.body.insertAdjacentHTML("beforeend", '<i live-hook="Fine"></i>');
    let mounted = false;
    hooks.define("Chart", {
      mounted() {
        throw new Error("broken");
      },
    });
    hooks.define("Fine", {
      mounted() {
        mounted = true;
      },
    });
    assert.ok(mounted);
    assert.match(said.join(), /hook\.failed.*broken/);
  });

  test("that nobody has defined is told about once", () => {
    const said = quiet();
    hooks.scan();
    hooks.report();
    hooks.report();
    assert.equal(said.length, 1);
    assert.match(said[0]!, /hook\.unknown.*Chart/);
  });
});
