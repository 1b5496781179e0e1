/** Where the focus goes after an `HTML` result: `preserve` (the default), `first-invalid`, or a selector. */
const INVALID = '[aria-invalid="true"]';
const CONTROLS = "input:not([type=hidden]),select,textarea,button";

/** Focus what `policy` asks for within `place`. False when a selector finds nothing. */
export function applyFocus(
  policy: string | null,
  place: Element | null,
  find: (selector: string) => Element | null,
): boolean {
  if (policy === null || policy === "preserve") return true; // morphing keeps it, caret and all
  const element = policy === "first-invalid" ? place && firstInvalid(place) : find(policy);
  // Focusing what has the focus already would be allowed to move the caret.
  if (element !== element?.ownerDocument.activeElement) (element as HTMLElement | null)?.focus();
  return element !== null || policy === "first-invalid";
}

const FOCUSABLE = `:is(${CONTROLS},a[href],[contenteditable],[tabindex]:not([tabindex="-1"])):not(:disabled)`;

/** Focus the first thing in `place` that can be focused, or `place` itself; nothing if the focus is in it already. */
export function focusInto(place: Element): void {
  if (place.contains(place.ownerDocument.activeElement)) return;
  const first = place.querySelector<HTMLElement>("[autofocus]") ?? place.querySelector<HTMLElement>(FOCUSABLE);
  (first ?? (place as HTMLElement)).focus?.();
}

function firstInvalid(place: Element): Element | null {
  return place.querySelector(INVALID) ?? afterErrors(place.querySelector(".errorlist"));
}

/** Django writes the list of a field's errors before or after its control: the next one, else the one before it. */
function afterErrors(errors: Element | null): Element | null {
  if (!errors) return null;
  const next = errors.nextElementSibling;
  const near = next?.matches(CONTROLS) ? next : next?.querySelector(CONTROLS);
  return near ?? errors.parentElement?.querySelector(CONTROLS) ?? null;
}
