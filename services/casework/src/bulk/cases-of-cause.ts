import type { Cause, Standing } from "@ntd/proto/casework/v1/impact";
import { Problem } from "@ntd/service";
import type { CaseFile } from "../cases/case.ts";
import type { Deps } from "../deps.ts";
import { causeKey, type What } from "../impact/causes.ts";
import { requireCause } from "../impact/required-cause.ts";

/** Cases that one call looks at. */
const MOST = 10_000;
const PAGE = 500;

/** The cases of one standing that rest on the cause alone: the first 10,000, by id. */
export async function casesOfCause(
  { cases }: Pick<Deps, "cases">,
  what: What,
  standing: Standing,
): Promise<{ files: CaseFile[]; isMore: boolean }> {
  const files: CaseFile[] = [];
  const where = { cause: causeKey(what, `resting ${standing}`) };
  for await (const page of cases.pages({ where }, PAGE)) {
    files.push(...page.map(({ state }) => state));
    if (files.length > MOST) return { files: files.slice(0, MOST), isMore: true };
  }
  return { files, isMore: false };
}

/** @throws Problem FIELD_INVALID when it names nothing, or one case alone. */
export function requireBulkCause(cause: Cause | undefined): What {
  const what = requireCause(cause);
  if (what.$case !== "caseId") return what;
  const description =
    "is one case; name an entry, a release, a set, a rule or a person, or call ReopenCase, ConfirmWithdrawal";
  throw Problem.fields({ field: "cause", description });
}
