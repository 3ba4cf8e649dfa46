import type { Decision } from "@ntd/proto/casework/v1/case";
import type { Confirmation, Reopening } from "./case.ts";
import type { LookKind } from "../second-look/second-look.ts";
import type { LegalHold } from "../legal-holds/legal-hold.ts";
import type { CaseHold } from "../holds/hold.ts";
import type { Stay } from "../stays/stay.ts";

/** What a caller was told: the published case as bytes, and who held it. */
export interface KeptAnswer {
  published: Uint8Array;
  holder: string;
  claimExpireTime: Date | undefined;
  reopening?: Reopening;
  confirmation?: Confirmation;
  stay?: Stay;
  legalHold?: LegalHold;
  /** Without a time: until somebody else has decided, too. */
  held?: { decision: Decision; untilTime?: Date };
  look?: KeptLook;
  precedentCaseId?: string;
  /** What a call held, renewed or released. */
  hold?: CaseHold;
  seen?: { format: string; sizeBytes?: number };
}

/** A second look as it was when somebody was told of the case. */
export interface KeptLook {
  kind: LookKind;
  dueTime?: Date;
  overdue: boolean;
  other?: Decision;
  agreedBy?: string;
  /** Until somebody else has decided too: who may see what was decided, and what others see instead. */
  blind?: { decidedBy: string; lastTold?: Decision };
}
