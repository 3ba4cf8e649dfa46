import type { Event } from "@ntd/bus";
import { Verdict, type Case } from "@ntd/proto/casework/v1/case";
import { ReporterSentence } from "@ntd/proto/intake/v1/report";
import { expect, test } from "vitest";
import { caseOf, decision } from "../../test/reporting.ts";
import { onCase } from "./on-case.ts";
import type { TargetStatus } from "./status.ts";

const untouched = {} as Omit<Parameters<typeof onCase>[0], "targetStatus">;

/** What is kept of a target whose case is decided so. */
async function kept(data: Case): Promise<TargetStatus | undefined> {
  let status: TargetStatus | undefined;
  const insert = async (id: string, state: TargetStatus) => ({ id, version: 1, state: (status = state) });
  const targetStatus = { load: () => Promise.resolve(undefined), insert } as never;
  await onCase({ ...untouched, targetStatus })({ data, version: 3, time: new Date() } as Event<Case>);
  return status;
}

test("a person's sentence is told to reporters, a machine's never: it would tell what is on a list", async () => {
  const said = { reporterSentence: ReporterSentence.NOT_FOR_US };
  const by = (decidedBy: string) =>
    kept(caseOf("t", { decision: decision(Verdict.OUT_OF_SCOPE, { ...said, decidedBy }) }));
  expect((await by("assessor/ann"))?.case).toMatchObject({ verdict: "OUT_OF_SCOPE", sentence: said.reporterSentence });
  expect((await by("machine"))?.case?.sentence).toBeUndefined();
  expect((await kept(caseOf("t")))?.case).toMatchObject({ caseId: "case-of-t", version: 3 });
});
