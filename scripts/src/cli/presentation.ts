/** How what is meant for people looks. JSON is never touched by it. */
export interface Presentation {
  /** Name of a time zone; UTC says times as JSON does. */
  timeZone: string;
  /** Whether what matters stands out. */
  hasColour: boolean;
  /** Ids are cut to what tells them apart. */
  hasShortIds: boolean;
  /** How wide a line may be; Infinity where nobody looks. */
  columns: number;
}

export const PLAIN: Presentation = { timeZone: "UTC", hasColour: false, hasShortIds: false, columns: Infinity };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether colour is wanted: `--color` says so (always, never), else FORCE_COLOR (but for "0") and then NO_COLOR, each by
 * being there and not empty, else whether a person looks at it.
 */
export function wantsColour(said: string | undefined, environment: Environment, isTerminal: boolean): boolean {
  if (said === "always" || said === "never") return said === "always";
  const { FORCE_COLOR: forced = "", NO_COLOR: refused = "" } = environment;
  if (forced !== "") return forced !== "0";
  return refused === "" && isTerminal && environment["TERM"] !== "dumb";
}

/** The zone that is named, else the system's, else UTC; undefined for a name that is no time zone. */
export function timeZoneOf(environment: Environment): string | undefined {
  const wanted = environment["NTD_TIME_ZONE"] ?? "";
  if (wanted !== "") return zoneNamed(wanted);
  // A TZ that only the C library reads (`MYT-8`, `:/etc/localtime`) is none to JavaScript, which then goes by UTC.
  const system: string | undefined = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (system && zoneNamed(system)) ?? "UTC";
}

function zoneNamed(timeZone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("sv", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** A time as the zone's clocks show it, with its offset from UTC: it can be typed again. */
export function timeIn(timeZone: string, time: Date): string {
  if (timeZone === "UTC" || Number.isNaN(time.getTime())) return Number.isNaN(time.getTime()) ? "" : time.toISOString();
  const format = new Intl.DateTimeFormat("sv", {
    timeZone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  const offset = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" })
    .formatToParts(time)
    .find(({ type }) => type === "timeZoneName")
    ?.value.replace("GMT", "");
  return `${format.format(time).replace(" ", "T")}${offset === "" || offset === undefined ? "Z" : offset}`;
}

/** So many characters a list prints of an id, or more when they do not tell two apart. */
const PRINTED = 8;

/** How much of these ids tells each from the others. */
export function tellingLength(ids: readonly string[]): number {
  const sorted = [...new Set(ids)].toSorted();
  const shared = sorted.map((id, at) => sharedLength(id, sorted[at + 1] ?? ""));
  return shared.reduce((most, length) => Math.max(most, length + 1), PRINTED);
}

function sharedLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
