/** Shared components: one state for everybody who looks, whose news are the same bytes for all pages. */
import type { Scope, Stage } from "../stage";
import type { Shared } from "../vocabulary";

/** One that already knows is passed over; one that has missed something asks for all of it. */
export async function shared({ key, version, results }: Shared, _scope: Scope, stage: Stage): Promise<void> {
  for (const element of stage.root.querySelectorAll(`[live-shared="${key}"]`)) {
    const ahead = version - +element.getAttribute("live-version")!;
    if (ahead > 1) stage.refresh(element, false, false);
    if (ahead !== 1) continue;
    await stage.run(results, element);
    stage.write(() => element.setAttribute("live-version", "" + version));
  }
}
