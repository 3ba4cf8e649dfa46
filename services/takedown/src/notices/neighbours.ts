import type { Classification, ClassificationNeighbour } from "@ntd/proto/common/v1/common";
import { isSafe, type Schemes } from "@ntd/schemes";

const MOST = 50;

/**
 * What a notice says beside its classifications, for who works by other schemes. It may stand before a court: none that
 * claims more than was decided, and none that nobody stands for.
 */
export function neighboursToTell(schemes: Schemes, said: readonly Classification[]): ClassificationNeighbour[] {
  const isSaid = ({ scheme, version, code }: Classification) =>
    said.some((one) => one.scheme === scheme && one.version === version && one.code === code);
  return said
    .flatMap((one) => schemes.neighboursOf(one))
    .filter((one) => isSafe(one) && !isSaid(one.neighbour))
    .slice(0, MOST);
}
