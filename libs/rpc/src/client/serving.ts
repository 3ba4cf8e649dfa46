import { createClient } from "nice-grpc";
import { HealthDefinition } from "nice-grpc-server-health";
import { openChannel } from "./channel.ts";

/** SERVING of grpc.health.v1; the package keeps the name to itself. */
const SERVING = 1;

/** Asks a server's gRPC health: true when it says SERVING, false when it says otherwise or does not answer in time. */
export async function isServing(address: string, identityDir: string, timeoutMs = 1000): Promise<boolean> {
  const channel = openChannel({ address, identityDir });
  try {
    const client = createClient(HealthDefinition, channel);
    const { status } = await client.check({ service: "" }, { signal: AbortSignal.timeout(timeoutMs) });
    return status === SERVING;
  } catch {
    return false;
  } finally {
    channel.close();
  }
}
