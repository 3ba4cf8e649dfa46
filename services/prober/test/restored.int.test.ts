import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { NoticeState, type Notice } from "@ntd/proto/takedown/v1/notice";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openProberBed, type ProberBed } from "./bed.ts";

let at: ProberBed;
beforeAll(async () => {
  at = await openProberBed();
});
afterAll(() => at[Symbol.asyncDispose]());

function prober(more: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts")], {
    env: {
      ...at.environment,
      PROBER_FETCH_TIMEOUT_MS: "3000",
      PROBER_FINGERPRINT_TIMEOUT_MS: "1000",
      PROBER_LEASE_MS: "5000",
      ...more,
    },
    stdio: "ignore",
  });
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null && child.kill("SIGTERM")) await once(child, "exit");
  });
  return child;
}

async function stopped(child: ChildProcess): Promise<void> {
  child.kill("SIGTERM");
  await once(child, "exit");
}

const { ISSUED, VERIFIED_GONE, WITHDRAWN } = NoticeState;
const withdrawn = (): Partial<Notice> => ({
  offeredTime: new Date(),
  withdrawnTime: new Date(),
  withdrawnByDecisionId: "decision-2",
});

/** A picture that a notice took down, and the prober that saw it go. */
async function removed(path: string): Promise<ChildProcess> {
  const running = prober();
  at.pages.set(path, "picture 1 1");
  await at.report(path);
  await at.until(path, "present");
  await at.notice(path, `notice ${path}`, 1, ISSUED, { offeredTime: new Date() });
  at.pages.delete(path);
  await at.until(path, "gone");
  await at.notice(path, `notice ${path}`, 2, VERIFIED_GONE, { offeredTime: new Date() });
  return running;
}

test("a removal that was withdrawn is looked after until it is undone: restored, and no new episode", async () => {
  await removed("/back");
  await at.notice("/back", "notice /back", 3, WITHDRAWN, withdrawn());
  at.pages.set("/back", "picture 1 1");
  const back = await at.restored("/back");
  expect(back.restoredTime?.getTime()).toBeGreaterThan(back.firstSeenTime?.getTime() ?? Infinity);
  expect((await at.told("/back")).map(({ data }) => data.episode)).not.toContain(2);
});

test("one that nobody is asked to undo is another episode when it is back", async () => {
  await removed("/kept-down");
  await at.notice("/kept-down", "notice /kept-down", 3, WITHDRAWN, { ...withdrawn(), restoreWithheld: true });
  at.pages.set("/kept-down", "picture 1 1");
  await at.report("/kept-down");
  expect((await at.until("/kept-down", "present", 2)).restoredTime).toBeUndefined();
});

test("seen again before its withdrawal is heard of, it is told as restored in the episode that it has", async () => {
  await removed("/early");
  at.pages.set("/early", "picture 1 1");
  await at.report("/early");
  await at.until("/early", "present", 2);
  await at.notice("/early", "notice /early", 3, WITHDRAWN, withdrawn());
  expect(await at.restored("/early")).toMatchObject({ episode: 2, state: "TARGET_STATE_PRESENT" });
});

test.each(["prober.claimed", "prober.looked"])(
  "killed at %s, what is back is told as restored once",
  async (failpoint) => {
    const path = `/${failpoint}`;
    await stopped(await removed(path));
    at.pages.set(path, "picture 1 1");
    await at.notice(path, `notice ${path}`, 3, WITHDRAWN, withdrawn());
    const killed = prober({ NTD_FAILPOINT: `${failpoint}:1` });
    await once(killed, "exit");
    expect(killed.signalCode).toBe("SIGKILL");
    prober();
    const { episode } = await at.restored(path);
    expect(episode).toBe(1);
    const restored = (await at.told(path)).filter(({ data }) => data.restoredTime !== undefined);
    expect(restored).toHaveLength(1);
  },
);
