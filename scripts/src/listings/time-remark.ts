import type { NoticeTime } from "@ntd/proto/compliance/v1/compliance_service";
import { ProbeReason } from "@ntd/proto/prober/v1/target";
import { wordOf } from "../cli/words.ts";

/** What a reader of the list must know of a notice beside its times. */
export function remark(n: NoticeTime): string[] {
  const eyes = [...goneRemark(n), ...(n.goneTime === undefined ? openRemarks(n) : [])];
  return [n.suspended ? "suspended" : "", ...withdrawnRemark(n), ...eyes].filter(Boolean);
}

function withdrawnRemark({ withdrawnTime, restoreWithheld, restoredTime }: NoticeTime): string[] {
  if (withdrawnTime === undefined) return [];
  const restored = restoredTime === undefined ? "" : "restored";
  return ["withdrawn", restoreWithheld ? "nobody is asked to restore" : restored];
}

function goneRemark(n: NoticeTime): string[] {
  const { goneTime, offeredTime, goneStrength } = n;
  if (n.goneBeforeOffer) return ["gone before offer"];
  if (goneTime === undefined) return [];
  if (goneStrength === "GONE_STRENGTH_SILENCE_0_2") return ["cannot be observed: silence that release 0.2 called gone"];
  const how = { GONE_STRENGTH_REPLACED: "something else is there", GONE_STRENGTH_PERSON: "by two persons' word" };
  const sent = offeredTime === undefined ? "not sent" : goneTime <= offeredTime ? "gone when sent" : "";
  return [sent, how[goneStrength as keyof typeof how] ?? "", n.singleVantage ? "seen from one network" : ""];
}

function openRemarks(n: NoticeTime): string[] {
  const unseen = n.targetState === "TARGET_STATE_UNSEEN";
  return [
    n.claimedStillPresent ? "claimed, still present" : "",
    unseen ? `cannot be observed: ${wordOf(ProbeReason, n.targetReason)}` : "",
    n.cloaked.length > 0 ? "cloaked, still present" : "",
    n.restrictedHere ? "restricted here, still present" : "",
  ];
}
