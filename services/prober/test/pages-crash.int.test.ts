import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { nouns } from "@ntd/bus";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openProberBed, targetIdOf, type ProberBed } from "./bed.ts";
import { itemIdOf, pagesTold, publishMatch, untilOnPage } from "./on-pages.ts";

let at: ProberBed;
beforeAll(async () => {
  at = await openProberBed();
});
afterAll(() => at[Symbol.asyncDispose]());

const patient = { PROBER_FETCH_TIMEOUT_MS: "3000", PROBER_FINGERPRINT_TIMEOUT_MS: "1000", PROBER_LEASE_MS: "5000" };

function prober(more: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts")], {
    env: { ...at.environment, ...patient, ...more },
    stdio: "ignore",
  });
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null && child.kill("SIGTERM")) await once(child, "exit");
  });
  return child;
}

function show(name: string): string {
  at.pages.set(`/${name}/1.jpg`, "picture 1 1");
  at.pages.set(`/${name}/page`, `<html><img src="/${name}/1.jpg"></html>`);
  return `/${name}/page`;
}

test.each(["store.saved.pages", "prober.page"])(
  "killed at %s, a page's media are told once, before it is",
  async (failpoint) => {
    const path = show(failpoint);
    const first = prober({ NTD_FAILPOINT: `${failpoint}:1` });
    await at.report(path);
    expect(await once(first, "exit")).toEqual([null, "SIGKILL"]);
    expect(await at.told(path)).toEqual([]);
    prober();
    await at.until(path, "not_media");
    expect((await pagesTold(at, path)).map(({ verb, data }) => [verb, data.revision, data.items.length])).toEqual([
      ["found", 1, 1],
    ]);
  },
);

test.each(["prober.found", "store.saved.targets"])(
  "killed at %s of a find, its target is made all the same",
  async (failpoint) => {
    const path = show(failpoint);
    const before = prober();
    await at.report(path);
    await untilOnPage(at, path, () => true);
    await at.until(path, "not_media");
    before.kill("SIGTERM");
    await once(before, "exit");
    const item = itemIdOf(at, `/${failpoint}/1.jpg`);
    await publishMatch(at, path, [item]);
    const killed = prober({ NTD_FAILPOINT: `${failpoint}:1` });
    expect(await once(killed, "exit")).toEqual([null, "SIGKILL"]);
    prober();
    const found = await eventually("the target", async () =>
      (await at.bed.published(nouns.target)).find(({ data }) => data.targetId === item),
    );
    expect(found.data).toMatchObject({ foundOnTargetId: targetIdOf(path), state: "TARGET_STATE_PRESENT" });
  },
);
