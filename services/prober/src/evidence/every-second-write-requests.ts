import { startLoop, type Logger, type Loop } from "@ntd/service";
import type { Register } from "./register.ts";

/** Writes down what was asked since the last second; nothing where nothing was. */
export function startWritingRequests({ register, log }: { register: Register; log: Logger }): Loop {
  return startLoop("requests", 1000, log, () => register.write());
}
