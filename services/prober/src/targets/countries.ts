import { readFileSync } from "node:fs";
import { embeddedIpv4, parseIp, RangeCountries } from "@ntd/net";
import type { Clock, Health, Logger } from "@ntd/service";

/** Where an address is registered: ISO 3166-1 alpha-2; undefined where that is not known. */
export type CountryOf = (ip: string) => string | undefined;

/** So long nothing is known after files that could not be read, one that is being written say. */
const TRY_AGAIN_MS = 60_000;

interface Beside {
  health: Pick<Health, "degrade">;
  log: Logger;
  clock: Clock;
}

/**
 * By the registries' files of "first,last,CC" rows, one for each family. They are read when the first address is asked for;
 * files that cannot be read tell nothing, health says so, and a minute later they are tried again.
 */
export function countriesIn(files: readonly string[], beside: Beside): CountryOf {
  let known: RangeCountries | undefined;
  let triedMs = Number.NEGATIVE_INFINITY;
  return (text) => {
    const ip = files.length === 0 ? undefined : parseIp(text);
    if (ip === undefined) return undefined;
    const nowMs = beside.clock.now().getTime();
    if (known === undefined && Math.abs(nowMs - triedMs) >= TRY_AGAIN_MS) {
      triedMs = nowMs;
      known = read(files, beside);
    }
    return known?.of(embeddedIpv4(ip) ?? ip);
  };
}

function read(files: readonly string[], { health, log }: Beside): RangeCountries | undefined {
  try {
    const texts = files.map((file) => readFileSync(file, "utf8"));
    const isV6 = (text: string) => text.slice(0, 100).includes(":");
    const of = (some: readonly string[]) => some.join("");
    const countries = new RangeCountries({
      v4: of(texts.filter((text) => !isV6(text))),
      v6: of(texts.filter(isV6)),
    });
    log.info({ ranges: countries.size }, "where addresses are registered is known");
    health.degrade("countries", false);
    return countries;
  } catch (error) {
    log.error({ error }, "where addresses are registered cannot be read: PROBER_COUNTRIES_FILES");
    health.degrade("countries");
    return undefined;
  }
}
