import { isOfBytes } from "@ntd/facts";
import type { Case } from "@ntd/proto/casework/v1/case";
import type { Fingerprint } from "@ntd/proto/common/v1/common";

/**
 * What a notice names its material by. Where all that was found lies in another picture of the file than the one that
 * stands for it (a later frame, say), that one may be innocent: whoever looks for its like would find innocent pictures.
 */
export function namedFingerprints({ hits, fingerprints }: Pick<Case, "hits" | "fingerprints">): Fingerprint[] {
  const listed = hits.filter(({ setRole }) => setRole === "SET_ROLE_POSITIVE");
  const isElsewhere = listed.length > 0 && listed.every(({ rendition }) => rendition !== undefined);
  return isElsewhere ? fingerprints.filter(({ algorithm }) => isOfBytes(algorithm)) : fingerprints;
}
