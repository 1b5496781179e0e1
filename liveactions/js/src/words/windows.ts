/** Words about windows (modal dialogs) and what is under them. */
import { dispatch } from "../events";
import type { Delayed } from "../refreshes";
import type { Scope, Stage } from "../stage";
import type { Close, Refresh, UpdateParent } from "../vocabulary";
import { writeForm } from "./forms";

const COMPONENT = "[live-id]";
/** Windows whose opening and closing is a matter of a component's state. An element with a value is a long list. */
const SERVED = 'dialog[live-window], [live-window=""]';

export function close({ reload, notify, infos }: Close, scope: Scope, stage: Stage): Promise<void> {
  return closeTop(scope, stage, infos, async (under) => {
    if (reload) stage.refresh(under, false, false);
    if (notify) await stage.run([notify as Exclude<typeof notify, string>], under);
  });
}

/** Close the window on top, if there is one; then do the rest, for the component under it. */
export async function closeTop(
  scope: Scope,
  stage: Stage,
  infos: unknown,
  rest: (under: Element | null) => Promise<void> = async () => undefined,
): Promise<void> {
  const { top } = stage.windows;
  const under = parentOf(scope, stage) ?? scope;
  if (!top) return rest(under);
  const opener = stage.windows.openerOf(top) ?? top.parentElement;
  const finish = () => {
    dispatch(opener?.isConnected ? opener : stage.window, "live:window:closed", { infos });
    return rest(componentAround(opener) ?? under);
  };
  const owner = componentAround(top.closest(SERVED));
  if (!owner) {
    top.close();
    return finish();
  }
  // The server's answer is performed after this frame.
  void stage.call(owner, "close", { infos }).then(({ ok }) => (ok ? finish() : undefined));
}

export function refresh({ scope: which, delayed, focus }: Refresh, scope: Scope, stage: Stage): void {
  const component = which === "parent" ? (parentOf(scope, stage) ?? scope) : scope;
  stage.refresh(which === "all" ? null : component, delayed as Delayed, focus);
}

/** The component around one, or the one that has opened the window in which it is. */
function parentOf(scope: Scope, stage: Stage): Element | null {
  const window = stage.windows.around(scope);
  const opener = window && componentAround(stage.windows.openerOf(window));
  const around = componentAround(scope?.parentElement);
  return opener && !(around && window!.contains(around)) ? opener : around;
}

function componentAround(element: Element | null | undefined): Element | null {
  return element?.closest(COMPONENT) ?? null;
}

export async function updateParent({ values, close }: UpdateParent, scope: Scope, stage: Stage): Promise<void> {
  const form = formUnder(scope, stage);
  if (dispatch(form ?? scope ?? stage.window, "live:update-parent", { values }) && form) writeForm(form, values, stage);
  if (close) await closeTop(scope, stage, null);
}

/** The form in which the window was opened; without a window, the nearest one. */
function formUnder(scope: Scope, stage: Stage): HTMLFormElement | null {
  const window = stage.windows.around(scope) ?? stage.windows.top;
  const opener = window && stage.windows.openerOf(window);
  const place = opener ?? scope;
  return (
    place?.closest("form") ?? componentAround(opener)?.querySelector("form") ?? scope?.querySelector("form") ?? null
  );
}
