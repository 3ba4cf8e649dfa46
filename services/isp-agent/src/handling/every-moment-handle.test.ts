import { setTimeout as delay } from "node:timers/promises";
import { Problem, systemClock } from "@ntd/service";
import { expect, test } from "vitest";
import { AtOnce } from "../at-once.ts";
import type { Deps } from "../deps.ts";
import type { Notice } from "../notices/notice.ts";
import { startHandling, type Handling } from "./every-moment-handle.ts";

const due: Notice = {
  schemaVersion: 1,
  noticeId: "n",
  current: { revision: 1, payload: new Uint8Array(), signature: "", traceparent: "", receivedTime: new Date(0) },
  progress: { is: "acknowledged", attempts: 0, failures: 0 },
  dueAt: new Date(0),
};

test("a disk that is full is not asked again without a pause", async () => {
  let saves = 0;
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
    log: { error: () => undefined },
    hands: new AtOnce(4),
    moreToHandle: () => handling?.kick(),
  } as unknown as Deps;
  handling = startHandling(deps);
  await delay(300);
  await handling[Symbol.asyncDispose]();
  expect(saves).toBe(1);
});
