import { Problem } from "@ntd/service";
import type { RevocationState } from "./revocation.ts";

/** Why a revocation or restoration can be approved or withdrawn no more. */
export function waitsForNobody({ stage, restores }: RevocationState, wanted: "approved" | "withdrawn"): Problem {
  const what = restores ? "restoration" : "revocation";
  if (stage.name === "withdrawn") {
    const since = `was withdrawn by ${stage.by}`;
    return new Problem(
      "WRONG_STATE",
      `This ${what} ${since} and cannot be ${wanted}; ask for it anew if it is wanted.`,
    );
  }
  const mend = restores ? "take the entries back again" : "ask for the entries to be restored";
  return new Problem(
    "WRONG_STATE",
    wanted === "approved"
      ? `This ${what} needs no approval any more.`
      : `This ${what} waits for nobody any more and cannot be withdrawn; ${mend}.`,
  );
}
