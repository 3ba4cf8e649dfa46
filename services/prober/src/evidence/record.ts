import { createHash } from "node:crypto";
import type { Algorithm, Sealed } from "@ntd/proto/common/v1/common";
import canonicalize from "canonicalize";
import type { Eye } from "../fetch/eye.ts";
import type { Head } from "../fetch/fetch.ts";
import type { OnPage } from "../look/look.ts";
import { saidOf } from "../targets/observation.ts";
import type { Look } from "../targets/slot.ts";
import type { ClockReading } from "./clock.ts";

/** What the signature names the bytes as: nothing else that is signed passes as a record of a look. */
export const EVIDENCE_TYP = "ntd-evidence+jws";

/** What an eye saw, with what its answer was like. */
export interface LookWithAnswer extends Look {
  head?: Head;
  /** SHA-256 of a body that was compared with nothing. */
  bodySha256?: string;
  /** What it found on a page. */
  onPage?: OnPage;
  /** What its picture would be after edits: no record tells it. */
  derived?: Sealed;
}

/** Which look it is: the number of the claim is never given twice for a target. */
export interface Occasion {
  targetId: string;
  episode: number;
  claim: number;
}

/** By what it was judged. */
export interface Judge {
  environment: "DEMO" | "TEST" | "LIVE";
  release: string;
  slotsRequired: number;
  neverSeenSlots: readonly number[];
  slotMs: number;
  pdqRadius: number;
}

/**
 * One look as canonical JSON (RFC 8785), the bytes that are signed. It never holds the address, nor what a header says;
 * who has the answer itself can compare the digests.
 */
export function recordOf(occasion: Occasion, look: LookWithAnswer, judge: Judge, clock: ClockReading): Uint8Array {
  const { targetId, episode, claim } = occasion;
  const { time, ip, head } = look;
  const said = saidOf(look.observation);
  const record = {
    version: 1,
    environment: judge.environment,
    target_id: targetId,
    episode,
    claim,
    eye: eyeAsRecorded(look.eye),
    time: time.toISOString(),
    clock: clockAsRecorded(clock),
    ip: orNull(ip),
    tls_flaw: head?.tls ?? null,
    certificate_sha256: head?.certificate ?? null,
    status: head?.status ?? null,
    headers_sha256: head === undefined ? null : headersDigest(head.headers),
    moved_to_host_digest: look.movedTo ?? null,
    seen: seenAsRecorded(look),
    observation: said.is,
    reason: "reason" in said ? said.reason : null,
    rule: {
      slots_required: judge.slotsRequired,
      never_seen_slots: judge.neverSeenSlots,
      slot_ms: judge.slotMs,
      pdq_radius: judge.pdqRadius,
    },
    software: { name: "ntd-prober", release: judge.release },
  };
  return Buffer.from(canonicalize(record) ?? "");
}

/** SHA-256 over the lines `name: value` LF, names in small letters and in the order in which each came first. */
export function headersDigest(headers: Head["headers"]): string {
  const hash = createHash("sha256");
  // As Latin-1, header lines are the very bytes that came.
  for (const [name, values] of headers) for (const value of values) hash.update(`${name}: ${value}\n`, "latin1");
  return hash.digest("hex");
}

function eyeAsRecorded({ name, network, country, profile, via, exit, dns }: Eye) {
  return { name, network, country, profile, way: via.is, exit, name_servers: dns ?? null };
}

// Without a known offset the time is what our clock said, and no legal instant.
function clockAsRecorded(clock: ClockReading) {
  return clock.is === "known"
    ? { legal_instant: true, offset_ms: clock.offsetMs, measured: clock.measuredTime.toISOString(), by: "time service" }
    : { legal_instant: false, offset_ms: null, measured: null, by: clock.why };
}

function seenAsRecorded({ observation, bodySha256 }: LookWithAnswer) {
  const content = "content" in observation ? observation.content : undefined;
  const found = (wanted: Algorithm) => content?.fingerprints.find(({ algorithm }) => algorithm === wanted);
  const [sha256, pdq] = [found("ALGORITHM_SHA256"), found("ALGORITHM_PDQ")];
  return {
    sha256: sha256 === undefined ? (bodySha256 ?? null) : hex(sha256.value),
    pdq: pdq === undefined ? null : hex(pdq.value),
    pdq_quality: pdq?.quality ?? null,
    recipe: orNull(content?.recipe ?? ""),
  };
}

const orNull = (text: string) => (text === "" ? null : text);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
