/** What the attributes of a page are bound to: events to calls, controls to fields, calls to loading states. */
import type { Holds } from "../holds";
import type { Caller, Signals, Ui } from "../ports";
import { Calls } from "./calls";
import { Drag } from "./drag";
import { Events } from "./events";
import { Loading } from "./loading";
import { Loads } from "./loads";
import { Models } from "./models";
import { Promises, type Keeper } from "./promises";
import { Tabs } from "./tabs";
import { Watch } from "./watch";
import { Windows } from "./window";

export type Stop = () => void;

/** What lies over the page while calls are under way, and who shows what elements promise. */
export interface Over {
  holds: Holds;
  promises: () => Promise<Keeper>;
}

/** Bind a document, now and whatever is patched into it later. The returned function takes everything back. */
export function bind(document: Document, caller: Caller, ui: Ui, signals: Pick<Signals, "read">, over: Over): Stop {
  const { holds } = over;
  const loading = new Loading(document, caller, holds);
  const promises = new Promises(over.promises);
  const models = new Models(document, caller, loading);
  const drag = new Drag(document);
  const calls = new Calls({ caller, ui, loading, promises, models, drag });
  const events = new Events(document, calls.run);
  const loads = new Loads(document, caller, calls.run);
  const windows = new Windows({ document, caller, loading, signals });
  const watch = new Watch(
    document,
    (element) => {
      events.notice(element);
      loading.notice(element);
      promises.notice(element);
      loads.notice(element);
      windows.notice(element);
    },
    () => {
      models.restore();
      loading.enforce();
      holds.enforce();
      windows.refresh();
    },
  );
  // Models come before events: a value is pending before a call of the same event looks for it.
  const parts = [loading, promises, models, drag, events, loads, new Tabs(document), windows, watch];
  for (const part of parts) part.start();
  // The style sheet hides `live-loading` until somebody sees to it.
  document.documentElement.setAttribute("data-live-bound", "");
  return () => {
    document.documentElement.removeAttribute("data-live-bound");
    for (const part of parts.reverse()) part.stop();
  };
}
