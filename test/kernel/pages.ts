import { nouns } from "@ntd/bus";
import { generatePicture, reencode } from "@ntd/imagehash/generated";
import { eventually } from "@ntd/testing";
import { settled } from "./crash.ts";
import { listPictures, report, type Ground } from "./path.ts";

/** What is left of a page and of what was found on it, without ids and times. */
export interface PageEnd {
  page: { state: string; episode: number; shows: string[]; isClosed: boolean };
  case: { state: string; reason: string; counts: object | undefined };
  /** Targets that name the page as where they were found. */
  found: { state: string; episode: number; decision: string; notices: { state: string; outcomes: string[] }[] }[];
}

/** A page is reported that shows a listed picture and an unknown one; the listed one is removed, the page waits for a person. */
export const pagePath = (ground: Ground, seed: number) => async (): Promise<() => Promise<PageEnd>> => {
  const name = await reportThread(ground, seed);
  return async () => settled(ground, await eventually("it ends", () => endOf(ground, name), 60_000));
};

/** The report's name. `named`: what the names of all files begin with. */
export async function reportThread(ground: Ground, seed: number, named = ""): Promise<string> {
  const listed = await generatePicture(seed);
  await listPictures(ground, `set-${seed}`, [listed]);
  const shown = [
    ground.provider.publish(`${named}known-${seed}.jpg`, await reencode(listed, { quality: 60 })),
    ground.provider.publish(`${named}other-${seed}.jpg`, await generatePicture(seed + 500)),
  ];
  const html = `<!doctype html><html><title>Thread</title><p>Some words of a thread.${shown.map((url) => `<img src="${url}">`).join("")}`;
  return report(ground, ground.provider.publish(`${named}thread-${seed}.html`, Buffer.from(html)));
}

async function endOf({ platform: { machine } }: Ground, name: string): Promise<PageEnd | undefined> {
  const reports = await machine.published(nouns.report);
  const targetId = reports.find(({ data }) => `reports/${data.reportId}` === name)?.data.targets[0]?.targetId;
  const targets = await machine.published(nouns.target);
  const cases = await machine.published(nouns.case);
  const notices = await machine.published(nouns.notice);
  const page = targets.findLast(({ data }) => data.targetId === targetId)?.data;
  const own = cases.findLast(({ data }) => data.targetId === targetId)?.data;
  const media = (await machine.published(nouns.page)).findLast(({ data }) => data.targetId === targetId)?.data;
  const ids = new Set(
    targets
      .filter(({ data }) => targetId !== undefined && data.foundOnTargetId === targetId)
      .map(({ data }) => data.targetId),
  );
  const found = [...ids].map((id) => {
    const target = targets.findLast(({ data }) => data.targetId === id)?.data;
    const told = notices.filter(({ data }) => data.targets.some((one) => one.targetId === id));
    const newest = new Map(told.map(({ data }) => [data.noticeId, data]));
    return {
      state: target?.state ?? "",
      episode: target?.episode ?? 0,
      decision: cases.findLast(({ data }) => data.targetId === id)?.data.decision?.verdict ?? "",
      notices: [...newest.values()].map((notice) => ({
        state: notice.state,
        outcomes: notice.targets.flatMap(({ answers }) => answers.map(({ outcome }) => outcome)),
      })),
    };
  });
  const isOver = found.length > 0 && found.every(({ state }) => state === "TARGET_STATE_GONE");
  const isClosed = found.every(
    (one) => one.notices.length > 0 && one.notices.every(({ state }) => state === "NOTICE_STATE_CLOSED"),
  );
  if (!isOver || !isClosed || own?.pageItems === undefined || page === undefined) return undefined;
  return {
    page: {
      state: page.state,
      episode: page.episode,
      shows: (media?.items ?? []).map(({ element, reason }) => `${element} ${reason}`),
      isClosed: media?.closed === true,
    },
    case: { state: own.state, reason: own.queueReason, counts: own.pageItems.counts },
    found,
  };
}
