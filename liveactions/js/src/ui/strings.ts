/** Every text that the client shows by itself, in English; a page gives its own in the user's language. */
export const STRINGS = {
  notifications: "Notifications",
  info: "Info",
  success: "Success",
  warning: "Warning",
  error: "Error",
  open: "Open",
  close: "Close",
  more: "+{count} more",
  closeAll: "Close all",
  confirm: "Please confirm",
  ok: "OK",
  cancel: "Cancel",
  yes: "Yes",
  no: "No",
  blocked: "The browser has blocked a new tab.",
  downloading: "Downloading {filename}",
  working: "Working …",
  connecting: "Connecting …",
  reconnecting: "Reconnecting …",
  offline: "Offline. What you do is kept and sent later.",
  waiting: "Waiting to be sent: {count}",
  stale: "This page is out of date.",
  closed: "Disconnected.",
  live: "Back online.",
  missed: "Changes while you were away: {count}",
  lost: "The connection was lost before the answer came; whether it was done is not known.",
  away: "{count} notifications while you were away",
  reload: "Reload",
  failed: "The action failed",
};

export type Strings = typeof STRINGS;

/**
 * The texts of a page: what `given` has, else what the page's `<meta data-live='{"strings": {…}}'>` (any element with
 * `data-live`) has, else English.
 */
export function stringsOf(document: Document, given: Partial<Strings> = {}): Strings {
  const source = document.querySelector("[data-live]")?.getAttribute("data-live");
  return { ...STRINGS, ...read(source), ...given };
}

function read(source: string | null | undefined): Partial<Strings> {
  try {
    return (JSON.parse(source || "{}") as { strings?: Partial<Strings> }).strings ?? {};
  } catch {
    return {};
  }
}
