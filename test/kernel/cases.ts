import { nouns } from "@ntd/bus";
import type { Case } from "@ntd/proto/casework/v1/case";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import type { Notice } from "@ntd/proto/takedown/v1/notice";
import type { RpcClient } from "@ntd/rpc";
import { eventually } from "@ntd/testing";
import type { Ground } from "./path.ts";

/** Asks casework as an assessor, until it is answered. */
export function asAssessor<T>(
  ground: Ground,
  person: string,
  ask: (casework: RpcClient<typeof CaseServiceService>) => Promise<T>,
): Promise<T> {
  return ground.call(CaseServiceService, "casework", "assessor", person, ask);
}

/** An assessor brings a decided case back. */
export async function doubt(ground: Ground, caseId: string, requestId: string): Promise<void> {
  const words = { reason: "an innocent picture", claim: false, keepInForce: false };
  await asAssessor(ground, "ben", (casework) => casework.reopenCase({ requestId, caseId, ...words }));
}

/** The newest published state of a case that `of` holds for, once what is asked is so. */
export function caseIn(
  ground: Ground,
  of: (found: Case) => boolean,
  is: (found: Case) => boolean = () => true,
): Promise<Case> {
  return eventually(
    "the case is there",
    async () => {
      const cases = await ground.platform.machine.published(nouns.case);
      const newest = cases.findLast(({ data }) => of(data))?.data;
      return newest !== undefined && is(newest) && newest;
    },
    60_000,
  );
}

/** The same of the notice of a case. */
export function noticeIn(ground: Ground, caseId: string, is: (found: Notice) => boolean): Promise<Notice> {
  return eventually(
    "the notice is there",
    async () => {
      const notices = await ground.platform.machine.published(nouns.notice);
      const newest = notices.findLast(({ data }) => data.caseId === caseId)?.data;
      return newest !== undefined && is(newest) && newest;
    },
    60_000,
  );
}

export function outcomesOf({ targets }: Notice): string[] {
  return targets.flatMap(({ answers }) => answers.map(({ outcome }) => outcome));
}
