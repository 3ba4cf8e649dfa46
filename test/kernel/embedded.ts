import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import { eventually } from "@ntd/testing";
import { caseIn, doubt, noticeIn, outcomesOf } from "./cases.ts";
import { settled } from "./crash.ts";
import { reportThread } from "./pages.ts";
import { decide, type Ground } from "./path.ts";

/** The cases of a page that a person decided for what it embeds, and of that. */
export interface Embedding {
  page: string;
  item: string;
}

/** What is left of one of them, without ids and times. */
interface OneEnd {
  state: string;
  verdict: string;
  action: string;
  outcomes: string[];
  suspensions: string[];
}

export interface EmbeddedEnd {
  page: OneEnd;
  item: OneEnd;
}

/** Both decided; its provider says of both that they were removed, and leaves them where they are. */
export async function embedding(ground: Ground, seed: number): Promise<Embedding> {
  const name = await reportThread(ground, seed, "stubborn-");
  const targetId = await eventually("the report is there", async () => {
    const reports = await ground.platform.machine.published(nouns.report);
    return reports.find(({ data }) => `reports/${data.reportId}` === name)?.data.targets[0]?.targetId;
  });
  const item = await caseIn(
    ground,
    (found) => found.foundOnTargetId === targetId,
    (found) => found.decision?.verdict === "VERDICT_ILLEGAL",
  );
  const page = await caseIn(
    ground,
    (found) => found.targetId === targetId,
    (found) => (found.pageItems?.items.length ?? 0) > 0,
  );
  await decide(ground, page.caseId, "VERDICT_ILLEGAL", "ann", { embedded: { targetIds: [item.targetId] } });
  for (const caseId of [page.caseId, item.caseId])
    await noticeIn(ground, caseId, ({ state }) => state === "NOTICE_STATE_ANSWERED");
  return { page: page.caseId, item: item.caseId };
}

/** The item is doubted, and with it the page falls; decided again, it brings the page's decision back. */
export const fallPath =
  (ground: Ground, { page, item }: Embedding) =>
  async (): Promise<() => Promise<EmbeddedEnd>> => {
    await doubt(ground, item, randomUUID());
    for (const caseId of [page, item])
      await noticeIn(ground, caseId, ({ suspensions }) => suspensions[0]?.acknowledgedTime !== undefined);
    await decide(ground, item, "VERDICT_ILLEGAL", "ben");
    return async () => settled(ground, { page: await endOf(ground, page), item: await endOf(ground, item) });
  };

async function endOf(ground: Ground, caseId: string): Promise<OneEnd> {
  const notice = await noticeIn(
    ground,
    caseId,
    (found) => found.state === "NOTICE_STATE_ANSWERED" && found.suspensions.length > 0 && outcomesOf(found).length > 1,
  );
  const found = await caseIn(
    ground,
    (one) => one.caseId === caseId,
    (one) => one.doubt === undefined && one.state === "CASE_STATE_DECIDED",
  );
  return {
    state: found.state,
    verdict: found.decision?.verdict ?? "",
    action: notice.action,
    outcomes: outcomesOf(notice),
    suspensions: notice.suspensions.map(({ cause, ending }) => `${cause} ${ending}`),
  };
}
