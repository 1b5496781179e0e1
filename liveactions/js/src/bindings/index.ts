/** What the attributes of a page are bound to: events to calls, controls to fields, calls to loading states. */
import type { Caller, Ui } from "../ports";
import { Calls } from "./calls";
import { Drag } from "./drag";
import { Events } from "./events";
import { Loading } from "./loading";
import { Models } from "./models";
import { Watch } from "./watch";

export type Stop = () => void;

/** Bind a document, now and whatever is patched into it later. The returned function takes everything back. */
export function bind(document: Document, caller: Caller, ui: Ui): Stop {
  const loading = new Loading(document, caller);
  const models = new Models(document, caller, loading);
  const drag = new Drag(document);
  const calls = new Calls({ caller, ui, loading, models, drag });
  const events = new Events(document, calls.run);
  const watch = new Watch(
    document,
    (element) => {
      events.notice(element);
      loading.notice(element);
    },
    () => {
      models.restore();
      loading.enforce();
    },
  );
  // Models come before events: a value is pending before a call of the same event looks for it.
  const parts = [loading, models, drag, events, watch];
  for (const part of parts) part.start();
  // The style sheet hides `live-loading` until somebody sees to it.
  document.documentElement.setAttribute("data-live-bound", "");
  return () => {
    document.documentElement.removeAttribute("data-live-bound");
    for (const part of parts.reverse()) part.stop();
  };
}
