/** Gives a real browser the means to play recorded cases: `replayAll(cases)` answers what came of those that failed. */
import { replay, type Recorded } from "./replaying";

interface Results {
  /** What went wrong, by case. */
  wrong: Record<string, string[]>;
  /** The cases in which a component was asked for whole. */
  mended: string[];
}

async function replayAll(cases: Record<string, Recorded>): Promise<Results> {
  const results: Results = { wrong: {}, mended: [] };
  for (const [name, recorded] of Object.entries(cases)) {
    const { wrong, mended } = await replay(window as never, recorded);
    if (wrong.length) results.wrong[name] = wrong;
    if (mended) results.mended.push(name);
  }
  return results;
}

Object.assign(window, { replayAll });
