import type { GetStatusResponse } from "@ntd/proto/operations/v1/status_service";
import type { Observation, Observed } from "./observed.ts";
import { mendOf } from "./mends.ts";

/** Something that does not mend itself, and what to do about it. */
export interface Need {
  /** 1: reports or notices wait for it, or will within the day; 2: before long. */
  urgency: 1 | 2;
  /** A service, or "" for whoever asks. */
  service: string;
  what: string;
  mend: string;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const MIB = 2 ** 20;

/** From here on each is said; twice that, or none of it left, is urgent. */
const LIMITS = {
  outboxMs: MINUTE_MS,
  pending: 1000,
  overdueMs: 10 * MINUTE_MS,
  streamFill: 0.7,
  offsetMs: 2000,
  freeBytes: { soon: 4096 * MIB, now: 1024 * MIB },
  certificateMs: { soon: 21 * DAY_MS, now: 2 * DAY_MS },
};

/** What needs a hand, what comes first first. */
export function needsOf({ now, services, own }: Observation): Need[] {
  const all = [
    ...services.flatMap((one) => ("silence" in one ? [silent(one)] : needsOfService(one, now))),
    ...own.flatMap(({ what, end }) => ending("", what, end, now)),
  ];
  return all.toSorted((a, b) => a.urgency - b.urgency);
}

function silent({ service, silence, refuses }: Extract<Observed, { silence: unknown }>): Need {
  return {
    urgency: 1,
    service,
    what: silence,
    mend: refuses
      ? "it may be well: ask as another operator, whose certificate has not ended and is on no deny-list"
      : "start it, or read its log; deploy/README.md",
  };
}

function needsOfService({ service, status, offsetMs }: Extract<Observed, { status: unknown }>, now: Date): Need[] {
  const need = (urgency: 1 | 2, what: string, mend: string): Need => ({ urgency, service, what, mend });
  return [
    ...status.failedChecks.map(({ name, reason }) => need(1, `${name}: ${reason}`, mendOf(`check:${name}`))),
    ...(status.failedChecks.length === 0 && !status.serving ? [need(1, "it is stopping", "start it again")] : []),
    ...status.degradedCauses.flatMap(({ cause }) => {
      const mend = mendOf(cause);
      return mend === "" ? [] : [need(URGENT.test(cause) ? 1 : 2, cause, mend)];
    }),
    ...backlogs(status, now).map(([urgency, what, mend]) => need(urgency, what, mend)),
    ...disk(status).map(([urgency, what, mend]) => need(urgency, what, mend)),
    ...ending(service, "certificate", status.certificate?.endTime, now),
    ...ending(service, "authority", status.certificate?.authorityEndTime, now),
    ...(Math.abs(offsetMs) >= LIMITS.offsetMs
      ? [
          need(
            2,
            `its clock is ${signed(offsetMs)} off this machine's`,
            "set the clocks by NTP; legal times rest on them",
          ),
        ]
      : []),
    ...status.unknowns.map(({ what, reason }) =>
      need(2, `${what} is not known: ${reason}`, "look again; else its log"),
    ),
  ];
}

/** While these last, nothing is taken, nothing leaves, or somebody is let in who was to be refused. */
const URGENT = /STORE_FULL|BUS_|outbox:|RESTORED|deny_list:/;

type Told = [urgency: 1 | 2, what: string, mend: string];

function backlogs(
  { service, consumers, outbox, streams, deadLetterCount = 0n, facts }: GetStatusResponse,
  now: Date,
): Told[] {
  const told: Told[] = [];
  if (deadLetterCount > 0n)
    told.push([
      2,
      `${deadLetterCount} dead letters`,
      `ntd dead-letters list --reader ${service}; mend the reason; ntd dead-letters resend SEQUENCE`,
    ]);
  const oldestMs = Number(outbox?.oldestAge?.seconds ?? 0n) * 1000;
  if (oldestMs >= LIMITS.outboxMs)
    told.push([1, `events wait in its outbox for ${minutes(oldestMs)}`, "ntd bus usage; make room, or see to the bus"]);
  for (const { noun, pending, redelivered } of consumers) {
    if (pending >= LIMITS.pending)
      told.push([2, `${pending} ${noun} events wait`, "it catches up, or its log says why not"]);
    if (redelivered > 0n)
      told.push([2, `${redelivered} ${noun} events are tried again`, "its log says what it waits for"]);
  }
  // Of the other streams their owners tell.
  for (const { stream, fill } of streams.slice(0, 1)) {
    if (fill >= LIMITS.streamFill)
      told.push([2, `stream ${stream} is ${Math.floor(fill * 100)} % full`, "ntd bus usage shows what holds it"]);
  }
  for (const { name, value } of facts) {
    if (name === "halted" && value?.$case === "truth" && value.value)
      told.push([
        1,
        "no notice leaves: dispatch is halted",
        "ntd dispatch resume --reason …, once its cause is mended",
      ]);
    if (name === "oldest_due" && value?.$case === "time" && now.getTime() - value.value.getTime() >= LIMITS.overdueMs)
      told.push([
        2,
        `looks are overdue for ${minutes(now.getTime() - value.value.getTime())}`,
        "its log; more hands: PROBER_HANDS",
      ]);
  }
  return told;
}

function disk({ store }: GetStatusResponse): Told[] {
  const free = store?.freeByteCount;
  if (free === undefined || free >= LIMITS.freeBytes.soon) return [];
  const what = `${Math.floor(Number(free) / MIB)} MiB are left on the disk of its store`;
  return [[free < LIMITS.freeBytes.now ? 1 : 2, what, "make room; what waits goes on by itself"]];
}

function ending(service: string, what: string, end: Date | undefined, now: Date): Need[] {
  const leftMs = end === undefined ? Infinity : end.getTime() - now.getTime();
  if (end === undefined || leftMs >= LIMITS.certificateMs.soon) return [];
  const when = leftMs <= 0 ? "ended" : "ends";
  return [
    {
      urgency: leftMs < LIMITS.certificateMs.now ? 1 : 2,
      service,
      what: `its ${what} ${when} on ${end.toISOString().slice(0, 10)}`,
      mend: "ntd certs renew DIR, or have it signed anew; ./scripts/start renews its own",
    },
  ];
}

function minutes(ms: number): string {
  return ms < 60 * MINUTE_MS ? `${Math.floor(ms / MINUTE_MS)} min` : `${Math.floor(ms / (60 * MINUTE_MS))} h`;
}

function signed(ms: number): string {
  return `${ms > 0 ? "+" : "-"}${(Math.abs(ms) / 1000).toFixed(1)} s`;
}
