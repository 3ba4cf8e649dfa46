import { derivedId } from "@ntd/service";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import type { CaseFile } from "../../services/casework/src/cases/case.ts";
import { assessEntries } from "../../services/casework/src/impact/rpc-assess-entries.ts";
import { assessPolicy } from "../../services/casework/src/impact/rpc-assess-policy.ts";
import { groundsOf } from "../../services/casework/src/policies/grounds.ts";
import type { Handlers } from "../../services/casework/test/bed.ts";
import { made } from "../../services/casework/test/doubts.ts";
import { match, sha256 } from "../../services/casework/test/facts.ts";
import { withLateness } from "./quantity-measure.ts";
import { atMost, stated, type Figure } from "./report.ts";

const SET = "quantity";
/** As many as are asked about at once. */
const ENTRIES = 100_000;
/** One of so many cases hits the set. */
const EVERY = 10;

const entryOf = (n: number) => derivedId("entry", SET, n);

/** The case as it is where a machine decided it by an entry of the set; of one in ten. */
export function decidedBySet(file: CaseFile, n: number): CaseFile {
  if (n % EVERY !== 0 || file.progress.kind !== "auto_decided") return file;
  const hits = [sha256({ setId: SET, entryId: entryOf(n) })];
  const decisions = [made("VERDICT_ILLEGAL", "machine", `decision-${n}`)];
  return { ...file, match: match(hits), grounds: groundsOf(hits), decisions };
}

/** What would follow of what changes in a list. */
export async function measureImpact({ deps }: Handlers, targets: number): Promise<Figure[]> {
  const ids = Array.from({ length: ENTRIES }, (_, n) => entryOf(n).replaceAll("-", "")).join("");
  const request = { setId: SET, entryIds: Buffer.from(ids, "hex"), cause: "REVOCATION_CAUSE_WRONG_FILE" } as const;
  const entries = await withProcessor(() => assessEntries(deps)(request));
  const policy: SetPolicy = {
    owner: "h",
    role: "SET_ROLE_POSITIVE",
    autoIssue: true,
    minVotes: 1,
    thresholds: undefined,
  };
  const others = { setId: SET, policy, proposed: { ...policy, autoIssue: false } };
  const otherwise = await withProcessor(() => assessPolicy(deps)(others));
  const of = `of ${targets} cases`;
  return [
    atMost(`casework: what stands on ${ENTRIES} entries, ${entries.result.caseCount} ${of}`, entries.ms, "ms", 20_000),
    stated("casework: processor time meanwhile", entries.processorMs, "ms"),
    atMost("casework: event loop meanwhile, p99 late", entries.lateMs, "ms", 50),
    atMost(`casework: another policy, ${otherwise.result.caseCount} ${of}`, otherwise.ms, "ms", 20_000),
    stated("casework: processor time meanwhile", otherwise.processorMs, "ms"),
    atMost("casework: event loop meanwhile, p99 late", otherwise.lateMs, "ms", 50),
    stated(
      "casework: cases that another policy would leave to a person",
      otherwise.result.noLongerDecidedCount,
      "cases",
    ),
  ];
}

// What a machine that others use does not lengthen much, by all threads.
async function withProcessor<T>(work: () => Promise<T>) {
  const before = process.cpuUsage();
  const measured = await withLateness(work);
  const { user, system } = process.cpuUsage(before);
  return { ...measured, processorMs: (user + system) / 1000 };
}
