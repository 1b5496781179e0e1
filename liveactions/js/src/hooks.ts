/**
 * Code of the application for elements with `live-hook="Name"`. A hook is an object of functions; in each, `this` is
 * one object per element, which keeps whatever is put into it:
 *
 *     hook("Chart", { mounted() { this.chart = new Chart(this.el) }, updated() { this.chart.draw() } })
 */
import { diagnose } from "./diagnostics";
import type { Caller, CallOptions, Outcome } from "./ports";

export interface HookContext {
  el: HTMLElement;
  readonly component: { id: number; element: Element } | undefined;
  /** Run an action of the component around the element. */
  call(action: string, args?: Record<string, unknown>, options?: CallOptions): Promise<Outcome>;
  [name: string]: any;
}

type Moment = "mounted" | "updated" | "destroyed" | "disconnected" | "reconnected";
export type Hook = { [Name in Moment]?: (this: HookContext) => void } & { [name: string]: unknown };

const HOOK = "live-hook";

export class Hooks {
  #hooks = new Map<string, Hook>();
  #instances = new Map<Element, HookContext>();
  #root: ParentNode;
  #caller: Caller;
  #unknown = new Set<string>();

  constructor(root: ParentNode, caller: Caller) {
    this.#root = root;
    this.#caller = caller;
  }

  /** Elements that are already in the page get theirs at once. */
  define(name: string, hook: Hook): void {
    this.#hooks.set(name, hook);
    this.scan();
  }

  /** Mount what is new, and destroy what is gone. */
  scan(): void {
    for (const element of this.#instances.keys()) if (!element.isConnected) this.#destroy(element);
    for (const element of this.#root.querySelectorAll<HTMLElement>(`[${HOOK}]`)) {
      if (!this.#instances.has(element)) this.#mount(element);
    }
  }

  updated(elements: Element[]): void {
    for (const element of elements) this.#run(element, "updated");
  }

  disconnected(): void {
    for (const element of this.#instances.keys()) this.#run(element, "disconnected");
  }

  reconnected(): void {
    for (const element of this.#instances.keys()) this.#run(element, "reconnected");
  }

  /** Tell about names that nobody has defined; asked once the page stands. */
  report(): void {
    for (const name of this.#unknown) {
      if (!this.#hooks.has(name))
        diagnose("hook.unknown", `There is no hook "${name}". Define it: hook("${name}", {…}).`);
    }
    this.#unknown.clear();
  }

  stop(): void {
    for (const element of this.#instances.keys()) this.#destroy(element);
  }

  #mount(element: HTMLElement): void {
    const name = element.getAttribute(HOOK)!;
    const hook = this.#hooks.get(name);
    if (!hook) return void this.#unknown.add(name);
    this.#instances.set(element, this.#context(element, hook));
    this.#run(element, "mounted");
  }

  #context(el: HTMLElement, hook: Hook): HookContext {
    const caller = this.#caller;
    return Object.create(hook, {
      el: { value: el },
      component: { get: () => caller.componentOf(el) },
      call: {
        value: (action: string, args: Record<string, unknown> = {}, options: CallOptions = {}) =>
          caller.call(caller.componentOf(el)?.id ?? -1, action, args, { source: el, ...options }),
      },
    }) as HookContext;
  }

  #destroy(element: Element): void {
    this.#run(element, "destroyed");
    this.#instances.delete(element);
  }

  #run(element: Element, moment: Moment): void {
    const context = this.#instances.get(element);
    try {
      (context?.[moment] as (() => void) | undefined)?.call(context);
    } catch (error) {
      console.error(error);
      diagnose("hook.failed", `${element.getAttribute(HOOK)}.${moment} failed: ${String(error)}`, element);
    }
  }
}
