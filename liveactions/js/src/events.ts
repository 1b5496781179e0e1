/**
 * Every event that the client dispatches, and the one way to dispatch them. They bubble from the element they are
 * about (or start at the window), so a page can listen to all of them on the window.
 */

/** Name → whether `preventDefault()` keeps the client from doing what it was about to do. */
export const EVENTS = {
  "live:ready": false, //               window: the client stands; detail is the Live
  "live:connected": false, //           window: {recovered, page}
  "live:disconnected": false, //        window: {reason}
  "live:bye": false, //                 window: {code, message}: the server has ended the connection
  "live:mounted": false, //             root: {id}
  "live:mount:error": false, //         root: {id, refusal}
  "live:unmounted": false, //           window: {id}
  "live:call:start": true, //           component: {action, args, key, lane, source}; cancelled: the call is not made
  "live:result": true, //               component or window: {word, result, call, key}; cancelled: it is not performed
  "live:call:success": false, //        component: {action, key, source}
  "live:call:error": true, //           component: {action, key, source, refusal}; cancelled: nothing is shown
  "live:call:end": false, //            component: {action, key, source, ok}
  "live:patched": false, //             component: {}
  "live:swap:start": false, //          target: {swap}
  "live:swap:end": false, //            target: {swap}
  "live:transition:start": false, //    target: {}
  "live:transition:end": false, //      target: {}
  "live:settle:end": false, //          target: {swap}
  "live:toast": true, //                window: what to show; cancelled: the page shows it itself
  "live:error": true, //                component or window: {message, errors, status}; cancelled: no toast
  "live:confirm": true, //              document: the question; cancelled: the page asks, and calls detail.respond()
  "live:answered": false, //            window: {token}: a question that the server has put is open no longer
  "live:alert": true, //                document: the message; the same
  "live:window:closed": false, //       opener of the window, else its place: {infos}
  "live:update-parent": true, //        form: {values}; cancelled: nothing is written
  "live:editing": false, //             component: {value}
  "live:load": false, //                component: {names}: what is loaded later is loaded again
  "live:tab": false, //                 tab: {tab}: its name or number
  "live:record": false, //              component or window: {data, id, title, navinfo, disable_delete}
  "live:rows": false, //                component or window: {rows, count, title, no_data_text}
  "live:record:deleted": false, //      component or window: {pks, model}
  "live:download:progress": false, //   window: {id, filename, loaded, total}
  "live:progress": true, //             window: {call, component, done, total, percent, text}; cancelled: no bar
  "live:script:error": false, //        window: {src}
  "live:diagnostic": false, //          window: see diagnostics.ts
} as const;

export type LiveEvent = keyof typeof EVENTS;

/** Dispatch `name` on `target` (nothing happens without one). False when a listener prevented what follows. */
export function dispatch(target: EventTarget | null | undefined, name: LiveEvent, detail: unknown): boolean {
  return emit(target, name, detail, EVENTS[name]);
}

/** The same for events with names of the application. */
export function emit(
  target: EventTarget | null | undefined,
  name: string,
  detail: unknown,
  cancelable = false,
): boolean {
  if (!target) return true;
  const { CustomEvent } = windowOf(target);
  return target.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, cancelable }));
}

function windowOf(target: EventTarget): typeof globalThis {
  const node = target as Partial<Node> & { defaultView?: Window };
  return (node.ownerDocument?.defaultView ?? node.defaultView ?? target) as unknown as typeof globalThis;
}
