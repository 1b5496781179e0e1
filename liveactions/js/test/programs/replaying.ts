/**
 * Plays a recorded case (tests/programs/recording.py) on a page: the component's first HTML, then what the server told,
 * step after step. After each the page has to be what a fresh parse of Django's HTML is.
 */
import { Authorship } from "../../src/authorship";
import { Drafts } from "../../src/drafts";
import { Morph } from "../../src/morph";
import { Programs } from "../../src/programs/index";
import type { Form } from "../../src/programs/program";

export interface Recorded {
  /** The HTML is such as somebody should write. A patch of other HTML may not fit: it is mended by sending all of it. */
  sound?: boolean;
  /** There are loops in loops, or several: an element may go from one to another, where it is made anew. */
  loops?: boolean;
  forms: Record<string, Form>;
  html: string;
  first: string;
  steps: { items: [id: number, word: [number, unknown]][]; html: string }[];
}

type Here = Window & typeof globalThis;

/** A comment, for Chromium has a parser for simple HTML that forgets some rules; a page is not read by that. */
const THOROUGH = "<!--[-->";

const [WHOLE, PATCH] = [12, 13];

/** What came of it: what went wrong, in sentences, and whether a component was asked for whole, which ends the play. */
export interface Result {
  wrong: string[];
  mended: boolean;
}

/** Play a case. */
export async function replay(window: Here, recorded: Recorded): Promise<Result> {
  const player = new Player(window, recorded);
  try {
    await player.play();
  } catch (error) {
    player.wrong.push(`${player.where}: ${(error as Error).stack}`);
  } finally {
    player.end();
  }
  return { wrong: player.wrong, mended: player.mended };
}

class Player {
  readonly wrong: string[] = [];
  mended = false;
  where = "the first HTML";
  #window: Here;
  #recorded: Recorded;
  #box: HTMLElement;
  #authorship: Authorship;
  #morph: Morph;
  #programs: Programs;

  constructor(window: Here, recorded: Recorded) {
    const { document } = window;
    this.#window = window;
    this.#recorded = recorded;
    this.#box = document.body.appendChild(document.createElement("div"));
    this.#authorship = new Authorship(window);
    const drafts = new Drafts();
    this.#morph = new Morph(this.#authorship, drafts);
    const tools = { root: this.#box, authorship: this.#authorship, drafts, morph: this.#morph };
    this.#programs = new Programs(window, "/live/", tools, {
      wrote: (component, { missing }) => {
        if (missing.length) this.#say(`components ${missing.join()} are wanted and not in the page (${component.outerHTML})`);
      },
      resync: async (id) => {
        this.mended = true;
        if (recorded.sound !== false) this.#say(`component ${id} does not fit`);
      },
    });
  }

  async play(): Promise<void> {
    const { html, first, steps, forms } = this.#recorded;
    this.#window.fetch = (async (url: URL) => {
      const form = forms[/([\w-]+)\.json$/.exec(url.href)![1]!];
      return { ok: form !== undefined, json: async () => structuredClone(form) };
    }) as never;
    this.#box.innerHTML = `${THOROUGH}${html}`;
    this.#authorship.watch(this.#box);
    this.#compare(first);
    for (const [number, step] of steps.entries()) {
      this.where = `step ${number + 1}`;
      const known = keyed(this.#box);
      for (const [id, word] of step.items) await this.#take(id, word);
      if (this.mended) return;
      this.#compare(step.html);
      if (!this.#recorded.loops) this.#compareKeyed(known);
      if (this.wrong.length) return;
    }
  }

  end(): void {
    this.#authorship.stop();
    this.#box.remove();
  }

  async #take(id: number, [word, value]: [number, unknown]): Promise<void> {
    const component = this.#box.querySelector(`[live-id="${id}"]`);
    if (!component) return this.#say(`component ${id} is not in the page`);
    if (word === PATCH) await this.#programs.patch(component, structuredClone(value) as unknown[]);
    else if (word === WHOLE) this.#morph.morph(component, value as string);
    else this.#say(`there is a word ${word}`);
  }

  #say(sentence: string): void {
    this.wrong.push(`${this.where}: ${sentence}`);
  }

  #compare(html: string): void {
    const { document } = this.#window;
    const box = document.createElement("div");
    box.innerHTML = `${THOROUGH}${html}`;
    const [fresh, present] = [box, this.#box].map((element) => bared(element.cloneNode(true) as Element));
    if (!fresh!.isEqualNode(present!))
      this.#say(`the page is not what Django renders\n  wanted ${fresh!.innerHTML}\n  got    ${present!.innerHTML}`);
    const [wanted, got] = [box, this.#box].map((element) => JSON.stringify(statesIn(element)));
    if (wanted !== got) this.#say(`controls are not in the state that Django renders\n  wanted ${wanted}\n  got    ${got}`);
  }

  /** An element with a key that is there before and after is the same one, as long as its parent is. */
  #compareKeyed(known: Map<string, Keyed>): void {
    for (const [key, { element, parent }] of keyed(this.#box)) {
      const before = known.get(key);
      if (before?.parent === parent && before.element !== element && before.element.localName === element.localName)
        this.#say(`the element with live-key ${key} is another one`);
    }
  }
}

const MARKS = ["live-id", "live-program", "live-shape", "live-keep", "live-signals"];

/** Without what is there only for us. */
function bared(root: Element): Element {
  for (const element of root.querySelectorAll("*")) for (const name of MARKS) element.removeAttribute(name);
  for (const comment of commentsIn(root)) if (/^[[\]|]$/.test(comment.data)) comment.remove();
  root.normalize();
  return root;
}

function commentsIn(root: Node): Comment[] {
  return [...root.childNodes].flatMap((node) => (node.nodeType === 8 ? [node as Comment] : commentsIn(node)));
}

/** What a user sees of the controls. Of radio buttons that are all said to be checked, a browser chooses. */
function statesIn(root: Element): unknown[] {
  return [...root.querySelectorAll<HTMLInputElement>("input:not([type=radio]), textarea, select")].map((control) => {
    return [control.localName, control.value, control.checked];
  });
}

interface Keyed {
  element: Element;
  parent: Element;
}

/** The elements that nothing but their key names, by it; without those whose key is there twice. */
function keyed(root: Element): Map<string, Keyed> {
  const found = new Map<string, Keyed>();
  const twice = new Set<string>();
  for (const element of root.querySelectorAll("[live-key]:not([id])")) {
    const key = element.getAttribute("live-key")!;
    if (found.has(key)) twice.add(key);
    found.set(key, { element, parent: element.parentElement! });
  }
  for (const key of twice) found.delete(key);
  return found;
}
