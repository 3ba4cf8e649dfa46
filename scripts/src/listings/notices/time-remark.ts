import type { NoticeTime } from "@ntd/proto/compliance/v1/compliance_service";
import { HotlineAction } from "@ntd/proto/hotline/v1/hotline_link_service";
import { ProbeReason } from "@ntd/proto/prober/v1/target";
import { Preservation } from "@ntd/proto/takedown/v1/notice";
import { spoken } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";

/** What a reader of the list must know of a notice beside its times. */
export function remark(n: NoticeTime): string[] {
  const eyes = [...goneRemark(n), ...(n.goneTime === undefined ? openRemarks(n) : [])];
  return [
    ...abroadRemark(n),
    ...heldRemark(n),
    n.suspended ? "suspended" : "",
    ...withdrawnRemark(n),
    ...eyes,
    ...preservedRemark(n),
  ].filter(Boolean);
}

function abroadRemark({ country, hotlineAction }: NoticeTime): string[] {
  if (country === undefined) return [];
  const did = hotlineAction === undefined ? "" : `: ${wordOf(HotlineAction, hotlineAction).replaceAll("-", " ")}`;
  return [`abroad (${country === "" ? "country not known" : country}), by a STUB of the link${did}`];
}

function heldRemark({ held, keptBack, heldAfterSending }: NoticeTime): string[] {
  const long = keptBack !== undefined && (keptBack.seconds > 0n || keptBack.nanos > 0) ? spoken(keptBack) : "";
  return [
    held ? `kept back for police, ${long || "just now"}` : long && `was kept back for police for ${long}`,
    heldAfterSending ? "already sent when police asked to hold" : "",
  ];
}

function preservedRemark({ asksToPreserve, preservation }: NoticeTime): string[] {
  if (preservation !== undefined) return [wordOf(Preservation, preservation).replaceAll("-", " ")];
  return [asksToPreserve ? "not said whether it is preserved" : ""];
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
