/** Words about where the user is in the page: focus, editing, tabs. */
import { diagnose } from "../diagnostics";
import { dispatch } from "../events";
import { applyFocus, focusInto } from "../focus";
import { find, locate, type Scope, type Stage } from "../stage";
import { selectTab, TABLIST, tabNamed } from "../tabs";
import type { ActiveTab, EditingMode, Focus } from "../vocabulary";

export function focus({ target, strict_targets }: Focus, scope: Scope, stage: Stage): void {
  if (target === null) {
    if (scope) focusInto(scope);
    return;
  }
  const place = scope ?? stage.window.document.body;
  if (!applyFocus(target, place, (selector) => find(selector, scope, stage)))
    locate(target, scope, stage, strict_targets ?? stage.strict);
}

/** The attribute counts as the page's own, so that no patch takes it away. */
export function setEditing({ value }: EditingMode, scope: Scope, stage: Stage): void {
  scope?.toggleAttribute("live-editing", value);
  dispatch(scope ?? stage.window, "live:editing", { value });
}

export function showTab({ value }: ActiveTab, scope: Scope, stage: Stage): void {
  const list = find(TABLIST, scope, stage);
  const tab = list && tabNamed(list, value);
  if (tab) selectTab(tab);
  else diagnose("tab.missing", `There is no tab ${JSON.stringify(value)}.`, list ?? scope ?? stage.window.document);
}
