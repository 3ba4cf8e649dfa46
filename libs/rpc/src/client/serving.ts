import { createClient } from "nice-grpc";
import { HealthDefinition } from "nice-grpc-server-health";
import type { Identity } from "../identity/identity-files.ts";
import { openChannel } from "./channel.ts";
import { looking } from "./saying-why.ts";

/** SERVING of grpc.health.v1; the package keeps the name to itself. */
const SERVING = 1;

/** What a server says of itself; `silent` is one that does not answer in time or cannot be reached, and why. */
export type ServingAnswer = { says: "serving" | "not serving" } | { says: "silent"; why: string };

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
