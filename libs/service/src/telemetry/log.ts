import { writeSync } from "node:fs";
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

const STANDARD_OUTPUT = 1;

/**
 * A full disk under the log must end no process, nor keep one from going on or ending: lines that find no room are lost,
 * which nothing can tell, and those that come once there is room are not. pino's own stream waits for what it could not
 * write: at an end for ever, and once its buffer is full it writes no more.
 */
function standardOutput(): DestinationStream {
  let torn = false;
  return {
    write(line) {
      const text = torn ? `\n${line}` : line;
      try {
        torn = writeSync(STANDARD_OUTPUT, text) < Buffer.byteLength(text);
      } catch {
        // Lost.
      }
    },
  };
}
