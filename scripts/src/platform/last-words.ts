/** What a log's end tells of a service that does not serve. */
export interface LastWords {
  /** The checks of its health that failed last; none when it last said that it serves. */
  failed: readonly string[];
  /** Its last complaint, with the first cause that it names; "" when there is none. */
  complaint: string;
}

/** Levels of pino from warning on. */
const WARNING = 40;
const MOST_CHARACTERS = 400;
/** Of what Node prints when a program throws, all but the error itself. */
const WHERE = /^\s+at |^\s*[\^{}]|^Node\.js v|^(node|file):|^\s+(throw|code:|url:|requireStack:)/;

/** Reads the end of a service's log: lines of JSON, or sentences where it could not start. */
export function lastWords(text: string): LastWords {
  let failed: readonly string[] = [];
  let complaint: string[] = [];
  let goesOn = false;
  for (const line of text.split("\n")) {
    const entry = entryOf(line);
    if (entry === undefined) {
      // A sentence on standard error may have several lines; what Node tells of where it was tells operators nothing.
      if (WHERE.test(line)) continue;
      if (line.trim() !== "") complaint = goesOn ? [...complaint, line.trim()] : [line.trim()];
      goesOn = line.trim() !== "";
      continue;
    }
    goesOn = false;
    const { level, msg, failed: checks, error, why } = entry;
    if (msg === "serving" || msg === "not serving") failed = Array.isArray(checks) ? checks.map(String) : [];
    if (typeof level === "number" && level >= WARNING)
      complaint = [
        [String(msg), causeOf(error), typeof why === "string" ? why : ""].filter((t) => t !== "").join(": "),
      ];
  }
  return { failed, complaint: complaint.join(" ").slice(0, MOST_CHARACTERS) };
}

function entryOf(line: string): Record<string, unknown> | undefined {
  try {
    const entry = JSON.parse(line) as unknown;
    return typeof entry === "object" && entry !== null ? (entry as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function causeOf(error: unknown): string {
  if (typeof error !== "object" || error === null || !("message" in error)) return "";
  return String(error.message);
}
