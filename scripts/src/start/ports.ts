import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { portHolder, takePort } from "@ntd/embedded";
import { Problem } from "@ntd/service";
import { namesOf, serviceNames, type OptionalName, type ServiceName } from "../platform/platform.ts";

export type Ports = Partial<Record<ServiceName, number>> & { nats: number };

const FIRST_PORT = 7400;

/** Where everything listens when nothing else is said: nats-server first, then services in their order. */
export const standardPorts = Object.fromEntries(
  ["nats", ...serviceNames].map((name, i) => [name, FIRST_PORT + i]),
) as Ports;

/** The ports of a folder: what the configuration says, else those of an earlier start, else the standard ones. */
export function portsOf(configured: Partial<Ports>, earlier: Partial<Ports>, beside: readonly OptionalName[]): Ports {
  const all = { ...standardPorts, ...earlier, ...configured };
  return { ...Object.fromEntries(namesOf(beside).map((name) => [name, all[name]])), nats: all.nats };
}

/** The ports of the earlier start on a folder: a provider's agent is set up once. */
export async function earlierPorts(dir: string): Promise<Partial<Ports>> {
  try {
    const endpoints = JSON.parse(await readFile(join(dir, "endpoints.json"), "utf8")) as Record<string, string>;
    return Object.fromEntries(
      Object.entries(endpoints)
        .map(([name, at]) => [name, Number(at.split(":").at(-1))] as const)
        .filter(([name, port]) => name in standardPorts && Number.isInteger(port) && port > 0 && port < 65_536),
    );
  } catch {
    return {};
  }
}

/** What an earlier start has left is killed with it, which takes the system a moment. */
const PATIENCE_MS = 3000;

/**
 * Takes all of them for this process.
 *
 * @throws Problem CONFIG_INVALID naming each that is taken, and by whom.
 */
export async function takePorts(ports: Ports): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  const taken: string[] = [];
  for (const [name, port] of Object.entries(ports)) {
    let isOurs = await takePort(port);
    while (!isOurs && performance.now() < until) {
      await delay(100);
      isOurs = await takePort(port);
    }
    if (isOurs) continue;
    const holder = await portHolder(port);
    taken.push(`port ${port} of ${name} is taken by ${holder ?? "a process that cannot be told"}`);
  }
  if (taken.length === 0) return;
  const mend = "Stop it, or give other ports by `ports` in the file of --config.";
  throw new Problem("CONFIG_INVALID", `${taken.join(";\n  ")}. ${mend}`);
}
