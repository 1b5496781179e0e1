/**
 * Windows in the browser: the server says which are open; here they become modal, get the focus and give it back, hear
 * Enter and Escape, ask before something entered is lost, and stand in the address of the page if they may.
 *
 * Attributes for the HTML inside a window:
 *   autofocus             where the focus goes first; else to the first control
 *   live-primary          the button that Enter presses; else the one that sends the form
 *   live-window-close     a button that closes the window, after the guard
 *   live-unguarded        nothing in this element is worth asking for
 */
const PARAMETER = "window";
const CONTROLS = "input:not([type=hidden], [type=button], [type=submit], [type=reset]), select, textarea, [contenteditable]";
const PRIMARY = "[live-primary], form button:not([type]), form [type=submit]";
const KEEPS_ENTER = "textarea, button, a[href], summary, select, [contenteditable], [type=submit], [type=button], [type=file]";

/** What the user can leave, or send: the state of a control as one comparable text. */
function stateOf(control) {
  if (control.matches("[type=checkbox], [type=radio]")) return String(control.checked);
  if (control.matches("select[multiple]")) return JSON.stringify([...control.selectedOptions].map((it) => it.value));
  return control.isContentEditable ? control.innerHTML : control.value;
}

function servedState(control) {
  if (control.matches("[type=checkbox], [type=radio]")) return String(control.defaultChecked);
  return control.defaultValue ?? "";
}

const isShown = (element) => element.checkVisibility?.() ?? element.getClientRects().length > 0;
const isUsable = (element) => !element.disabled && isShown(element);

// The address -----------------------------------------------------------------------------------------------

const addressed = () => new URLSearchParams(location.search).get(PARAMETER) ?? "";

function addressWith(link) {
  const url = new URL(location.href);
  if (link) url.searchParams.set(PARAMETER, link);
  else url.searchParams.delete(PARAMETER);
  return url.href;
}

const push = (link) => addressed() === link || history.pushState({ liveWindow: link }, "", addressWith(link));
const put = (link) => addressed() === link || history.replaceState(null, "", addressWith(link));

// All windows of the page -----------------------------------------------------------------------------------

class Windows {
  open = []; // the contexts of the hooks, the one on top last
  lastFocused = null;
  leaving = false;
  asking = null;
  following = "";
  orphans = new Set(); // the server that knew of these is gone; one that has an address is opened again
  stack = null; // the context of the stack's hook

  constructor() {
    document.addEventListener("focusin", ({ target }) => (this.lastFocused = target));
    addEventListener("beforeunload", (event) => this.unloading(event));
    addEventListener("popstate", () => this.travelled());
    addEventListener("live:result", (event) => this.redirected(event));
    addEventListener("live:connected", ({ detail }) => !detail.recovered && (this.orphans = new Set(this.open)));
  }

  get top() {
    return this.open.findLast((each) => !each.closing);
  }

  get dirty() {
    return this.open.some((each) => each.isDirty());
  }

  /** True when nothing would be lost, or the user says so. */
  async mayLeave(windows = this.open) {
    return !windows.some((each) => each.isDirty()) || (await this.ask());
  }

  /** Whether what was entered may be lost. Asked once at a time; Escape means no. */
  ask() {
    const template = this.stack?.el.querySelector("template");
    if (!template || this.asking?.open) return Promise.resolve(false);
    const dialog = (this.asking = document.importNode(template.content.querySelector("dialog"), true));
    document.body.append(dialog);
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => {
        dialog.remove();
        resolve(dialog.returnValue === "ok");
      });
    });
  }

  /** Open what the address says. */
  follow() {
    const link = addressed();
    if (!link || !this.stack || this.following === link || this.open.some((each) => each.link === link)) return;
    this.following = link;
    void this.stack.call("open_link", { link }).then(() => {
      this.following = "";
      if (this.topLink() !== link) put(this.topLink()); // it may not be opened
    });
  }

  topLink(without) {
    return this.open.findLast((each) => each !== without && each.link)?.link ?? "";
  }

  /** Back or forward: windows that the address does not know any more are closed, the one that it knows is opened. */
  async travelled() {
    const link = addressed();
    const last = this.open.findLastIndex((each) => each.link && each.link === link);
    const above = this.open.slice(last + 1);
    const gone = above.some((each) => each.link && !each.closing) ? above.filter((each) => !each.closing) : [];
    if (gone.some((each) => each.isDirty())) {
      push(this.topLink());
      if (!(await this.ask())) return;
      for (const each of gone) each.discard();
      return void history.back();
    }
    for (const each of gone.reverse()) await each.close();
    this.follow();
  }

  unloading(event) {
    if (!this.leaving && this.dirty) event.preventDefault();
  }

  /** The server wants the page to go elsewhere. */
  async redirected(event) {
    const { word, result } = event.detail;
    if (word !== "Redirect") return;
    if (!this.dirty) return void this.leave();
    event.preventDefault();
    if (!(await this.ask())) return;
    this.leave();
    location[result.replace ? "replace" : "assign"](result.url);
  }

  leave() {
    this.leaving = true;
    setTimeout(() => (this.leaving = false), 2000); // it was a download, or the way was barred
  }
}

const windows = new Windows();

const STACK = {
  mounted() {
    windows.stack = this;
    windows.follow();
  },
  destroyed() {
    if (windows.stack === this) windows.stack = null;
  },
};

// One window ------------------------------------------------------------------------------------------------

const WINDOW = {
  mounted() {
    const { activeElement } = document;
    this.opener = activeElement && activeElement !== document.body ? activeElement : windows.lastFocused;
    this.link = this.el.dataset.link;
    this.baseline = new WeakMap();
    this.touched = new Set();
    this.saving = []; // what has made a call that the window stays open for
    this.sending = []; // the forms that are under way
    this.closing = false;
    windows.open.push(this);
    this.listen();
    this.show();
    for (const control of this.el.querySelectorAll(CONTROLS)) this.baseline.set(control, stateOf(control));
    if (this.link) push(this.link);
  },

  destroyed() {
    windows.open = windows.open.filter((each) => each !== this);
    const orphaned = windows.orphans.delete(this) && !this.closing;
    if (this.link && addressed() === this.link) orphaned ? windows.follow() : put(windows.topLink());
    if (!this.el.contains(document.activeElement) && document.activeElement !== document.body) return;
    const opener = this.opener?.isConnected ? this.opener : this.opener?.id && document.getElementById(this.opener.id);
    if (opener) opener.focus({ preventScroll: true });
    else windows.top?.focusFirst();
  },

  show() {
    const { documentElement } = document;
    if (windows.open.length === 1) {
      documentElement.toggleAttribute("data-live-gutter", innerWidth > documentElement.clientWidth);
    }
    if (!this.el.open) this.el.showModal();
    this.focusFirst();
  },

  focusFirst() {
    const usable = (selector) => [...this.el.querySelectorAll(selector)].find(isUsable);
    const body = ".live-window-body ";
    const inBody = (selector) => usable(selector.split(", ").map((each) => body + each).join(", "));
    const first = usable("[autofocus]") ?? this.firstControl() ?? inBody(PRIMARY) ?? inBody("button, a[href]");
    (first ?? this.el.querySelector(".live-window-title") ?? this.el).focus();
  },

  /** Of radio buttons that share a name, the one that is chosen. */
  firstControl() {
    const controls = [...this.el.querySelectorAll(CONTROLS)].filter(isUsable);
    const first = controls[0];
    if (first?.type !== "radio") return first;
    return controls.find((each) => each.name === first.name && each.checked) ?? first;
  },

  listen() {
    const { el } = this;
    el.addEventListener("cancel", (event) => {
      if (event.target !== el) return;
      event.preventDefault();
      if (!isChoosing(document.activeElement)) void this.cancel();
    });
    // A browser closes a dialog by force when it was kept open before.
    el.addEventListener("close", (event) => {
      if (event.target !== el || this.closing || !el.isConnected) return;
      this.show();
      void this.cancel();
    });
    el.addEventListener("keydown", (event) => this.pressed(event));
    el.addEventListener("click", (event) => this.clicked(event), true);
    el.addEventListener("pointerdown", (event) => (this.pressedOutside = event.target === el && this.isOutside(event)));
    el.addEventListener("focusin", ({ target }) => this.meet(target));
    for (const name of ["input", "change"]) el.addEventListener(name, ({ target }) => this.touch(target), true);
    el.addEventListener("live:call:start", ({ detail }) => this.began(detail));
    el.addEventListener("live:call:end", ({ detail }) => this.ended(detail));
  },

  // What the user has entered

  meet(control) {
    if (control.matches(CONTROLS) && !this.baseline.has(control)) this.baseline.set(control, stateOf(control));
  },

  touch(control) {
    if (!control.matches?.(CONTROLS)) return;
    if (!this.baseline.has(control)) this.baseline.set(control, servedState(control));
    const group = control.type === "radio" ? this.el.querySelectorAll(`[name="${CSS.escape(control.name)}"]`) : [control];
    for (const each of group) this.touched.add(each);
    this.suggested = false;
  },

  isDirty() {
    if (this.sending.length || this.closing) return false;
    return [...this.touched].some(
      (it) => it.isConnected && !it.closest("[live-unguarded]") && stateOf(it) !== this.baseline.get(it),
    );
  },

  /** What stands in the controls now is not worth asking for. */
  discard() {
    for (const control of this.touched) this.baseline.set(control, stateOf(control));
  },

  // While an action runs

  began({ action, source }) {
    if (!source) return;
    const primary = this.primary();
    const isSaving = source === primary || (source.matches("form") && source === primary?.form);
    if (isSaving && !this.el.dataset.background.split(" ").includes(action)) this.saving.push(source);
    if (source.matches("form")) this.sending.push(source);
    this.el.toggleAttribute("data-busy", this.saving.length > 0);
  },

  ended({ ok, source }) {
    drop(this.saving, source);
    this.el.toggleAttribute("data-busy", this.saving.length > 0);
    if (drop(this.sending, source) && ok !== false && !this.el.querySelector("[aria-invalid=true], .errorlist, .live-form-error")) this.discard();
  },

  // Keys and clicks

  pressed(event) {
    if (event.defaultPrevented || event.isComposing || event.target.closest("dialog") !== this.el) return;
    if (event.key === "Escape") {
      if (isChoosing(event.target)) return;
      event.preventDefault();
      void this.cancel();
    } else if (event.key === "Enter") this.entered(event);
    else if (/^Arrow(Up|Down)$/.test(event.key)) this.suggested = event.target.matches("input[list]");
  },

  entered(event) {
    const { target } = event;
    if (event.ctrlKey || event.metaKey) {
      if (!target.matches("textarea, [contenteditable]")) return;
    } else if (target.matches(KEEPS_ENTER)) return;
    event.preventDefault(); // not what the browser would press
    if (isChoosing(target) || (this.suggested && target.matches("input[list]"))) return void (this.suggested = false);
    const primary = this.primary();
    if (primary && !primary.disabled && !this.saving.length) primary.click();
  },

  primary() {
    return [...this.el.querySelectorAll(PRIMARY)].find(isShown);
  },

  clicked(event) {
    const { target } = event;
    const inside = target.closest("dialog") === this.el;
    if (target === this.el && this.pressedOutside && this.isOutside(event)) return void this.cancel();
    if (!inside) return;
    if (target.closest("[live-window-close]")) {
      event.stopPropagation();
      event.preventDefault();
      return void this.cancel();
    }
    const anchor = target.closest("a[href]");
    if (anchor && leaves(anchor, event) && windows.dirty) {
      event.stopPropagation();
      event.preventDefault();
      void windows.ask().then((yes) => yes && (windows.leave(), location.assign(anchor.href)));
    }
  },

  isOutside({ clientX, clientY }) {
    const { left, right, top, bottom } = this.el.getBoundingClientRect();
    return clientX < left || clientX > right || clientY < top || clientY > bottom;
  },

  // Closing

  /** Escape, Cancel, the cross, a click beside it. */
  async cancel() {
    if (this.saving.length || this.closing || windows.top !== this) return;
    if (await windows.mayLeave([this])) await this.close();
  },

  async close() {
    this.closing = true;
    const opened = this.link && history.state?.liveWindow === this.link;
    this.el.close(); // gives the focus back
    if (opened && addressed() === this.link) history.back();
    const outcome = await this.call("close");
    if (outcome.ok || !this.el.isConnected) return;
    this.closing = false;
    this.show();
  },
};

/** Take one of these out; false when it is not there. */
function drop(sources, source) {
  const index = sources.indexOf(source);
  if (index >= 0) sources.splice(index, 1);
  return index >= 0;
}

/** A list of choices is open: Enter and Escape are its own. */
function isChoosing(element) {
  return element.closest('[aria-expanded="true"]') !== null;
}

function leaves(anchor, { ctrlKey, metaKey, shiftKey, button }) {
  if (ctrlKey || metaKey || shiftKey || button || anchor.hasAttribute("download")) return false;
  if (anchor.target && anchor.target !== "_self") return false;
  return /^https?:$/.test(anchor.protocol) && anchor.href.split("#")[0] !== location.href.split("#")[0];
}

function define(live) {
  live.hook("live_windows.stack", STACK);
  live.hook("live_windows.window", WINDOW);
}

if (globalThis.liveactions) define(globalThis.liveactions);
else addEventListener("live:ready", ({ detail }) => define(detail), { once: true });
