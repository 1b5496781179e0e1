/**
 * The life of a page's connection, as one table: in which state it is, what may happen, what follows. Timers, sockets
 * and the browser's events are outside (socket.ts); here is nothing but the decisions.
 *
 * Rule: what has no entry changes nothing.
 */
import type { Status } from "./ports";

/**
 * `connecting`: there is no connection, or none that the server has welcomed. `live`: there is one, and somebody may be
 * looking. `paused`: there is one, and nobody looks. `frozen`: the browser has stopped the page. `cached`: the page was
 * left and may come back as it is. `offline`: the browser says that there is no network. `draining`: the server has said
 * when to come back. `stale`: the page is to be loaded again. `ended`: not begun, or over.
 */
export type Life =
  "connecting" | "live" | "paused" | "frozen" | "cached" | "offline" | "draining" | "stale" | "ended";

/**
 * Of the connection: `welcomed`, `silent` (nothing was heard for too long), `due` (the wait is over); it was `lost`, to
 * be made again at once, `later` (the server has said when), never with this page (`refused`), or never (`over`).
 * There is another way, to be tried now (`detour`). The others are events of the browser, and the page's own `start` and `stop`.
 */
export type Happening =
  | "start"
  | "welcomed"
  | "silent"
  | "due"
  | "lost"
  | "later"
  | "refused"
  | "over"
  | "detour"
  | "online"
  | "offline"
  | "visible"
  | "hidden"
  | "freeze"
  | "thaw"
  | "cache"
  | "restore"
  | "stop";

/**
 * `begin`: dial for the first time, or wait for the detour that this tab has had to take before. `dial`: open a socket, in the place of one that may still be there. `discard`: close it, and open none. `drop`: treat
 * it as lost. `retry`: dial after a while. `wait`: dial when the server has said. `probe`: dial if there is no socket,
 * else see whether it is alive. `reload`: the page cannot go on as it is. `end`: all is taken back.
 */
export type Effect = "begin" | "dial" | "discard" | "drop" | "retry" | "wait" | "probe" | "reload" | "end";

type Next = readonly [life: Life, ...effects: Effect[]];
type Row = Readonly<Partial<Record<Happening, Next>>>;

/** What can befall every connection. */
const BEFALLS: Row = {
  lost: ["connecting", "retry"],
  later: ["draining", "wait"],
  refused: ["stale", "reload"],
  over: ["ended", "end"],
  detour: ["connecting", "dial"],
  offline: ["offline"],
  cache: ["cached", "discard"],
  restore: ["connecting", "dial"],
  stop: ["ended", "end"],
};

export const LIFE: Readonly<Record<Life, Row>> = {
  connecting: {
    ...BEFALLS,
    welcomed: ["live"],
    silent: ["connecting", "drop"],
    due: ["connecting", "dial"],
    online: ["connecting", "probe"],
    visible: ["connecting", "probe"],
    thaw: ["connecting", "probe"],
  },
  live: {
    ...BEFALLS,
    silent: ["connecting", "drop"],
    online: ["live", "probe"],
    visible: ["live", "probe"],
    hidden: ["paused"],
    freeze: ["frozen"],
    thaw: ["live", "probe"],
  },
  // Timers of a page that nobody looks at come when they like, so silence condemns nothing here.
  paused: { ...BEFALLS, online: ["paused", "probe"], visible: ["live", "probe"], freeze: ["frozen"] },
  frozen: { ...BEFALLS, thaw: ["paused", "probe"], visible: ["live", "probe"] },
  cached: { restore: ["connecting", "dial"], stop: ["ended", "end"] },
  // The browser may be wrong (a server on this very machine): what there is goes on.
  offline: {
    ...BEFALLS,
    welcomed: ["live"],
    detour: ["offline", "dial"],
    lost: ["offline", "retry"],
    silent: ["offline", "drop"],
    due: ["offline", "dial"],
    online: ["connecting", "dial"],
  },
  draining: { ...BEFALLS, lost: ["draining"], due: ["connecting", "dial"], online: ["connecting", "dial"] },
  stale: { restore: ["stale", "reload"], stop: ["ended", "end"] },
  ended: { start: ["connecting", "begin"] },
};

/** What follows when something happens: the next state, and what is to be done. */
export const next = (life: Life, happening: Happening): Next => LIFE[life][happening] ?? [life];

/** What is told of it. Before the first connection, one that is made is not made again. */
export function statusOf(life: Life, wasLive: boolean): Status {
  if (life === "live" || life === "paused" || life === "frozen") return "live";
  if (life === "offline" || life === "stale") return life;
  return life === "ended" ? "closed" : wasLive ? "reconnecting" : "connecting";
}
