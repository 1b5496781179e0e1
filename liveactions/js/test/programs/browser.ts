/** Gives a real browser the means to play recorded cases: `replayAll(cases)` answers what went wrong, by case. */
import { replay, type Recorded } from "./replaying";

async function replayAll(cases: Record<string, Recorded>): Promise<Record<string, string[]>> {
  const wrong: Record<string, string[]> = {};
  for (const [name, recorded] of Object.entries(cases)) {
    const said = await replay(window as never, recorded);
    if (said.length) wrong[name] = said;
  }
  return wrong;
}

Object.assign(window, { replayAll });
