import type { Channel } from "@ntd/proto/intake/v1/report";
import { partsOf } from "./bundle.ts";
import { entriesIn, fieldsIn, shown, type DataReader, type Fault } from "@ntd/service";

/** Reports a minute of one sender that are told at once; what is over waits, and is told at this rate. */
export interface ReportRates {
  channels: Readonly<Record<string, number>>;
  /** By "{kind}/{name}" of a certificate; goes before the channel's. */
  identities: ReadonlyMap<string, number>;
}

const CHANNELS = {
  public: "CHANNEL_PUBLIC",
  industry: "CHANNEL_INDUSTRY",
  partner_hotline: "CHANNEL_PARTNER_HOTLINE",
} as const satisfies Record<string, Channel>;

/** What holds where no file says otherwise. Police never wait. */
export const defaultRates: ReportRates = {
  channels: { CHANNEL_PUBLIC: 600, CHANNEL_INDUSTRY: 6000, CHANNEL_PARTNER_HOTLINE: 6000 },
  identities: new Map(),
};

/** The rate of a sender, as `senderOf` names it. */
export function perMinute({ channels, identities }: ReportRates, sender: string): number {
  const { person, channel } = partsOf(sender);
  return identities.get(person) ?? channels[channel] ?? Infinity;
}

/** Reads the section `reports_per_minute` of `deploy/quotas.yaml`; the others are of calls. */
export const readReportRates: DataReader<ReportRates> = (data, fault) => {
  const section = entriesIn(data ?? {}, "", fault).find(([name]) => name === "reports_per_minute")?.[1] ?? {};
  const at = "reports_per_minute";
  const { identities: given = {}, ...said } = Object.fromEntries(
    fieldsIn(section, at, fault, [...Object.keys(CHANNELS), "identities"]),
  );
  const channels = { ...defaultRates.channels };
  for (const [name, channel] of Object.entries(CHANNELS)) {
    if (name in said) channels[channel] = rateIn(said[name], `${at}.${name}`, fault);
  }
  const identities = new Map<string, number>();
  for (const [i, [identity, rate]] of entriesIn(given, `${at}.identities`, fault).entries()) {
    // By its place: what a fault says is logged, and an identity names a person.
    const where = `${at}.identities[${i}]`;
    if (!/^reporter\/[^/\s]+$/.test(identity)) fault(where, 'is no identity such as "reporter/example"');
    identities.set(identity, rateIn(rate, where, fault));
  }
  return { channels, identities };
};

function rateIn(value: unknown, at: string, fault: Fault): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
  fault(at, `is ${shown(value)}, and no whole number from 1 up`);
  return 1;
}
