/** Where the page is and where it may go: redirects, the address bar, the back button, reloading once. */
import { diagnose } from "./diagnostics";

const PREFIX = "liveactions.";
/** In the state of an entry of the history: its address is one of `show`, known as such after the page was reloaded. */
const SHOWN = `${PREFIX}shown`;
const RELOADED = `${PREFIX}reloaded`;
const SETTLED = 60_000;

export class Navigation {
  #window: Window;
  #path = "";
  #shown = false;

  constructor(window: Window) {
    this.#window = window;
  }

  start(): void {
    this.#path = pathOf(this.#window.location);
    this.#window.addEventListener("popstate", this.#popped);
  }

  stop(): void {
    this.#window.removeEventListener("popstate", this.#popped);
  }

  /** Leave for `url`. False when it may not be gone to: a script, or another origin without `external`. */
  go(url: string, replace: boolean, external: boolean): boolean {
    const place = this.resolve(url, external);
    if (!place) return false;
    if (replace) this.#window.location.replace(place.href);
    else this.#window.location.assign(place.href);
    return true;
  }

  /** Change the address bar without leaving. False for what is not a page of this site. */
  show(url: string, replace: boolean): boolean {
    const place = this.resolve(url, false);
    if (!place) return false;
    const { history } = this.#window;
    history.replaceState({ ...history.state, [SHOWN]: true }, "", replace ? place.href : undefined);
    if (!replace) history.pushState({ [SHOWN]: true }, "", place.href);
    this.#path = pathOf(place);
    this.#shown = true;
    return true;
  }

  /** The URL, if it is one of the web and (unless `external`) of this origin; otherwise null, and a diagnostic. */
  resolve(url: string, external: boolean): URL | null {
    const { location, document } = this.#window;
    let place: URL | null = null;
    try {
      place = new URL(url, document.baseURI);
    } catch {
      // told below
    }
    const known = place && /^https?:$/.test(place.protocol) && (external || place.origin === location.origin);
    if (known) return place;
    diagnose("url.refused", `${JSON.stringify(url)} is not a web address of this site.`, document);
    return null;
  }

  /**
   * Load the page again, but never in a loop: not if it was loaded again for this reason before, unless it has stood
   * well since (or the browser cannot remember). False when it is not done.
   */
  reload(reason: string): boolean {
    try {
      const storage = this.#window.sessionStorage;
      if (storage.getItem(RELOADED) !== null && this.#window.performance.now() < SETTLED) return false;
      storage.setItem(RELOADED, reason);
    } catch {
      return false;
    }
    this.#window.location.reload();
    return true;
  }

  /** Back and forward between addresses that `show` has made: the server renders what belongs there. */
  #popped = ({ state }: PopStateEvent): void => {
    if (!(this.#shown || state?.[SHOWN]) || pathOf(this.#window.location) === this.#path) return;
    this.#window.location.reload();
  };
}

function pathOf({ pathname, search }: { pathname: string; search: string }): string {
  return pathname + search;
}
