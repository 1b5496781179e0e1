/**
 * What was typed and not sent, over a reload that the user did not ask for. Nothing that is secret by its kind is kept,
 * and it is gone as soon as the next page has it.
 */
import { isControl, setState, stateOf, type Control, type Drafts } from "../drafts";

const SECRET = /^(password|file|hidden)$|^(off|one-time-code|cc-.*|.*-password)$/;

type Typed = [path: string, states: [name: string, state: string][]];

/** What is in the controls of `root` and not with the server, for `restore` in the next page. */
export function typedIn(root: ParentNode, drafts: Drafts, path: string): Typed {
  const kept = [...named(root)].filter(
    ([, control]) => drafts.holds(control) && !SECRET.test(control.type) && !SECRET.test(control.autocomplete),
  );
  return [path, kept.map(([name, control]) => [name, stateOf(control)])];
}

/** Write it back, as if it were typed; not over what the user has typed since. */
export function restore(window: Window & typeof globalThis, root: ParentNode, drafts: Drafts, typed: unknown): void {
  const [path, states] = typed as Typed;
  if (path !== window.location.pathname) return;
  const controls = named(root);
  for (const [name, state] of states) {
    const control = controls.get(name);
    if (!control || drafts.holds(control)) continue;
    setState(control, state);
    for (const type of ["input", "change"]) control.dispatchEvent(new window.Event(type, { bubbles: true }));
  }
}

/** The controls by what they are known by in the next page: their form, what they are called, which of several. */
function named(root: ParentNode): Map<string, Control> {
  const controls = new Map<string, Control>();
  for (const control of root.querySelectorAll("input,textarea,select")) {
    if (!isControl(control)) continue;
    const name = [control.form?.id, control.id, control.name, control.type, nameOfModel(control)].join();
    let which = 0;
    while (controls.has(`${name},${which}`)) which += 1;
    controls.set(`${name},${which}`, control);
  }
  return controls;
}

const nameOfModel = ({ attributes }: Element): string | undefined =>
  [...attributes].find(({ name }) => /^live-model(\.|$)/.test(name))?.value;
