import { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import { startLoop, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { writeWhole } from "../file.ts";
import type { Progress } from "./notice.ts";
import { pendingEntry } from "./status.ts";

const PERIOD_MS = 1000;
const MAX_LISTED = 1000;

const states = [
  "received",
  "acknowledged",
  "handling",
  "handled",
  "answered",
  "restored",
  "needs_person",
  "refused",
] as const satisfies readonly Progress["is"][];

/** Keeps the status file true: how many notices are in which state, and each that is not done. */
export function startListing(deps: Deps): Loop {
  let written = "";
  return startLoop("list", PERIOD_MS, deps.log, async () => {
    const text = await statusText(deps);
    if (text === written) return;
    await writeWhole(deps.config.statusFile, text);
    written = text;
  });
}

async function statusText({ notices, config }: Deps): Promise<string> {
  const counts = await Promise.all(
    states.map(async (state) => [state, (await notices.count({ state })).count] as const),
  );
  const where = { waitsFor: { in: ["platform", "handler", "person"] } };
  const pending = await notices.find({ where, limit: MAX_LISTED });
  const status = {
    provider_id: config.providerId,
    handler: config.handler.length > 0,
    counts: Object.fromEntries(counts),
    pending: pending.map(({ state }) =>
      pendingEntry(
        state,
        NoticePayload.decode(state.current.payload).targets.map((target) => target.url),
      ),
    ),
  };
  return `${JSON.stringify(status, undefined, 2)}\n`;
}
