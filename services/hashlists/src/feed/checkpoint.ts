import { Problem } from "@ntd/service";

/**
 * How far a partner has read: `all` of the set as it was at a counter, what lies between two counters, or everything up
 * to one. It names counters and never releases: what a partner may see is told by the set alone.
 */
export type Checkpoint =
  | { at: "start" }
  | { at: "all"; counter: number; after: string; skip: number; may: string }
  | { at: "between"; from: number; to: number; bucket: number; skip: number; may: string }
  | { at: "end"; counter: number; may: string };

export function checkpointText(checkpoint: Checkpoint): string {
  return checkpoint.at === "start" ? "" : Buffer.from(JSON.stringify(checkpoint)).toString("base64url");
}

/** @throws Problem FIELD_INVALID for what is none. */
export function readCheckpoint(text: string): Checkpoint {
  if (text === "") return { at: "start" };
  const read = parsed(text);
  if (read !== undefined) return read;
  throw Problem.fields({ field: "checkpoint", description: "is none of an earlier page; begin with an empty one" });
}

function parsed(text: string): Checkpoint | undefined {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { at, after, may } = value;
  const [counter, from, to, bucket, skip] = ["counter", "from", "to", "bucket", "skip"].map((name) =>
    whole(value[name]),
  );
  if (typeof may !== "string") return undefined;
  if (at === "end" && counter !== undefined) return { at, counter, may };
  if (at === "all" && counter !== undefined && skip !== undefined && typeof after === "string")
    return { at, counter, after, skip, may };
  if (at !== "between" || from === undefined || to === undefined) return undefined;
  if (bucket === undefined || bucket > 255 || skip === undefined || from > to) return undefined;
  return { at, from, to, bucket, skip, may };
}

function whole(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
