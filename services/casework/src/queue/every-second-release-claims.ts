import { startLoop, type Loop } from "@ntd/service";
import type { Casework } from "../casework.ts";
import { lapsed } from "./claim.ts";
import { writeCase } from "../cases/write-case.ts";

/** Puts cases back into the queue whose lease is over. A lease that is over binds nobody, also before this runs. */
export function startEverySecondReleaseClaims(casework: Casework): Loop {
  return startLoop("release claims", 1000, casework.log, () => releaseClaims(casework));
}

export async function releaseClaims(casework: Pick<Casework, "cases" | "clock">): Promise<void> {
  const now = casework.clock.now();
  const due = await casework.cases.find({
    where: { claimExpireTime: { lte: now } },
    orderBy: "claimExpireTime",
    limit: 200,
  });
  for (const { id } of due) await writeCase(casework, id, (file) => file && lapsed(file, now));
}
