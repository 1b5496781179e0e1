/**
 * What the user has entered and the server does not know of yet. A patch never overwrites it.
 *
 * A control holds a draft when its state is neither what the server wrote into it nor what the server was told by a
 * call that went well. A draft gives way only when the server has changed its mind about the control *and* the user
 * is not in it. A control that spoke for itself (a key, a choice, a bound field) and about which the HTML says nothing
 * keeps its state as well; the fields of a form are handed over with the form. With `live-overwrite` on a control the
 * server has the last word about it, whoever is in it.
 */
export type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const OVERWRITE = "live-overwrite";
const MODEL = /^live-model(\.|$)/;

export function isControl(node: Node): node is Control {
  const { localName, namespaceURI } = node as Partial<Element>;
  return /^(input|textarea|select)$/.test(localName ?? "") && namespaceURI!.endsWith("xhtml");
}

const isChoice = (control: Control): control is HTMLInputElement => /^(checkbox|radio)$/.test(control.type);
const isSelect = (control: Control): control is HTMLSelectElement => control.localName === "select";
const isFile = (control: Control): boolean => control.type === "file";

/** Radio buttons of which only one can be chosen; any other control is alone. */
function peersOf(control: HTMLInputElement): HTMLInputElement[] {
  if (control.type !== "radio" || !control.name) return [control];
  const all = (control.getRootNode() as ParentNode).querySelectorAll<HTMLInputElement>("input[type=radio]");
  return [...all].filter(({ name, form }) => name === control.name && form === control.form);
}

/**
 * A box or radio button that speaks for itself stands for something on the server: a `bound` field, or what an action
 * makes of it. A field of a form stands for what its user is going to send.
 */
function standsForState(source: Element | undefined, bound: boolean): source is HTMLInputElement {
  if (!source || !isControl(source) || !isChoice(source)) return false;
  return bound || !((source.form && source.name) || source.getAttributeNames().some((name) => MODEL.test(name)));
}

/** The user has thought better of it: what was chosen is not going to be sent. */
export function takeBack(source: Element | undefined): void {
  if (standsForState(source, false)) for (const peer of peersOf(source)) setState(peer, servedState(peer));
}

/** What stands in a control now, as one comparable string. */
export function stateOf(control: Control): string {
  if (isChoice(control)) return String(control.checked);
  if (isSelect(control)) return join([...control.options].filter((option) => option.selected));
  return control.value;
}

/** What the server has written into a control: its attributes. */
function servedState(control: Control): string {
  if (isChoice(control)) return String(control.hasAttribute("checked"));
  if (isSelect(control)) return join(servedOptions(control));
  return control.localName === "textarea"
    ? (control as HTMLTextAreaElement).defaultValue
    : (control.getAttribute("value") ?? "");
}

function servedOptions(select: HTMLSelectElement): HTMLOptionElement[] {
  const options = [...select.options];
  const chosen = options.filter((option) => option.hasAttribute("selected"));
  if (select.multiple) return chosen;
  const only = chosen[chosen.length - 1] ?? options.find((option) => !option.disabled);
  return only ? [only] : [];
}

/** Whether HTML says what is in a control; a box without `checked` is said to be empty. */
function isSaid(control: Control): boolean {
  if (isChoice(control)) return true;
  if (isSelect(control)) return control.querySelector("[selected]") !== null;
  return control.localName === "textarea" ? servedState(control) !== "" : control.hasAttribute("value");
}

const join = (options: HTMLOptionElement[]): string => JSON.stringify(options.map((option) => option.value));

/** Bring a control into the state that `stateOf` has told. */
export function setState(control: Control, state: string): void {
  if (isFile(control) || stateOf(control) === state) return;
  if (isChoice(control)) control.checked = state === "true";
  else if (isSelect(control)) choose(control, JSON.parse(state) as string[]);
  else control.value = state;
}

function choose(select: HTMLSelectElement, values: string[]): void {
  for (const option of select.options) option.selected = values.includes(option.value);
}

export class Drafts {
  #told = new Map<Control, { state: string; handedOver: boolean }>();
  /** Of boxes and radio buttons, how many calls about them are under way. */
  #asked = new WeakMap<Control, number>();

  /** Remember what is in `source` (a form that is sent, or one control) now; the returned function says that the server has it. */
  sending(source: Element | undefined): () => void {
    const controls = source ? controlsOf(source) : [];
    const states = controls.map(stateOf);
    return () =>
      controls.forEach((control, index) => {
        const state = states[index]!;
        if (stateOf(control) === state) this.#told.set(control, { state, handedOver: control !== source });
      });
  }

  /**
   * A choice is being told; the returned function says how that has ended. What was refused is taken back. An action
   * that was done has had its say, so the control shows the state that it has come to. A `bound` field that was written
   * holds what was chosen, whether or not the HTML says so; with `live-overwrite` the HTML decides there too.
   */
  choosing(source: Element | undefined, bound: boolean): (ok: boolean) => void {
    if (!standsForState(source, bound)) return () => undefined;
    const before = peersOf(source).map((peer) => {
      this.#asked.set(peer, (this.#asked.get(peer) ?? 0) + 1);
      return { peer, state: stateOf(peer), served: servedState(peer), told: this.#told.get(peer)?.state };
    });
    const stays = bound && !source.hasAttribute(OVERWRITE);
    return (ok) => {
      for (const { peer, state, served, told } of before) {
        const others = this.#asked.get(peer)! - 1;
        this.#asked.set(peer, others);
        if (others || (ok && stays) || stateOf(peer) !== state) continue;
        const present = servedState(peer);
        if (ok) this.#told.delete(peer);
        setState(peer, ok || present !== served ? present : (told ?? present));
      }
    };
  }

  /** Whether there is something in a control that the server does not know of. */
  holds(control: Control): boolean {
    const state = stateOf(control);
    return state !== servedState(control) && state !== this.#told.get(control)?.state;
  }

  /** The controls inside `root` of which the server was told. Whatever it says next, it says of them as well. */
  toldIn(root: Element): Control[] {
    for (const control of this.#told.keys()) if (!control.isConnected) this.#told.delete(control);
    return [...this.#told.keys()].filter((control) => root.contains(control));
  }

  /**
   * Called before the server's word about `control` changes; the returned function, called afterwards, brings its
   * state in order: the draft, or what the server says.
   */
  changing(control: Control): () => void {
    const state = stateOf(control);
    const before = servedState(control);
    const told = this.#told.get(control);
    return () => {
      const after = servedState(control);
      const taken = state === told?.state && (told.handedOver || isSaid(control));
      const draft = state !== before && !taken && !control.hasAttribute(OVERWRITE);
      const focused = control.ownerDocument.activeElement === control;
      if (taken) this.#told.delete(control);
      setState(control, draft && (focused || before === after) ? state : after);
    };
  }

  /** The same for a control that takes over the attributes of `source`. */
  morphing(control: Control, source: Control): () => void {
    const settle = this.changing(control);
    return () => {
      if (control.localName === "input") for (const name of ["checked", "value"]) writeAttribute(control, source, name);
      settle();
    };
  }
}

function controlsOf(source: Element): Control[] {
  if (source.localName === "form") return ([...(source as HTMLFormElement).elements] as Node[]).filter(isControl);
  return !isControl(source) ? [] : isChoice(source) ? peersOf(source) : [source];
}

export function writeAttribute(element: Element, source: Element, name: string): void {
  const value = source.getAttribute(name);
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
