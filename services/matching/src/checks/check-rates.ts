import { entriesIn, fieldsIn, shown, type DataReader, type Fault } from "@ntd/service";

/** How many hashes one platform may have checked, and what of it raises an alarm. */
export interface HashRates {
  perMinute: number;
  perDay: number;
  /** So many of a hundred that are known are far more than of any platform's pictures. */
  alarmKnownPercent: number;
  /** So many hashes close to one, within an hour, are nobody's pictures. */
  alarmNeighbours: number;
}

export interface CheckRates {
  everybody: HashRates;
  /** Exceptions, by "industry/{name}". */
  identities: ReadonlyMap<string, HashRates>;
}

/** What holds where no file says otherwise. */
export const defaultCheckRates: CheckRates = {
  everybody: { perMinute: 60_000, perDay: 10_000_000, alarmKnownPercent: 20, alarmNeighbours: 500 },
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
} as const satisfies Record<keyof HashRates, string>;

function readRates(fields: ReadonlyMap<string, unknown>, at: string, fault: Fault, otherwise: HashRates): HashRates {
  const read = Object.entries(NAMES).map(([part, name]) => {
    return [part, numberIn(fields.get(name), `${at}.${name}`, fault, otherwise[part as keyof HashRates])];
  });
  return Object.fromEntries(read) as HashRates;
}

function numberIn(data: unknown, at: string, fault: Fault, otherwise: number): number {
  if (data === undefined) return otherwise;
  if (typeof data === "number" && Number.isSafeInteger(data) && data >= 1) return data;
  fault(at, `is ${shown(data)}, and no whole number from 1 up`);
  return otherwise;
}
