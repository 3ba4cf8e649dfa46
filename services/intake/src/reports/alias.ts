import type { Sealed } from "@ntd/proto/common/v1/common";
import type { StoredReport } from "../store.ts";

/**
 * Which address a target of release 0.2 is. Version 1 of the canonicaliser gave one id to several addresses, of which the
 * prober fetches one: that one joins the target, its case and its notices, all others are targets of their own.
 */
export interface Alias {
  schemaVersion: 1;
  /** Today's id of the address that is fetched; absent when its month's key is retired: then no address joins. */
  fetched?: string;
  /** Of the target that told it; 0 when it was concluded from the reports. */
  version: number;
  /** It was another one before: what joined by that is still to be parted. */
  isContradicted?: true;
}

/** What the prober says of itself outweighs what the reports let conclude; of that the last version wins. */
export function withFetched(known: Alias | undefined, fetched: string, version: number): Alias | undefined {
  if (known !== undefined && known.version >= version) return undefined;
  const isContradicted = known?.isContradicted === true || (known?.fetched ?? fetched) !== fetched;
  return { schemaVersion: 1, fetched, version, ...(isContradicted && { isContradicted }) };
}

/** Of some reports that name a target of release 0.2: the address that its prober took, and when it was reported. */
export interface Candidate {
  address: Sealed;
  receivedTime: Date;
}

/** The prober took the address of the first report, and that of a later one only when a newer month's key sealed it. */
export function firstFetched(
  best: Candidate | undefined,
  targetId: string,
  { targets, receivedTime }: StoredReport,
): Candidate | undefined {
  const address = targets.find((target) => target.targetId === targetId)?.address;
  if (address === undefined) return best;
  const isBetter =
    best === undefined ||
    address.keyId > best.address.keyId ||
    (address.keyId === best.address.keyId && receivedTime < best.receivedTime);
  return isBetter ? { address, receivedTime } : best;
}
