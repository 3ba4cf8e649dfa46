import { Problem, systemClock } from "@ntd/service";
import type { Document } from "@ntd/store";
import { expect, test } from "vitest";
import type { Deps } from "../deps.ts";
import { SaidOnce } from "../said-once.ts";
import type { Notice } from "./notice.ts";
import { acknowledge } from "./tell.ts";

const received: Document<Notice> = {
  id: "n",
  version: 1,
  state: {
    schemaVersion: 1,
    noticeId: "n",
    current: { revision: 1, payload: new Uint8Array(), signature: "", traceparent: "", receivedTime: new Date(0) },
    progress: { is: "received", tries: 0 },
  },
};

async function told(...answers: (Problem | undefined)[]): Promise<string[]> {
  const lines: string[] = [];
  const say = (_: unknown, line: string) => lines.push(line);
  const left = [...answers];
  const deps = {
    client: {
      acknowledgeNotice: async () => {
        const problem = left.shift();
        if (problem !== undefined) throw problem;
      },
    },
    notices: { save: async (_: unknown, state: Notice) => ({ ...received, state }) },
    clock: systemClock,
    config: { handler: ["true"] },
    log: { warn: say, info: say },
    said: { calls: new SaidOnce() },
  } as unknown as Deps;
  for (const _ of answers) await acknowledge(deps, received, 1);
  return lines;
}

test("a platform that is away is one line, however many notices wait for it, and so is its return", async () => {
  const away = new Problem("PEER_UNAVAILABLE");
  expect(await told(away, away, away, undefined, undefined)).toEqual([
    "the platform did not take a call",
    "the platform takes calls again",
  ]);
});

test("what the platform will never take is said of each notice", async () => {
  const never = new Problem("NOT_FOUND");
  expect(await told(never, never)).toHaveLength(2);
});
