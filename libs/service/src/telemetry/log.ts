import pino, { type DestinationStream, type Logger } from "pino";

export type { Logger } from "pino";

/**
 * One JSON line per entry on stdout. Opaque ids only: never an address, a hash, a contact or a PIN.
 * `error` fields are written with their causes.
 */
export function createLog(service: string, level: string, destination?: DestinationStream): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    errorKey: "error",
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
