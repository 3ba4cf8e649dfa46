import { setTimeout as delay } from "node:timers/promises";
import { Problem } from "@ntd/service";
import type { Platform } from "../platform/platform.ts";
import { whyNotServing } from "../platform/why-not-serving.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";

const LOOK_MS = 200;

/**
 * Waits until all services serve, or the stop. For a start without a file, where nothing can change while it runs.
 *
 * @throws Problem CONFIG_INVALID when a service's configuration is refused, and why.
 */
export async function servingOrRefused(
  { services }: Pick<Platform, "services">,
  supervisor: Pick<Supervisor, "serving" | "held">,
  stop: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const serving = supervisor.serving(AbortSignal.any([stop, over.signal])).finally(() => over.abort());
  while (supervisor.held.length === 0 && !over.signal.aborted)
    await delay(LOOK_MS, undefined, { signal: over.signal }).catch(() => undefined);
  over.abort();
  await serving;
  const [name] = supervisor.held;
  if (name === undefined) return;
  const answer = { says: "silent", why: "its configuration is refused" } as const;
  throw new Problem("CONFIG_INVALID", await whyNotServing(services[name], answer));
}
