import { setTimeout as delay } from "node:timers/promises";
import { NOBODY, report, type Site } from "../kernel/path.ts";
import { contentOf, type Reported } from "./reports.ts";

/**
 * Puts what will be reported on the provider's host. Before reports come: to make pictures takes this process so long that
 * reports meant to be spread over the time came all at its end.
 *
 * @returns the addresses, in the order of `reports`.
 */
export async function publishAll(site: Site, reports: readonly Reported[]): Promise<string[]> {
  const made = new Map<number, Uint8Array>();
  const addresses: string[] = [];
  for (const one of reports) {
    const content = made.get(one.picture) ?? (await contentOf(one));
    made.set(one.picture, content);
    const address = site.provider.publish(one.path, content);
    addresses.push(one.host === "nobody" ? address.replace(site.provider.domain, NOBODY) : address);
  }
  return addresses;
}

/** Spread evenly over the time; each is repeated until it is accepted, as a client would. Their names. */
export async function submitAll(site: Site, addresses: readonly string[], forMs: number): Promise<string[]> {
  return Promise.all(
    addresses.map(async (address, n) => {
      await delay((n * forMs) / addresses.length);
      return report(site, address);
    }),
  );
}
