import { durationOf } from "@ntd/service";
import { listing, spoken } from "../../cli/output.ts";

/** What a record of one look says, as the prober signs it (`deploy/prober/README.md`). */
export interface LookRecord {
  version: number;
  environment: string;
  target_id: string;
  episode: number;
  claim: number;
  eye: { name: string; network: string; country: string; profile: string; way: string; exit: string };
  time: string;
  clock: { legal_instant: boolean; offset_ms: number | null; measured: string | null; by: string };
  ip: string | null;
  certificate_sha256: string | null;
  tls_flaw: string | null;
  status: number | null;
  headers_sha256: string | null;
  moved_to_host_digest: string | null;
  seen: { sha256: string | null; pdq: string | null; pdq_quality: number | null; recipe: string | null };
  observation: string;
  reason: string | null;
  rule: { slots_required: number; never_seen_slots: number[]; slot_ms: number; pdq_radius: number };
  software: { name: string; release: string };
}

/** A record in words, for people who have to rely on it. */
export function evidenceListing(evidenceId: string, record: LookRecord, kid: string): string {
  const { eye, seen, rule, software } = record;
  return listing({
    evidence: evidenceId,
    signature: `right, by the key ${kid}`,
    environment: record.environment,
    target: record.target_id,
    look: `of claim ${record.claim}, in episode ${record.episode}`,
    "looked at": record.time,
    "that time is": clockWords(record.clock),
    eye: `${eye.name}: from ${eye.network} in ${eye.country}, ${PROFILES[eye.profile] ?? eye.profile}`,
    "leaves by": `${WAYS[eye.way] ?? eye.way}, ${eye.exit}`,
    sees: `${OBSERVATIONS[record.observation] ?? record.observation}${record.reason ? ` (${wordFor(record.reason)})` : ""}`,
    "answered by": record.ip ?? "nobody: there was no connection",
    status: record.status ?? "",
    "led to a host": told("of another name, digest", record.moved_to_host_digest),
    certificate: told("SHA-256", record.certificate_sha256),
    "wrong with it": record.tls_flaw ?? "",
    "header lines": told("SHA-256", record.headers_sha256),
    "what came": told("SHA-256", seen.sha256) || "nothing that was hashed",
    "as a picture": pictureWords(seen),
    "judged by": ruleWords(rule),
    software: `${software.name} ${software.release}`,
  });
}

function clockWords({ legal_instant, offset_ms, measured, by }: LookRecord["clock"]): string {
  if (!legal_instant || offset_ms === null) return `no legal instant: how right our clock was is not known (${by})`;
  const off = offset_ms === 0 ? "right" : `${Math.abs(offset_ms)} ms ${offset_ms > 0 ? "ahead of" : "behind"} UTC`;
  return `a legal instant: our clock was ${off}, measured at ${measured} by the ${by}`;
}

function pictureWords({ pdq, pdq_quality, recipe }: LookRecord["seen"]): string {
  return pdq === null ? "" : `PDQ ${pdq}, quality ${pdq_quality ?? "unknown"}, by the recipe ${recipe}`;
}

function ruleWords({ slots_required, never_seen_slots, slot_ms, pdq_radius }: LookRecord["rule"]): string {
  const slot = spoken(durationOf(slot_ms));
  return `gone takes ${slots_required} slots of ${slot}, what was never seen ${never_seen_slots.length}; a picture is the same up to ${pdq_radius} bits of PDQ`;
}

const OBSERVATIONS: Readonly<Record<string, string>> = {
  SEEN: "the material",
  ABSENT: "nothing there",
  REPLACED: "something else instead",
  BLIND: "nothing: it says nothing of the material",
};
const PROFILES: Readonly<Record<string, string>> = { browser: "asks as a browser", declared: "says who asks" };
const WAYS: Readonly<Record<string, string>> = {
  direct: "the machine's own network",
  http: "an HTTP proxy",
  socks5: "a SOCKS5 proxy",
};

const told = (what: string, value: string | null) => (value === null ? "" : `${what} ${value}`);
const wordFor = (name: string) => name.toLowerCase().replaceAll("_", "-");
