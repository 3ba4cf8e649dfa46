import { entriesIn, fieldsIn, shown, type DataReader, type Fault } from "@ntd/service";
import type { Caller } from "../identity/caller.ts";
import { identityKinds, type IdentityKind } from "../identity/identity-kinds.ts";
import type { Rate } from "./bucket.ts";

/** What one identity may ask of one process. */
export interface Quota extends Rate {
  /** Calls under way at a time, open streams and those that wait for their first message among them. */
  openStreams: number;
  uploads: number;
  /** Bytes of requests that came and are not answered yet; of an upload, those not read yet. */
  bytesInHand: number;
  connections: number;
}

/** Who may ask how much: by kind of identity, with exceptions by identity (`reporter/big-hotline`). */
export interface Quotas {
  kinds: Readonly<Record<IdentityKind, Quota>>;
  identities: ReadonlyMap<string, Quota>;
  /** Connections of everybody together. */
  connections: number;
}

const MIB = 1024 * 1024;

const person: Quota = {
  callsPerSecond: 200,
  burst: 1000,
  openStreams: 100,
  uploads: 2,
  bytesInHand: 64 * MIB,
  connections: 20,
};

// After an outage a provider takes and answers what waited, all of it at once; a platform's gateway sends hash by hash.
const isp: Quota = { ...person, callsPerSecond: 2000, burst: 5000 };

// The platform's own parts hold each other up for the public's sake: wide, and never without an end.
const service: Quota = {
  callsPerSecond: 5000,
  burst: 20_000,
  openStreams: 2000,
  uploads: 16,
  bytesInHand: 512 * MIB,
  connections: 100,
};

/** What holds where no file says otherwise. */
export const defaultQuotas: Quotas = {
  kinds: {
    service,
    isp,
    industry: isp,
    partner: isp,
    maintainer: person,
    regulator: person,
    assessor: person,
    police: person,
    reporter: person,
    operator: person,
  },
  identities: new Map(),
  connections: 1000,
};

/** The quota of `caller`: its own, else that of its kind. */
export function quotaOf({ kinds, identities }: Quotas, caller: Pick<Caller, "kind" | "person">): Quota {
  return identities.get(caller.person) ?? kinds[caller.kind];
}

/** What the file calls each part of a quota; the words of a refusal, too. */
export const quotaNames = {
  callsPerSecond: "calls_per_second",
  burst: "burst",
  openStreams: "open_streams",
  uploads: "uploads",
  bytesInHand: "bytes_in_hand",
  connections: "connections",
} as const satisfies Record<keyof Quota, string>;

/** Reads `deploy/quotas.yaml`: what it does not say is as it is by default. */
export const readQuotas: DataReader<Quotas> = (data, fault) => {
  // Intake reads how many reports, matching how many checked hashes one sender may have.
  const fields = fieldsIn(data, "", fault, [
    "connections",
    "kinds",
    "identities",
    "reports_per_minute",
    "checked_hashes",
  ]);
  const kinds: Record<IdentityKind, Quota> = { ...defaultQuotas.kinds };
  for (const [name, said] of entriesIn(fields.get("kinds") ?? {}, "kinds", fault)) {
    const kind = identityKinds.find((known) => known === name);
    if (kind === undefined) fault("kinds", `names ${shown(name)}; it takes ${identityKinds.join(", ")}`);
    else kinds[kind] = readQuota(said, `kinds.${name}`, fault, kinds[kind]);
  }
  const identities = new Map<string, Quota>();
  for (const [nth, [name, said]] of entriesIn(fields.get("identities") ?? {}, "identities", fault).entries()) {
    // By its number: a fault is logged, and no log line names a person.
    const at = `identities[${nth}]`;
    const kind = identityKinds.find((known) => name.startsWith(`${known}/`));
    if (kind === undefined) fault(at, "is no identity; it takes kind/name");
    else identities.set(name, readQuota(said, at, fault, kinds[kind]));
  }
  const connections = numberIn(fields.get("connections"), "connections", fault, defaultQuotas.connections);
  return { kinds, identities, connections };
};

function readQuota(data: unknown, at: string, fault: Fault, otherwise: Quota): Quota {
  const fields = fieldsIn(data, at, fault, Object.values(quotaNames));
  const read = Object.entries(quotaNames).map(([part, name]) => {
    return [part, numberIn(fields.get(name), `${at}.${name}`, fault, otherwise[part as keyof Quota])];
  });
  return Object.fromEntries(read) as Quota;
}

// Whole and at least one: nobody is shut out by a quota, which is what the deny-list is for.
function numberIn(data: unknown, at: string, fault: Fault, otherwise: number): number {
  if (data === undefined) return otherwise;
  if (typeof data === "number" && Number.isSafeInteger(data) && data >= 1) return data;
  fault(at, `is ${shown(data)}, and no whole number from 1 up`);
  return otherwise;
}
