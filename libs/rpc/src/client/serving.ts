import { ClientError, createClient, Status } from "nice-grpc";
import { HealthDefinition } from "nice-grpc-server-health";
import type { Identity } from "../identity/identity-files.ts";
import { openChannel } from "./channel.ts";
import { looking } from "./saying-why.ts";

/** SERVING of grpc.health.v1; the package keeps the name to itself. */
const SERVING = 1;

/**
 * What a server says of itself; `silent` is one that does not answer in time or cannot be reached, and why. One that
 * `refuses` whoever asks (the deny-list, a quota) lives, and does not say how it is.
 */
export type ServingAnswer = { says: "serving" | "not serving" } | { says: "silent" | "refuses"; why: string };

const REFUSALS: readonly Status[] = [Status.PERMISSION_DENIED, Status.RESOURCE_EXHAUSTED];

/** Asks one server's gRPC health again and again over one connection. */
export interface ServingAsker extends Disposable {
  /** @param timeoutMs default 1000. Never rejects. */
  ask(timeoutMs?: number): Promise<ServingAnswer>;
}

/** @param identityDir folder of the caller's identity, read once, or one that is watched. */
export function servingAsker(address: string, identityDir: string | Identity): ServingAsker {
  const opened = openChannel({ address, identityDir });
  const { channel } = opened;
  const look = looking(opened, address);
  const client = createClient(HealthDefinition, channel);
  return {
    async ask(timeoutMs = 1000) {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const { status } = await client.check({ service: "" }, { signal });
        return { says: status === SERVING ? "serving" : "not serving" };
      } catch (error) {
        if (error instanceof ClientError && REFUSALS.includes(error.code))
          return { says: "refuses", why: error.details };
        const late = signal.aborted ? `no answer within ${timeoutMs} ms` : (error as Error).message;
        return { says: "silent", why: (await look())?.sentence ?? late };
      }
    },
    [Symbol.dispose]: () => channel.close(),
  };
}

/** Asks a server's gRPC health once: true when it says SERVING, false when it says otherwise or does not answer in time. */
export async function isServing(address: string, identityDir: string, timeoutMs?: number): Promise<boolean> {
  using asker = servingAsker(address, identityDir);
  return (await asker.ask(timeoutMs)).says === "serving";
}
