/** Words that want an answer: a message that has to be read, a question. */
import type { Asked } from "../ports";
import { present, type Scope, type Stage } from "../stage";
import type { Alert, Confirm, Result } from "../vocabulary";

/** Whether what follows a result in its frame waits until the user has answered. */
export function holds(result: Result): boolean {
  return result.word === "Confirm" || (result.word === "Alert" && result.then.length > 0);
}

export function alert({ word: _, then, action, ...alert }: Alert, scope: Scope, stage: Stage): void | Promise<void> {
  const answered = tell(alert, then, action, scope, stage);
  return then.length ? answered : void answered;
}

type Told = Omit<Alert, "word" | "then" | "action">;

async function tell(told: Told, then: Result[], action: Result | null, scope: Scope, stage: Stage): Promise<void> {
  const { message, title, level, html, action_label } = told;
  const choices: Asked["choices"] = [["ok"], ...(action ? [["action", action_label] as const] : [])];
  const { choice, close } = await stage.ui.ask({ kind: "alert", message, title, level, html, choices });
  close();
  const performed = choice === "action" ? [action!, ...then] : then;
  await stage.run(performed, present(scope, stage));
}

const AGREED: ReadonlySet<string> = new Set(["yes", "ok"]);

export async function confirm(question: Confirm, scope: Scope, stage: Stage): Promise<void> {
  const { message, title, variant, html, token, then } = question;
  const choices = question.choices as unknown as Asked["choices"];
  const { choice, close } = await stage.ui.ask({ kind: "confirm", message, title, variant, html, choices, token });
  if (choice === null) return;
  const speaker = present(scope, stage);
  // The answer's results come in frames after this one, so nobody waits for them here.
  if (token) void stage.call(speaker, "@answer", { token, choice }, close).finally(close);
  else close();
  if (AGREED.has(choice)) await stage.run(then, speaker);
}
