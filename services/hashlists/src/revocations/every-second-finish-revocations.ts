import { startLoop, tryEach, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { takeBack } from "../releases/tombstones.ts";
import { finishRevocation } from "../sets/take-effect.ts";

/** Lets revocations take effect whose call was cut off between the approval and the set, and those of releases. */
export function startFinishingRevocations(
  deps: Pick<Deps, "sets" | "releases" | "revocations" | "revoked" | "revokedIn" | "clock" | "log">,
): Loop {
  return startLoop("finish revocations", 1000, deps.log, async (stop) => {
    await tryEach(deps.revocations.pages({ orderBy: "unfinished" }, PAGE), stop, ({ state }) =>
      finishRevocation(deps, state),
    );
    await tryEach(deps.releases.pages({ orderBy: "takesBackIn" }, PAGE), stop, ({ state }) => takeBack(deps, state));
  });
}

const PAGE = 100;
