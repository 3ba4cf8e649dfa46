import type { Health } from "@ntd/service";
import type { Server } from "nice-grpc";
import { HealthDefinition, HealthServiceImpl, HealthState } from "nice-grpc-server-health";

/** Adds `grpc.health.v1.Health` for the server as a whole ("") and each of `services`, fed by `health`. */
export function addHealthService(server: Server, health: Health, services: readonly string[]): Disposable {
  const state = HealthState();
  state.setMaxListeners(0);
  const tell = () => {
    for (const name of ["", ...services]) state.setStatus(health.serving ? "healthy" : "unhealthy", name);
  };
  tell();
  server.add(HealthDefinition, HealthServiceImpl(state));
  return health.onChange(tell);
}
