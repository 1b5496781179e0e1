/** A page with a session, on a socket that a test plays the server of. Each test is given another one. */
import { afterEach, beforeEach } from "node:test";
import * as extras from "../../src/extras";
import { start, type Live, type Refusal } from "../../src/index";
import type { Asked, Question, Ui } from "../../src/ports";
import { page, quiet, settled, type Page } from "../support/dom";
import { FakeSocket, Server } from "../support/server";

export const ROOT =
  '<section live-id="1" live-token="token-a"><p>0</p><div live-id="3"><b>nested</b></div></section>';

export const silent: Ui = {
  toast() {},
  confirm: async () => true,
  ask: async () => ({ choice: "yes", close() {} }),
  status() {},
  overlay() {},
};

export let here: Page;
export let live: Live;
export let server: Server;
export let said: string[];
/** What the user was shown, and what they answer. */
export let shown: {
  toasts: any[];
  statuses: string[];
  overlays: Refusal[];
  questions: Question[];
  answer: boolean;
  asked: Asked[];
  choice: string;
  closed: number;
};

type Options = Parameters<typeof start>[0];

export function open(html = ROOT, options: Options = {}): void {
  here = page(html);
  FakeSocket.all = [];
  (here.window as unknown as { WebSocket: unknown }).WebSocket = FakeSocket;
  shown = { toasts: [], statuses: [], overlays: [], questions: [], answer: true, asked: [], choice: "yes", closed: 0 };
  const ui: Ui = {
    toast: (detail) => void shown.toasts.push(detail),
    confirm: async (question) => (shown.questions.push(question), shown.answer),
    ask: async (asked) => (shown.asked.push(asked), { choice: shown.choice, close: () => void (shown.closed += 1) }),
    status: (status) => void shown.statuses.push(status),
    overlay: (refusal) => void shown.overlays.push(refusal),
  };
  server = new Server();
  begin({ ui, ...options });
}

/** Start the client in the page that is there. */
export function begin(options: Options): void {
  live = start({ window: here.window, build: "1.0", extras: async () => extras, ...options });
}

/** Open a page whose components are mounted. */
export async function mounted(html = ROOT, options: Options = {}): Promise<void> {
  open(html, options);
  server.welcome();
  server.answer(1);
  await settled();
}

/** Wait for the next socket, and welcome the page on it. */
export async function reconnected(fields: Parameters<Server["welcome"]>[0]): Promise<void> {
  const before = FakeSocket.all.length;
  while (FakeSocket.all.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
  server.welcome(fields);
}

export const patch = (id: number, html: string) => [id, 12, html];
export const section = (inner: string) => `<section live-id="1">${inner}</section>`;

beforeEach(() => {
  said = quiet();
});

afterEach(() => live.stop());
