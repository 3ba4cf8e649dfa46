import { setTimeout as delay } from "node:timers/promises";
import { Problem, systemClock } from "@ntd/service";
import { expect, test } from "vitest";
import { AtOnce } from "../at-once.ts";
import type { Deps } from "../deps.ts";
import type { Notice } from "../notices/notice.ts";
import { SaidOnce } from "../said-once.ts";
import { handleSoon, startHandling, type Handling } from "./every-moment-handle.ts";

const due: Notice = {
  schemaVersion: 1,
  noticeId: "n",
  current: { revision: 1, payload: new Uint8Array(), signature: "", traceparent: "", receivedTime: new Date(0) },
  progress: { is: "acknowledged", attempts: 0, failures: 0 },
  dueAt: new Date(0),
};

test("a disk that is full is asked again after a pause, and said once", async () => {
  let saves = 0;
  const lines: string[] = [];
  let handling: Handling | undefined;
  const deps = {
    notices: {
      find: async () => [{ id: "n", version: 1, state: due }],
      save: async () => {
        saves++;
        await delay(1);
        throw new Problem("STORE_FULL");
      },
    },
    clock: systemClock,
    log: { error: (_: unknown, line: string) => lines.push(line) },
    said: { writes: new SaidOnce() },
    hands: new AtOnce(4),
    moreToHandle: () => handling?.kick(),
  } as unknown as Deps;
  handling = startHandling(deps);
  await delay(1300);
  await handling[Symbol.asyncDispose]();
  expect([saves, lines]).toEqual([2, ["a notice could not be handled; it is tried again"]]);
});

test("a notice whose handler cannot even be asked for has failed, and is tried again", async () => {
  let now: Notice = due;
  await using hands = new AtOnce(4);
  const { promise: freed, resolve: moreToHandle } = Promise.withResolvers<void>();
  const deps = {
    notices: { save: async (_: unknown, state: Notice) => ({ id: "n", version: 2, state: (now = state) }) },
    config: { handler: ["true"], handlerTimeoutMs: 1000, maxAttempts: 10 },
    clock: systemClock,
    log: { error: () => undefined, warn: () => undefined },
    said: { writes: new SaidOnce() },
    runner: { run: () => Promise.reject(new Error("spawn ENOMEM")) },
    hands,
    moreToHandle,
  } as unknown as Deps;
  handleSoon(deps, { id: "n", version: 1, state: due });
  await freed;
  expect(now).toMatchObject({ progress: { is: "acknowledged", failures: 1 }, dueAt: expect.any(Date) });
});
