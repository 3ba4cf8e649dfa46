import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "./failure.ts";

/** Where the services and the bus are: `{"intake": "localhost:7401", …, "nats": "tls://localhost:4222"}`. */
export interface Endpoints {
  file: string;
  addresses: Readonly<Record<string, unknown>>;
}

const DEFAULT = join(import.meta.dirname, "../../../.ntd/run/endpoints.json");

/** @throws UsageError when the file cannot be read or holds no JSON object. */
export function readEndpoints(
  named: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Endpoints {
  const file = named ?? environment["NTD_ENDPOINTS"] ?? DEFAULT;
  return { file, addresses: parsed(file) };
}

function parsed(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new UsageError(`cannot read ${file}; start the platform, or name the addresses with --endpoints FILE`, {
      cause,
    });
  }
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found === "object" && found !== null && !Array.isArray(found)) return { ...found };
  } catch {
    // Told below, like JSON that is no object.
  }
  throw new UsageError(`${file} holds no JSON object of addresses; mend it`);
}

/** What need not run, and what makes it run. */
const ONLY_WHERE: Readonly<Record<string, string>> = {
  exchange: "name its connectors and start again (services/exchange/README.md)",
};

/** @throws UsageError when the file does not name the service. */
export function addressOf({ file, addresses }: Endpoints, name: string): string {
  const address = Object.hasOwn(addresses, name) ? addresses[name] : undefined;
  if (typeof address === "string" && address !== "") return address;
  const runs = ONLY_WHERE[name];
  if (runs !== undefined) throw new UsageError(`${name} does not run here, as far as ${file} tells; ${runs}`);
  throw new UsageError(`${file} names no address of ${name}; add "${name}": "host:port"`);
}

/** Everything but the bus. */
export function servicesIn({ addresses }: Endpoints): { name: string; address: string }[] {
  return Object.entries(addresses).flatMap(([name, address]) =>
    name !== "nats" && typeof address === "string" && address !== "" ? [{ name, address }] : [],
  );
}
