import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine } from "@ntd/scripts/demo-command";
import { expect, test } from "vitest";
import { answerOf, keptReleases, unpack } from "./unpack.ts";
import { startTestPlatform } from "../platform.ts";

interface Scorecard {
  fromTime: string;
  toTime: string;
  figures: { name: string; definition: string; value: Record<string, unknown> }[];
}
interface NoticeTimes {
  noticeTimes: { noticeId: string; targetId: string }[];
}

/** Figures that mean something else today: what the release said, and what today's code says of the same data. */
const redefined: Record<string, Record<string, { was: unknown; is: unknown }>> = {};

const releases = await keptReleases();

test("the data folder of at least one release is kept", () => {
  expect(releases).toContain("0.2");
});

test.each(releases)(
  "what release %s left behind opens with today's code and shows the same figures",
  async (release) => {
    await using stack = new AsyncDisposableStack();
    const dir = await mkdtemp(join(tmpdir(), "ntd-upgrade-"));
    stack.defer(() => rm(dir, { recursive: true, force: true }));
    await unpack(release, dir);
    const before = await answerOf<Scorecard>(release, "scorecard");
    const platform = stack.use(await startTestPlatform({ dir }));
    await platform.serving();
    const run = commandLine(platform, () => undefined);
    const range = ["--from", before.fromTime, "--to", before.toTime];
    const now = (await run("regulator", "mcr", "scorecard", ...range)) as Scorecard;
    const changed = redefined[release] ?? {};
    const expected = before.figures.map(({ name, value }) => [name, changed[name]?.is ?? value]);
    expect(now.figures.filter(({ name }) => expected.some(([n]) => n === name)).map((f) => [f.name, f.value])).toEqual(
      expected,
    );
    for (const [name, { was }] of Object.entries(changed)) {
      expect(before.figures.find((f) => f.name === name)?.value, name).toEqual(was);
    }
    const times = (await run("regulator", "mcr", "scorecard", "times", ...range)) as NoticeTimes;
    // What is told of a notice since then has no other value to be compared with.
    expect(byId(times)).toMatchObject(byId(await answerOf<NoticeTimes>(release, "notice-times")));
  },
);

function byId({ noticeTimes }: NoticeTimes) {
  expect(noticeTimes.length).toBeGreaterThan(0);
  return noticeTimes.toSorted((a, b) => (a.noticeId + a.targetId < b.noticeId + b.targetId ? -1 : 1));
}
