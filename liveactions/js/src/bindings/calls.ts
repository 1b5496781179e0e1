/** From a trigger to a call: arguments, the question before it, its lane, and what the page looks like meanwhile. */
import { diagnose } from "../diagnostics";
import { isControl, takeBack } from "../drafts";
import { emit } from "../events";
import type { Caller, CallOptions, Question, Ui } from "../ports";
import { describe, fieldsOf, valuesOf, type Args } from "./arguments";
import type { Drag } from "./drag";
import type { Trigger } from "./events";
import { isMode, Lanes, type Mode, type Place } from "./lanes";
import type { Loading, Task } from "./loading";
import type { Models } from "./models";
import type { Promises } from "./promises";

interface Request extends Task {
  source: Element;
  action: string;
  args: Args;
  sent: Element | undefined;
  event: NonNullable<CallOptions["event"]>;
}

/** The rooms that a call passes through. */
export interface Rooms {
  caller: Caller;
  ui: Ui;
  loading: Loading;
  promises: Promises;
  models: Models;
  drag: Drag;
}

export class Calls {
  #rooms: Rooms;
  #lanes = new Lanes();
  #numbers = new WeakMap<Element, number>();
  #count = 0;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  /** Run the action that the trigger names. Without a name, the binding was only there for its modifiers. */
  run = (trigger: Trigger): void => {
    const action = trigger.element.getAttribute(trigger.binding.attribute);
    if (!action || this.#rooms.loading.isDisabled(trigger.element)) return;
    const component = this.#rooms.caller.componentOf(trigger.element);
    if (!component) {
      diagnose("action.homeless", `"${action}" cannot be called: its element is in no component.`, trigger.element);
      return;
    }
    const request = this.#request(trigger, action, component);
    const question = questionOf(request.submitter) ?? questionOf(request.source);
    if (!question) return void this.#enter(request);
    void this.#rooms.ui.confirm(question).then((yes) => (yes ? this.#enter(request) : takeBack(request.sent)));
  };

  #request({ element, event }: Trigger, action: string, component: Task["component"]): Request {
    const form = event.type === "submit" && element.matches("form") ? (element as HTMLFormElement) : null;
    const submitter = (form && (event as SubmitEvent).submitter) || null;
    return {
      component,
      action,
      submitter,
      source: element,
      names: [action],
      key: element.getAttribute("live-lane-key"),
      event: describe(event, element),
      sent: form ?? (isControl(element) ? element : undefined),
      args: {
        ...this.#rooms.drag.valuesFor(event),
        ...(form && fieldsOf(form, submitter)),
        ...valuesOf(element),
        ...(submitter && valuesOf(submitter)),
      },
    };
  }

  async #enter(request: Request): Promise<void> {
    const { source, action, component } = request;
    const lane = request.key ?? `${component.id} ${action} ${this.#numberOf(source)}`;
    const tell = (name: string, more: object = {}): void =>
      void emit(source.isConnected ? source : source.ownerDocument, name, {
        lane,
        action,
        component: component.id,
        ...more,
      });
    const place = this.#lanes.enter(lane, modeOf(source), (count) => tell("live:lane:replaced", { count }));
    if (!place) return tell("live:lane:blocked");
    const { loading, promises } = this.#rooms;
    const end = loading.begin(request);
    const takeBackPromises = promises.begin(source, request.submitter);
    try {
      if (place.turn) await place.turn;
      if (!place.signal.aborted) await this.#call(request, lane, place);
    } finally {
      takeBackPromises();
      end();
      place.leave();
    }
  }

  #call({ component, action, args, event, source, sent, key }: Request, lane: string, { signal }: Place): Promise<unknown> {
    const { models, caller } = this.#rooms;
    models.flush(component.id);
    const options: CallOptions = { event, source, lane, signal };
    if (sent) options.sent = sent;
    if (key !== null) options.key = key;
    return caller.call(component.id, action, args, options);
  }

  #numberOf(element: Element): number {
    const number = this.#numbers.get(element) ?? ++this.#count;
    this.#numbers.set(element, number);
    return number;
  }
}

function modeOf(element: Element): Mode {
  const mode = element.getAttribute("live-lane");
  if (isMode(mode)) return mode;
  if (mode !== null)
    diagnose("lane.unknown", `live-lane="${mode}" is not one of replace, block, queue, parallel.`, element);
  return element.matches("form") ? "block" : "queue";
}

function questionOf(element: Element | null): Question | null {
  const message = element?.getAttribute("live-confirm");
  if (!element || !message) return null;
  const question: Question = { message };
  for (const part of ["title", "ok", "cancel", "variant"] as const) {
    const text = element.getAttribute(`live-confirm-${part}`);
    if (text) Object.assign(question, { [part]: text });
  }
  return question;
}
