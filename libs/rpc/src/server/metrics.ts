import { counter, histogram } from "@ntd/service";

const calls = counter("ntd_rpc_calls", "Calls that ended, by method and reason (OK, or a name of the catalogue)");
const seconds = histogram("ntd_rpc_duration_seconds", "Time a call took", "s", [0.005, 0.02, 0.1, 0.5, 2, 10, 60]);

/** Begins to time a call; the result is told how it ended. */
export function callEnded(method: string): (reason: string) => void {
  const begun = performance.now();
  return (reason) => {
    calls({ method, reason });
    seconds((performance.now() - begun) / 1000, { method });
  };
}
