import { entriesIn, fieldsIn, shown, type DataReader, type Fault } from "@ntd/service";
import { MOST_AROUND } from "./neighbours.ts";

/** How many hashes one platform may have checked, what of it raises an alarm, and what of it holds it; 0: nothing does. */
export interface HashRates {
  perMinute: number;
  perDay: number;
  /** So many of a hundred that are known are far more than of any platform's pictures. */
  alarmKnownPercent: number;
  /** So many different hashes close to one, within an hour, are nobody's pictures. */
  alarmNeighbours: number;
  /** So many different ones that are known, within 30 days, are more than a platform meets. */
  alarmKnown: number;
  holdKnown: number;
  /** So many that are known, of a day of which the share that is known is over `alarmKnownPercent`. */
  holdKnownShare: number;
  /** So many different hashes close to one that is known, within a day. */
  holdNeighbours: number;
}

export interface CheckRates {
  everybody: HashRates;
  /** Exceptions, by "industry/{name}". */
  identities: ReadonlyMap<string, HashRates>;
}

/** What holds where no file says otherwise. */
export const defaultCheckRates: CheckRates = {
  everybody: {
    perMinute: 60_000,
    perDay: 10_000_000,
    alarmKnownPercent: 20,
    alarmNeighbours: 500,
    alarmKnown: 2000,
    holdKnown: 10_000,
    holdKnownShare: 1000,
    holdNeighbours: 150,
  },
  identities: new Map(),
};

export function ratesOf({ everybody, identities }: CheckRates, person: string): HashRates {
  return identities.get(person) ?? everybody;
}

/** Reads the section `checked_hashes` of `deploy/quotas.yaml`; the others are of calls and of reports. */
export const readCheckRates: DataReader<CheckRates> = (data, fault) => {
  const section = entriesIn(data ?? {}, "", fault).find(([name]) => name === SECTION)?.[1] ?? {};
  const fields = fieldsIn(section, SECTION, fault, [...Object.values(NAMES), "identities"]);
  const everybody = readRates(fields, SECTION, fault, defaultCheckRates.everybody);
  const identities = new Map<string, HashRates>();
  for (const [nth, [name, said]] of entriesIn(
    fields.get("identities") ?? {},
    `${SECTION}.identities`,
    fault,
  ).entries()) {
    // By its place: a fault is logged, and no log line names who asks.
    const at = `${SECTION}.identities[${nth}]`;
    if (!/^industry\/[a-z0-9-]{1,63}$/.test(name)) fault(at, 'is no identity such as "industry/example"');
    identities.set(name, readRates(fieldsIn(said, at, fault, Object.values(NAMES)), at, fault, everybody));
  }
  return { everybody, identities };
};

const SECTION = "checked_hashes";
const NAMES = {
  perMinute: "per_minute",
  perDay: "per_day",
  alarmKnownPercent: "alarm_known_percent",
  alarmNeighbours: "alarm_neighbours",
  alarmKnown: "alarm_known",
  holdKnown: "hold_known",
  holdKnownShare: "hold_known_share",
  holdNeighbours: "hold_neighbours",
} as const satisfies Record<keyof HashRates, string>;

/** More than these are never counted. */
const MOST: Partial<Record<keyof HashRates, number>> = {
  alarmNeighbours: MOST_AROUND,
  holdNeighbours: MOST_AROUND,
  alarmKnownPercent: 100,
};

function readRates(fields: ReadonlyMap<string, unknown>, at: string, fault: Fault, otherwise: HashRates): HashRates {
  const read = Object.entries(NAMES).map(([part, name]) => {
    const rate = part as keyof HashRates;
    const said = fields.get(name);
    if (said === "never" && name.startsWith("hold_")) return [rate, 0];
    return [rate, numberIn(said, `${at}.${name}`, fault, otherwise[rate], MOST[rate])];
  });
  return Object.fromEntries(read) as HashRates;
}

function numberIn(data: unknown, at: string, fault: Fault, otherwise: number, most = Number.MAX_SAFE_INTEGER): number {
  if (data === undefined) return otherwise;
  if (typeof data === "number" && Number.isSafeInteger(data) && data >= 1 && data <= most) return data;
  const bounds = most < Number.MAX_SAFE_INTEGER ? `from 1 to ${most}` : "from 1 up";
  const never = at.includes(".hold_") ? ', nor "never"' : "";
  fault(at, `is ${shown(data)}, and no whole number ${bounds}${never}`);
  return otherwise;
}
