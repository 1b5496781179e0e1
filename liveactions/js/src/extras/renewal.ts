/** Loading the page again without what has been kept of it: by the client, and by the browser. */

const PREFIX = "liveactions.";
const RENEWED = /^(script|link|css) |\/programs\/[^/]+\.json$/;

/** Without what the client has kept in the browser; with `caches`, also without what the browser has kept. */
export async function renew(window: Window & typeof globalThis, scope: "frontend" | "caches"): Promise<void> {
  forget(window);
  try {
    if (scope === "caches") await fetchAnew(window);
  } finally {
    window.location.reload();
  }
}

function forget(window: Window): void {
  for (const kind of ["sessionStorage", "localStorage"] as const) {
    try {
      const storage = window[kind];
      for (const key of Object.keys(storage)) if (key.startsWith(PREFIX)) storage.removeItem(key);
    } catch {
      // a browser that keeps nothing
    }
  }
}

/** Scripts, styles and programs come from the server again; what a service worker has stored is dropped. */
async function fetchAnew({ caches, performance, location, fetch }: Window & typeof globalThis): Promise<void> {
  const names = (await caches?.keys().catch(() => [])) ?? [];
  const kept = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
  const urls = new Set(
    kept.filter(({ initiatorType, name }) => RENEWED.test(`${initiatorType} ${name}`)).map(({ name }) => name),
  );
  await Promise.allSettled([
    ...names.map((name) => caches.delete(name)),
    ...[...urls].filter((url) => url.startsWith(location.origin)).map((url) => fetch(url, { cache: "reload" })),
  ]);
}
