import { HealthDefinition } from "nice-grpc-server-health";
import { ChannelCredentials, createChannel, createClient } from "nice-grpc";
import { readIdentityFiles } from "./identity-files.ts";

// grpc.health.v1.HealthCheckResponse.ServingStatus
const SERVING = 1;

/** Asks a server's gRPC health: true when it says SERVING, false when it says otherwise or does not answer in time. */
export async function isServing(address: string, identityDir: string, timeoutMs = 1000): Promise<boolean> {
  const { ca, key, cert } = readIdentityFiles(identityDir);
  const channel = createChannel(address, ChannelCredentials.createSsl(ca, key, cert));
  try {
    const client = createClient(HealthDefinition, channel);
    const { status } = await client.check({ service: "" }, { signal: AbortSignal.timeout(timeoutMs) });
    return Number(status) === SERVING;
  } catch {
    return false;
  } finally {
    channel.close();
  }
}
