import { keyedId, Problem } from "@ntd/service";
import type { Copy } from "./watermark.ts";

/**
 * A checkpoint as a partner gets it: with a seal for this set and this partner. Made up, it would ask for what lay between
 * any two moments, without watermarks and before the partner's own time.
 */
export function sealed(key: Uint8Array, copy: Copy, checkpoint: string): string {
  return checkpoint === "" ? "" : `${sealOf(key, copy, checkpoint)}.${checkpoint}`;
}

/**
 * The checkpoint under a seal; "" where it is not ours for this copy, as after another key: the partner starts over.
 *
 * @throws Problem FIELD_INVALID for what bears none.
 */
export function unsealed(key: Uint8Array, copy: Copy, text: string): string {
  if (text === "") return "";
  const [, seal, checkpoint] = SEALED.exec(text) ?? [];
  if (seal === undefined || checkpoint === undefined) {
    throw Problem.fields({ field: "checkpoint", description: "is none of an earlier page; begin with an empty one" });
  }
  return seal === sealOf(key, copy, checkpoint) ? checkpoint : "";
}

const SEALED = /^([0-9a-f]{32})\.([\w-]{1,4000})$/;

function sealOf(key: Uint8Array, { setId, recipient }: Copy, checkpoint: string): string {
  return keyedId(key, "checkpoint", setId, recipient, checkpoint);
}
