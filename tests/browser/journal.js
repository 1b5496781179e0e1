// Put into every page of the browser tests before its own scripts: writes down the client's events, in order, and lets
// a test wait for one without asking again and again.
(() => {
  if (globalThis.journal) return;
  const NAMES = `ready connected disconnected bye mounted mount:error unmounted call:start call:success call:error call:end
    result patched swap:start swap:end transition:start transition:end settle:end toast error script:error diagnostic
    signals confirm status lane:blocked lane:replaced alert window:closed update-parent editing load tab record rows
    record:deleted download:progress progress`.split(/\s+/);
  const PATIENCE = 10_000;
  const entries = [];
  const waiting = new Set();

  const plain = (value) => JSON.parse(JSON.stringify(value ?? null, (_, item) => (item instanceof Node ? undefined : item)));
  const where = (target) => (target === window ? "window" : target.id ? `#${target.id}` : (target.localName ?? "document"));

  function write(name, target, detail) {
    entries.push({ name, target: where(target), detail: plain(detail), at: performance.now() });
    for (const look of [...waiting]) look();
  }

  /** Resolves with what `find` returns, as soon as that is something. */
  function until(find, what) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`${what}; the journal has: ${entries.map(({ name }) => name).join(", ")}`));
      }, PATIENCE);
      const look = () => {
        const found = find();
        if (!found) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  }

  const named = (name) => entries.filter((entry) => entry.name === name);

  globalThis.journal = {
    entries,
    forget: () => entries.splice(0),
    heard: (name, count) => until(() => named(name).length >= count && named(name), `${name} is missing`),
    mounted: () => {
      const roots = () => document.querySelectorAll("[live-token]").length;
      const settled = () => named("live:mounted").length + named("live:mount:error").length >= roots();
      return until(() => document.readyState !== "loading" && settled(), "a component was not mounted");
    },
  };

  for (const name of NAMES) addEventListener(`live:${name}`, (event) => write(event.type, event.target, event.detail), true);
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile }) => {
    console.error(`policy violated: ${violatedDirective} by ${blockedURI || "inline"} in ${sourceFile || location.href}`);
  });
})();
