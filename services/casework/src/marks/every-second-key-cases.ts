import { startLoop, tryEach, type Loop } from "@ntd/service";
import { placeOf, type Place } from "../evidence/whereabouts.ts";
import { writeCase, type CaseWriter } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { marksOn, meetMarks, withMetMarks } from "./met-marks.ts";

/** Gives cases of release 0.2 the digests under which marks find them, and asks for the marks that are there by then. */
export function startEverySecondKeyCases(deps: Deps): Loop {
  return startLoop("key cases", 1000, deps.log, (signal) => keyCases(deps, signal));
}

export async function keyCases(
  deps: CaseWriter & Pick<Deps, "marks" | "markKey" | "sealer">,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  if (deps.markKey === undefined) return;
  const due = deps.cases.pages({ where: { isUnkeyed: true } }, PAGE);
  await tryEach(due, signal, async ({ id }) => {
    let place: Place | undefined;
    await writeCase(deps, id, async (file) => {
      if (file === undefined || file.markKeys) return file;
      place = placeOf(deps, file);
      if (place === undefined) return file;
      return withMetMarks({ ...file, markKeys: place.keys }, await marksOn(deps, place), deps.clock.now());
    });
    if (place !== undefined) await meetMarks(deps, id, place);
  });
}

const PAGE = 200;
