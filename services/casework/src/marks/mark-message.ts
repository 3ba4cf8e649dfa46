import { openWords } from "@ntd/service";
import type { Mark as MarkView } from "@ntd/proto/casework/v1/mark_service";
import { recordReadings } from "@ntd/host";
import type { Deps } from "../deps.ts";
import type { MarkFacts } from "./mark.ts";

/** Marks as police see them: never what was marked. That reasons are opened is written first. */
export async function toldMarks(
  deps: Pick<Deps, "cases" | "readings" | "clock" | "sealer">,
  marks: readonly { id: string; state: MarkFacts }[],
  reader: string,
): Promise<MarkView[]> {
  if (marks.length > 0) await recordReadings(deps, { reader, kind: "marks", resource: "", caseId: "" });
  return Promise.all(marks.map(({ id, state }) => markView(deps, id, state)));
}

async function markView({ cases, sealer }: Pick<Deps, "cases" | "sealer">, markId: string, mark: MarkFacts) {
  const { kind, reason, set, confirmed, expireTime, removed } = mark;
  return {
    markId,
    kind,
    reason: openWords(sealer, reason),
    setBy: set.by,
    setTime: set.time,
    confirmedBy: confirmed?.by ?? "",
    confirmedTime: confirmed?.time,
    expireTime,
    removedBy: removed?.by ?? "",
    removedTime: removed?.time,
    metCount: (await cases.count({ metMark: markId })).count,
  };
}
