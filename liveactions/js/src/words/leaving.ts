/** Words that take the user or a file out of the page. */
import { dispatch } from "../events";
import type { Scope, Stage } from "../stage";
import type { Chunk, Download, OpenURL } from "../vocabulary";
import { closeTop } from "./windows";

/** Addresses are those of the web; anything else (`javascript:`) was refused with a diagnostic. */
export async function openUrl({ url, target, close, title }: OpenURL, scope: Scope, stage: Stage): Promise<void> {
  const place = stage.resolve(url, true);
  if (!place) return;
  if (target === "self") return void stage.go(url, false, true);
  if (target === "download") stage.downloads.fetch(place.href, "");
  else if (!openTab(place.href, stage.window)) offer(place.href, title, stage);
  if (close) await closeTop(scope, stage, null);
}

/** With `noopener` a browser does not say whether it opened the tab, so the tab is cut off before it has loaded. */
function openTab(url: string, window: Window): boolean {
  const tab = window.open("", "_blank");
  if (!tab) return false;
  tab.opener = null;
  tab.location.replace(url);
  return true;
}

/** The browser opens tabs only where the user has pressed something; a link is something to press. */
function offer(href: string, title: string | null, stage: Stage): void {
  const detail = { message: null, level: "warning", title: null, sticky: true, blocked: true } as const;
  const told = { ...detail, href, action_label: title };
  if (dispatch(stage.window, "live:toast", told)) stage.ui.toast(told);
}

export function download(file: Download, _scope: Scope, stage: Stage): void {
  const { filename, mimetype, content, url, id, size } = file;
  if (content) stage.downloads.save(filename, mimetype, [content]);
  else if (url !== null) {
    const place = stage.resolve(url, false);
    if (place) stage.downloads.fetch(place.href, filename);
  } else if (id !== null) stage.downloads.begin(id, filename, mimetype, size ?? 0);
}

export function chunk({ download: id, data }: Chunk, _scope: Scope, stage: Stage): void {
  stage.downloads.add(id, data);
}
