/**
 * Toasts: a stack in the corner. The newest five are shown, the others are counted; nothing disappears while somebody
 * points at the stack, is in it with the keyboard, or looks at another tab.
 */
import type { Level, Progress, ToastDetail } from "../ports";
import { content, icon, make, refocus } from "./build";
import type { Strings } from "./strings";
import { Timer } from "./timer";

const SHOWN = 5;
const KEPT = 100;
const LEAVING = 200;
/** Milliseconds a toast stays; errors leave time to be read, and a button time to be pressed. */
const TIMEOUTS: Record<Level, number> = { info: 5000, success: 5000, warning: 8000, error: 12000 };
const TIMEOUT_WITH_ACTION = 10000;

interface Item {
  element: HTMLElement;
  timer: Timer;
}

export class Toasts {
  #document: Document;
  #strings: Strings;
  #region: HTMLElement;
  #list: HTMLElement;
  #more: HTMLElement;
  #count: HTMLElement;
  #items: Item[] = [];
  /** Toasts that came while the page was catching up; null: it is not. */
  #late: ToastDetail[] | null = null;
  #reasons = new Set<"pointer" | "focus" | "hidden">();
  /** Where the focus was before it came into the stack. */
  #origin: Element | null = null;
  #guests: MutationObserver;

  constructor(document: Document, strings: Strings) {
    this.#document = document;
    this.#strings = strings;
    this.#count = make(document, "span");
    const closeAll = make(document, "button", { type: "button", class: "live-toast-all" }, strings.closeAll);
    this.#more = make(document, "div", { class: "live-toast-more", hidden: "" }, this.#count, closeAll);
    this.#list = make(document, "div", {
      class: "live-toast-list",
      "aria-live": "polite",
      "aria-relevant": "additions",
    });
    this.#region = make(
      document,
      "div",
      {
        class: "live-toasts",
        role: "region",
        "aria-label": strings.notifications,
        "live-ignore": "",
        popover: "manual",
      },
      this.#more,
      this.#list,
    );
    closeAll.addEventListener("click", () => this.clear());
    if (document.hidden) this.#reasons.add("hidden");
    this.#guests = new document.defaultView!.MutationObserver(this.#comeBack);
    this.#listen();
  }

  show(detail: ToastDetail): void {
    if (this.#late && !detail.sticky) this.#late.push(detail);
    else this.#add(detail);
  }

  /** What is shown from now on is old; when that has ended, there is one toast for it, which can be unfolded. */
  collect(on: boolean): void {
    const late = this.#late ?? [];
    this.#late = on ? late : null;
    if (on || !late.length) return;
    if (late.length === 1) return this.show(late[0]!);
    const levels = Object.keys(TIMEOUTS) as Level[];
    const gravest = Math.max(...late.map(({ level }) => levels.indexOf(level ?? "info")));
    this.show({
      message: this.#strings.away.replace("{count}", String(late.length)),
      level: levels[gravest] ?? "info",
      run: () => late.forEach((detail) => this.show(detail)),
    });
  }

  /** A toast with a bar, until it has ended. */
  progress(message: string): Progress {
    const bar = make(this.#document, "progress", { class: "live-toast-progress", value: "0", "aria-label": message });
    const item = this.#add({ message, sticky: true });
    const told = item.element.querySelector(".live-toast-text")!;
    told.after(bar);
    return {
      show: (part, text) => {
        if (part === null) bar.removeAttribute("value");
        else bar.value = part;
        if (!text || text === told.textContent) return;
        told.textContent = text;
        bar.setAttribute("aria-label", text);
      },
      end: () => this.#close(item),
    };
  }

  #add(detail: ToastDetail): Item {
    this.#surface();
    const item: Item = { element: this.#build(detail), timer: new Timer(stayOf(detail), () => this.#close(item)) };
    item.element.querySelector(".live-toast-close")!.addEventListener("click", () => this.#close(item));
    item.element.querySelector(".live-toast-action")?.addEventListener("click", () => {
      this.#close(item);
      detail.run?.();
    });
    this.#items.push(item);
    this.#list.append(item.element);
    if (!this.#reasons.size) item.timer.resume();
    if (this.#items.length > KEPT) this.#close(this.#items[0]!);
    this.#arrange();
    return item;
  }

  clear(): void {
    for (const item of [...this.#items]) this.#close(item);
  }

  #build(detail: ToastDetail): HTMLElement {
    const document = this.#document;
    const level = detail.level && detail.level in TIMEOUTS ? detail.level : "info";
    const { lost, blocked } = this.#strings;
    const text = detail.code === "call.lost" ? lost : textOf(detail.message) || (detail.blocked ? blocked : "");
    const label = detail.action_label || this.#strings.open;
    return make(
      document,
      "div",
      { class: "live-toast", "data-level": level, role: level === "error" ? "alert" : null },
      icon(document, level),
      make(
        document,
        "div",
        { class: "live-toast-body" },
        make(document, "span", { class: "live-sr" }, `${this.#strings[level]}: `),
        !!detail.title && make(document, "div", { class: "live-toast-title" }, detail.title),
        !!text && make(document, "div", { class: "live-toast-text" }, content(document, text, detail.html)),
        !!detail.run && make(document, "button", { type: "button", class: "live-toast-action" }, label),
        !!detail.href &&
          make(
            document,
            "a",
            { class: "live-toast-action", href: detail.href, target: "_blank", rel: "noopener noreferrer" },
            label,
          ),
      ),
      make(
        document,
        "button",
        { type: "button", class: "live-toast-close", "aria-label": this.#strings.close },
        icon(document, "close"),
      ),
    );
  }

  #close(item: Item): void {
    const index = this.#items.indexOf(item);
    if (index < 0) return;
    item.timer.pause();
    this.#items.splice(index, 1);
    if (item.element.contains(this.#document.activeElement)) this.#focusBeside(index);
    item.element.setAttribute("data-leaving", "");
    setTimeout(() => {
      item.element.remove();
      this.#sink();
    }, LEAVING);
    this.#arrange();
  }

  /** The focus goes to the next toast, or back to where it came from; never to nowhere. */
  #focusBeside(index: number): void {
    const next = this.#items[index] ?? this.#items[index - 1];
    if (next) next.element.querySelector<HTMLElement>(".live-toast-close")!.focus();
    else {
      refocus(this.#origin);
      this.#pause("focus", false);
    }
  }

  #arrange(): void {
    const hidden = Math.max(0, this.#items.length - SHOWN);
    this.#items.forEach(({ element }, index) => element.toggleAttribute("hidden", index < hidden));
    this.#more.toggleAttribute("hidden", !hidden);
    this.#count.textContent = this.#strings.more.replace("{count}", String(hidden));
  }

  #pause(reason: "pointer" | "focus" | "hidden", on: boolean): void {
    if (on) this.#reasons.add(reason);
    else this.#reasons.delete(reason);
    for (const { timer } of this.#items) this.#reasons.size ? timer.pause() : timer.resume();
  }

  #listen(): void {
    const region = this.#region;
    region.addEventListener("pointerenter", () => this.#pause("pointer", true));
    region.addEventListener("pointerleave", () => this.#pause("pointer", false));
    region.addEventListener("focusin", ({ relatedTarget }) => {
      if (!region.contains(relatedTarget as Node | null)) this.#origin = relatedTarget as Element | null;
      this.#pause("focus", true);
    });
    region.addEventListener("focusout", ({ relatedTarget }) => {
      this.#pause("focus", region.contains(relatedTarget as Node | null));
    });
    region.addEventListener("keydown", (event) => {
      const item = this.#items.find(({ element }) => element.contains(event.target as Node));
      if (event.key !== "Escape" || !item) return;
      event.stopPropagation();
      this.#close(item);
    });
    // It does not bubble, and the dialog may be taken out of the page at once.
    this.#document.addEventListener("close", () => this.#region.isConnected && this.#comeBack(), true);
    this.#document.addEventListener("visibilitychange", () => this.#pause("hidden", this.#document.hidden));
  }

  /** Into the page, and above whatever dialog has been opened since; in it, where it makes the rest of the page inert. */
  #surface(): void {
    if (this.#region.contains(this.#document.activeElement)) return;
    const host = modalOf(this.#document) ?? this.#document.body;
    if (this.#region.parentNode !== host) host.append(this.#region);
    this.#raise();
    if (host !== this.#document.body) this.#guests.observe(this.#document, { childList: true, subtree: true });
  }

  /** The dialog that it is in has been closed, or has left the page. */
  #comeBack = (): void => {
    const host = this.#region.parentElement;
    if (this.#region.isConnected && (host === this.#document.body || (host as HTMLDialogElement).open)) return;
    this.#guests.disconnect();
    this.#document.body.append(this.#region);
    if (this.#items.length) this.#raise();
  };

  #raise(): void {
    if (!this.#region.showPopover) return;
    if (isOpen(this.#region)) this.#region.hidePopover();
    this.#region.showPopover();
  }

  #sink(): void {
    if (this.#list.childElementCount || !this.#region.isConnected) return;
    this.#pause("pointer", false);
    if (this.#region.hidePopover && isOpen(this.#region)) this.#region.hidePopover();
  }
}

/** The window on top: the focus cannot be anywhere else. What the client asks in is none, it goes at once. */
function modalOf(document: Document): Element | null {
  const WINDOW = "dialog:modal:not(.live-dialog)";
  try {
    return document.activeElement?.closest(WINDOW) ?? [...document.querySelectorAll(WINDOW)].at(-1) ?? null;
  } catch {
    return null; // a browser that does not know :modal
  }
}

function isOpen(region: Element): boolean {
  return region.matches(":popover-open");
}

function stayOf({ sticky, timeout, level = "info", run }: ToastDetail): number {
  if (sticky) return Infinity;
  return timeout ?? Math.max(TIMEOUTS[level] ?? TIMEOUTS.info, run ? TIMEOUT_WITH_ACTION : 0);
}

function textOf(message: unknown): string {
  if (message === null || message === undefined) return "";
  return typeof message === "object" ? JSON.stringify(message) : String(message);
}
