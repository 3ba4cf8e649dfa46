import type { Reason, Strength } from "../../services/prober/src/targets/target-state.ts";
import type { Show, Site } from "./host.ts";
import type { Dns } from "./rig.ts";

/** Where a case must end; fixed before anything is asked. */
export type End =
  | { is: "PRESENT"; cloaked?: readonly string[]; restrictedHere?: true }
  | { is: "GONE"; strength: Strength; reason?: Reason }
  | { is: "UNSEEN"; reason: Reason };

export interface Case {
  /** Of `field.md`, or of its kind. */
  what: string;
  /** What the host does once the picture was seen and a notice has left. */
  does: Show | Site;
  end: End;
  /** What DNS says from then on. */
  dns?: Dns;
  /** And what it says to the eye abroad, if that differs. */
  dnsAbroad?: Dns;
}

export const present: End = { is: "PRESENT" };
export const cloaked = (...eyes: string[]): End => ({ is: "PRESENT", cloaked: eyes });
export const gone = (strength: "ABSENT" | "REPLACED"): End => ({ is: "GONE", strength });
export const unseen = (reason: Reason): End => ({ is: "UNSEEN", reason });
