import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LIFE, next, statusOf, type Happening, type Life } from "../src/life";

const STATES = Object.keys(LIFE) as Life[];
const HAPPENINGS = [...new Set(STATES.flatMap((life) => Object.keys(LIFE[life])))] as Happening[];

/** Where a connection is after all this, and what was to be done on the way. */
function after(...happenings: Happening[]): [Life, string[]] {
  let life: Life = "ended";
  const effects: string[] = [];
  for (const happening of happenings) {
    const [then, ...what] = next(life, happening);
    life = then;
    effects.push(...what);
  }
  return [life, effects];
}

describe("the life of a connection", () => {
  const stories: [title: string, happenings: Happening[], life: Life, effects: string[]][] = [
    ["begins with dialling", ["start"], "connecting", ["begin"]],
    ["is live when it is welcomed", ["start", "welcomed"], "live", ["begin"]],
    ["comes back after a loss", ["start", "welcomed", "lost", "due", "welcomed"], "live", ["begin", "retry", "dial"]],
    ["comes back when the server has said", ["start", "welcomed", "later", "due"], "connecting", ["begin", "wait", "dial"]],
    ["does not come back sooner because it is looked at", ["start", "later", "visible"], "draining", ["begin", "wait"]],
    ["comes back at once when it is looked at while it waits", ["start", "lost", "visible"], "connecting", ["begin", "retry", "probe"]],
    ["is dropped when nothing is heard and somebody may look", ["start", "welcomed", "silent"], "connecting", ["begin", "drop"]],
    ["is not condemned by the timers of a hidden page", ["start", "welcomed", "hidden", "silent"], "paused", ["begin"]],
    ["is not condemned by the timers of a frozen page", ["start", "welcomed", "hidden", "freeze", "silent"], "frozen", ["begin"]],
    ["is probed when a hidden page is looked at", ["start", "welcomed", "hidden", "visible"], "live", ["begin", "probe"]],
    ["is probed when a frozen page wakes", ["start", "welcomed", "hidden", "freeze", "thaw"], "paused", ["begin", "probe"]],
    ["is given up in the cache, and made anew out of it", ["start", "welcomed", "cache", "restore"], "connecting", ["begin", "discard", "dial"]],
    ["does not come back in the cache", ["start", "lost", "cache", "due", "online", "visible"], "cached", ["begin", "retry", "discard"]],
    ["is made anew when the network is back", ["start", "welcomed", "offline", "online"], "connecting", ["begin", "dial"]],
    ["goes on where the browser is wrong about the network", ["start", "offline", "welcomed"], "live", ["begin"]],
    ["goes another way as soon as there is one", ["start", "detour"], "connecting", ["begin", "dial"]],
    ["ends in a page that is to be loaded again", ["start", "refused", "due", "online", "visible"], "stale", ["begin", "reload"]],
    ["is over when the server says so", ["start", "welcomed", "over", "online", "restore", "due"], "ended", ["begin", "end"]],
    ["is over when the page stops it", ["start", "welcomed", "stop", "lost", "due"], "ended", ["begin", "end"]],
  ];
  for (const [title, happenings, life, effects] of stories)
    test(title, () => assert.deepEqual(after(...happenings), [life, effects]));

  test("can be ended in every state, and can always begin anew", () => {
    for (const life of STATES) assert.equal(next(life, "stop")[0], "ended", life);
    assert.deepEqual(next("ended", "start"), ["connecting", "begin"]);
  });

  test("never waits for nothing: who has lost a connection dials, waits, or has ended", () => {
    for (const life of STATES) {
      if (["ended", "stale", "cached", "draining"].includes(life)) continue;
      for (const loss of ["lost", "later"] as const)
        assert.ok(["retry", "wait"].includes(next(life, loss)[1]!), `${life} ${loss}`);
    }
  });

  test("is left out of every state but the last two, whatever happens", () => {
    const reached = new Set<Life>(["ended"]);
    for (const life of reached) for (const happening of HAPPENINGS) reached.add(next(life, happening)[0]);
    assert.deepEqual([...reached].sort(), [...STATES].sort(), "every state is reached");
    for (const life of STATES.filter((one) => one !== "ended" && one !== "stale" && one !== "cached"))
      assert.ok(HAPPENINGS.some((happening) => next(life, happening).includes("dial") || next(life, happening).includes("retry")), life);
  });

  test("is told as live as long as nobody has to know", () => {
    assert.deepEqual(
      STATES.map((life) => [life, statusOf(life, true)]),
      [
        ["connecting", "reconnecting"],
        ["live", "live"],
        ["paused", "live"],
        ["frozen", "live"],
        ["cached", "reconnecting"],
        ["offline", "offline"],
        ["draining", "reconnecting"],
        ["stale", "stale"],
        ["ended", "closed"],
      ],
    );
    assert.equal(statusOf("connecting", false), "connecting");
  });
});
