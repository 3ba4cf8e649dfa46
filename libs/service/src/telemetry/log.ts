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
  return pino(options, destination ?? standardOutput());
}

/** So much waits for a disk that is full, in bytes; what comes then is lost. */
const MOST_WAITING = 64 * 1024;

// A full disk under the log must end no process, nor keep one from ending: its lines are lost, which nothing can tell.
function standardOutput(): DestinationStream {
  const output = pino.destination({ fd: 1, sync: true, maxLength: MOST_WAITING });
  output.on("error", () => undefined);
  return output;
}
