/**
 * The modal dialogs that are open, in the order in which they were opened, and what the user was at before each. The
 * page opens them (a script, a hook, a package); the client only has to know which one is on top.
 */
/** What the client asks and tells in is no window of the page's. */
const OWN = ".live-ask, .live-overlay";
/** What comes and goes by itself opens nothing that could be gone back to. */
const FLEETING = `${OWN}, .live-toasts`;
const REMEMBERED = 8;

export class OpenWindows {
  #document: Document;
  #observer: MutationObserver;
  /** Every open dialog with its opener. */
  #open = new Map<Element, Element | null>();
  /** Where the user was last, latest first. */
  #trail: Element[] = [];

  constructor(document: Document) {
    this.#document = document;
    this.#observer = new document.defaultView!.MutationObserver(() => this.#look());
  }

  start(): void {
    for (const type of ["focusin", "click"]) this.#document.addEventListener(type, this.#noticed, true);
    this.#observer.observe(this.#document, { subtree: true, attributes: true, attributeFilter: ["open"] });
    this.#look();
  }

  stop(): void {
    for (const type of ["focusin", "click"]) this.#document.removeEventListener(type, this.#noticed, true);
    this.#observer.disconnect();
  }

  /** The one on top, or null. */
  get top(): HTMLDialogElement | null {
    this.#look();
    return ([...this.#open.keys()].at(-1) as HTMLDialogElement | undefined) ?? null;
  }

  /** What the user was at when it was opened; what has taken its place if it has an id. */
  openerOf(dialog: Element): Element | null {
    const opener = this.#open.get(dialog) ?? null;
    if (!opener || opener.isConnected) return opener;
    return opener.id ? this.#document.getElementById(opener.id) : null;
  }

  /** The window around an element of the page, if it is in one that is open. */
  around(element: Element | null): Element | null {
    this.#look();
    for (let at = element; at; at = at.parentElement) if (this.#open.has(at)) return at;
    return null;
  }

  #noticed = ({ target }: Event): void => {
    const element = target as Element;
    if (element.nodeType !== 1 || element === this.#trail[0] || element.closest(FLEETING)) return;
    this.#trail = [element, ...this.#trail].slice(0, REMEMBERED);
  };

  #look(): void {
    for (const dialog of this.#open.keys()) if (!isWindow(dialog)) this.#open.delete(dialog);
    for (const dialog of this.#document.querySelectorAll("dialog[open]")) {
      if (this.#open.has(dialog) || !isWindow(dialog)) continue;
      this.#open.set(dialog, this.#trail.find((element) => !dialog.contains(element)) ?? null);
    }
  }
}

function isWindow(dialog: Element): boolean {
  return dialog.isConnected && !dialog.matches(OWN) && isModal(dialog);
}

/** Where a browser (or what plays one in a test) cannot tell, every open dialog counts. */
function isModal(dialog: Element): boolean {
  try {
    return dialog.matches(":modal");
  } catch {
    return dialog.hasAttribute("open");
  }
}
