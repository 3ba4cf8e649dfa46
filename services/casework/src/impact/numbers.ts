import { isByMachine } from "@ntd/facts";
import type { AssessEntriesResponse, NoticeNumbers } from "@ntd/proto/casework/v1/list_impact_service";
import type { RevocationCause } from "@ntd/proto/common/v1/common";
import type { CaseNotices } from "@ntd/proto/takedown/v1/notice_count_service";
import { toldDecisions, type CaseFile } from "../cases/case.ts";
import { entryKey, sources, standingOf } from "./causes.ts";
import { wouldFall, type Entries } from "./fall.ts";

/** What calls an entry wrong. */
const WRONG = "REVOCATION_CAUSE_WRONG_FILE";

/** Counts where the decisions stand that some entries have to do with, case by case. */
export class Numbers {
  readonly #entries: Entries;
  readonly #cause: RevocationCause;
  readonly #now: Date;
  readonly #targets = new Set<string>();
  /** Of the cases in force, the entries on which they stand. */
  readonly #live = new Map<string, string[]>();
  readonly #falling = new Set<string>();
  readonly #decided: string[] = [];
  readonly #counts = {
    caseCount: 0,
    undecidedCount: 0,
    machineCount: 0,
    personCount: 0,
    inDoubtCount: 0,
    basisRevokedCount: 0,
    withdrawnCount: 0,
    restingCount: 0,
  };

  constructor(entries: Entries, cause: RevocationCause, now: Date) {
    this.#entries = entries;
    this.#cause = cause;
    this.#now = now;
  }

  add(file: CaseFile): void {
    const counts = this.#counts;
    counts.caseCount++;
    this.#targets.add(file.targetId);
    const standing = standingOf(file);
    if (standing === "STANDING_UNDECIDED") counts.undecidedCount++;
    if (standing === "STANDING_WITHDRAWN") counts.withdrawnCount++;
    if (standing === "STANDING_IN_DOUBT") {
      counts.inDoubtCount++;
      counts.basisRevokedCount += Number(isBasisRevoked(file));
    }
    if (standing === "STANDING_IN_FORCE") this.#inForce(file);
    if (HAS_NOTICES.has(standing)) this.#decided.push(file.caseId);
  }

  /** Cases of which there may be notices. */
  get decided(): readonly string[] {
    return this.#decided;
  }

  /** @param notices of the decided cases in their order; undefined: not known. */
  end(isMore: boolean, notices: readonly CaseNotices[] | undefined): AssessEntriesResponse {
    return {
      ...this.#counts,
      isMore,
      targetCount: this.#targets.size,
      fallingCount: this.#falling.size,
      liveEntryCount: new Set([...this.#live.values()].flat()).size,
      ...(notices && { notices: this.#noticeNumbers(notices) }),
    };
  }

  #inForce(file: CaseFile): void {
    const last = toldDecisions(file).at(-1);
    this.#counts[last !== undefined && isByMachine(last) ? "machineCount" : "personCount"]++;
    const keys = sources(file).map(entryKey);
    this.#live.set(
      file.caseId,
      keys.filter((key) => this.#entries.has(key)),
    );
    const isResting = wouldFall(file, this.#entries, WRONG, this.#now);
    if (isResting) this.#counts.restingCount++;
    const falls = this.#cause === WRONG ? isResting : wouldFall(file, this.#entries, this.#cause, this.#now);
    if (falls) this.#falling.add(file.caseId);
  }

  #noticeNumbers(notices: readonly CaseNotices[]): NoticeNumbers {
    const sum = (count: (of: CaseNotices, caseId: string) => number) =>
      notices.reduce((total, of, nth) => total + count(of, this.#decided[nth] ?? ""), 0);
    const noticed = this.#decided.filter((_, nth) => (notices[nth]?.liveCount ?? 0) > 0);
    return {
      liveCount: sum(({ liveCount }) => liveCount),
      fallingCount: sum(({ liveCount }, caseId) => (this.#falling.has(caseId) ? liveCount : 0)),
      suspendedCount: sum(({ suspendedCount }) => suspendedCount),
      withdrawnCount: sum(({ withdrawnCount }) => withdrawnCount),
      restoredCount: sum(({ restoredCount }) => restoredCount),
      noticedEntryCount: new Set(noticed.flatMap((caseId) => this.#live.get(caseId) ?? [])).size,
    };
  }
}

const HAS_NOTICES: ReadonlySet<string> = new Set(["STANDING_IN_FORCE", "STANDING_IN_DOUBT", "STANDING_WITHDRAWN"]);

function isBasisRevoked({ doubt }: CaseFile): boolean {
  return doubt?.words.some(({ cause }) => cause === "DOUBT_CAUSE_BASIS_REVOKED") ?? false;
}
