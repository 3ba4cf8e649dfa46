import { catalogue, type Reason } from "./catalogue.ts";

/** A field that was refused: its name, what it held (shortened) and how to mend it. Never an address or a hash. */
export interface FieldFault {
  field: string;
  description: string;
}

export interface ProblemOptions {
  /** Facts a program may want, for example `{current_version: "3"}`; they leave the process. */
  metadata?: Record<string, string>;
  /** Field faults, sent to clients as google.rpc.BadRequest. */
  fields?: readonly FieldFault[];
  cause?: unknown;
}

/** The one error type: everything that may leave the process is in `catalogue`, all else is INTERNAL. */
export class Problem extends Error {
  override name = "Problem";
  readonly reason: Reason;
  readonly metadata: Readonly<Record<string, string>>;
  readonly fields: readonly FieldFault[];

  constructor(reason: Reason, detail?: string, options: ProblemOptions = {}) {
    super(detail ?? catalogue[reason].sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.metadata = options.metadata ?? {};
    this.fields = options.fields ?? [];
  }

  /** One or several refused fields as one problem. */
  static fields(...fields: readonly FieldFault[]): Problem {
    return new Problem("FIELD_INVALID", fields.map((f) => `${f.field}: ${f.description}`).join("; "), { fields });
  }

  /**
   * The one door from `unknown`. What was aborted is the problem that it was aborted with, else SHUTTING_DOWN; what ran
   * into a time limit of Node's is TIMED_OUT; anything else that is no problem already becomes INTERNAL with its cause.
   */
  static from(error: unknown): Problem {
    if (error instanceof Problem) return error;
    const { name, cause } = error instanceof Error ? error : {};
    if (name === "TimeoutError") return new Problem("TIMED_OUT", undefined, { cause: error });
    if (name !== "AbortError") return new Problem("INTERNAL", undefined, { cause: error });
    if (cause instanceof Error && cause.name !== "AbortError") return Problem.from(cause);
    return new Problem("SHUTTING_DOWN", "It was cancelled on this side.", { cause: error });
  }

  /** gRPC status name. */
  get code(): (typeof catalogue)[Reason]["code"] {
    return catalogue[this.reason].code;
  }

  /**
   * What a reader of events does with it: `retry` backs off for ever, `terminal` dead-letters at once, `unknown` (a
   * failure nobody named) counts like a crash of the handler.
   */
  get handling(): "retry" | "terminal" | "unknown" {
    return catalogue[this.reason].handling;
  }
}

/** A value for a message: quoted, at most 40 characters. Not for addresses, hashes, contacts. */
export function shown(value: unknown): string {
  const text = String(value);
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text);
}
