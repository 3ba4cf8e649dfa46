import { X509Certificate } from "node:crypto";
import { deadLettersOf, lagOf, streamsOf, type Bus } from "@ntd/bus";
import type { CertificateStatus, Fact, GetStatusResponse } from "@ntd/proto/operations/v1/status_service";
import type { Identity } from "@ntd/rpc";
import { pemsIn, Problem, readSealingKeys, releaseVersion, within, type Clock, type Health } from "@ntd/service";
import type { Store } from "@ntd/store";
import { readerNamed } from "./follow.ts";
import { outboxStatus } from "./outbox-status.ts";

/** What a service can say of itself that others cannot, by name: `{ rows: 12, halted: false }`. */
export type Facts = Readonly<Record<string, number | string | boolean | Date | undefined>>;

export interface StatusParts {
  name: string;
  startTime: Date;
  clock: Clock;
  health: Pick<Health, "serving" | "failed" | "causes">;
  identity: Pick<Identity, "value">;
  store: Store | undefined;
  bus: Bus | undefined;
  /** "": it seals and opens nothing. */
  sealingKeysFile: string;
  facts: () => Facts | Promise<Facts>;
}

/** So long each part is waited for: a store or a bus that hangs must not keep the others from being told. */
const PART_MS = 1000;

/**
 * What a service knows of itself. Nothing is counted that would take long, and what does not answer in time is told as
 * unknown, with the reason.
 */
export async function getStatus(parts: StatusParts): Promise<GetStatusResponse> {
  const { name, startTime, clock, health, identity, store, bus } = parts;
  const unknowns: { what: string; reason: string }[] = [];
  const known = async <T>(what: string, look: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await within(PART_MS, Promise.resolve(look()));
    } catch (error) {
      unknowns.push({ what, reason: Problem.from(error).message });
      return undefined;
    }
  };
  const [consumers, outbox, streams, letters, size, keys, facts] = await Promise.all([
    bus && known("consumers", () => lagOf(bus, readerNamed(name))),
    store && bus && known("outbox", () => outboxStatus(store, clock.now())),
    bus && known("streams", () => streamsOf(bus, readerNamed(name))),
    bus && known("dead letters", () => deadLettersOf(bus, readerNamed(name))),
    store && known("store", () => store.size()),
    known("sealing keys", () => keyIdsIn(parts.sealingKeysFile)),
    known("facts", parts.facts),
  ]);
  return {
    service: name,
    version: releaseVersion(),
    startTime,
    now: clock.now(),
    serving: health.serving,
    failedChecks: [...health.failed],
    degradedCauses: [...health.causes],
    consumers: (consumers ?? []).map(({ noun, pending, ackPending, redelivered }) => ({
      noun,
      pending: BigInt(pending),
      ackPending: BigInt(ackPending),
      redelivered: BigInt(redelivered),
    })),
    outbox,
    streams: (streams ?? []).map(({ stream, messages, bytes, fill }) => ({
      stream,
      messageCount: BigInt(messages),
      byteCount: BigInt(bytes),
      fill,
    })),
    ...(letters !== undefined && { deadLetterCount: BigInt(letters) }),
    store: size && {
      kind: size.kind,
      byteCount: BigInt(size.bytes),
      ...(size.freeBytes !== undefined && { freeByteCount: BigInt(size.freeBytes) }),
      filling: [...(store?.filling ?? [])],
    },
    certificate: certificateOf(identity),
    sealingKeyIds: keys ?? [],
    facts: Object.entries(facts ?? {}).flatMap(([fact, value]) => factOf(fact, value)),
    unknowns,
  };
}

function keyIdsIn(file: string): string[] {
  return file === "" ? [] : readSealingKeys(file).map(({ id }) => id);
}

function factOf(name: string, value: Facts[string]): Fact[] {
  if (value === undefined) return [];
  if (typeof value === "number") return [{ name, value: { $case: "number", value: BigInt(Math.round(value)) } }];
  if (typeof value === "boolean") return [{ name, value: { $case: "truth", value } }];
  if (typeof value === "string") return [{ name, value: { $case: "text", value } }];
  return [{ name, value: { $case: "time", value } }];
}

function certificateOf({ value: { cert, ca } }: Pick<Identity, "value">): CertificateStatus {
  const own = new X509Certificate(cert);
  const authorities = pemsIn(ca.toString("utf8")).map((pem) => new X509Certificate(pem));
  const issuer = authorities.find((authority) => own.checkIssued(authority));
  return { endTime: own.validToDate, authorityEndTime: issuer?.validToDate };
}
