import { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import { startLoop, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { preserveUntil, word } from "../handling/handler-input.ts";
import { writeWhole } from "../file.ts";
import type { Notices } from "../store.ts";
import type { Notice, Progress } from "./notice.ts";
import { pendingEntry } from "./status.ts";

const PERIOD_MS = 1000;
const MAX_LISTED = 1000;

const states = [
  "received",
  "acknowledged",
  "suspended",
  "handling",
  "handled",
  "answered",
  "restored",
  "needs_person",
  "refused",
] as const satisfies readonly Progress["is"][];

/** Keeps the status file true: how many notices are in which state, and each that is not done. */
export function startListing(deps: Deps): Loop {
  const pending = pendingEntries(deps.notices);
  let written = "";
  return startLoop("list", PERIOD_MS, deps.log, async () => {
    const text = await statusText(deps, await pending());
    if (text === written) return;
    await writeWhole(deps.config.statusFile, text);
    written = text;
  });
}

async function statusText({ notices, config }: Deps, pending: string[]): Promise<string> {
  const counts = await Promise.all(states.map(async (state) => [state, await notices.count({ state })] as const));
  const status = {
    provider_id: config.providerId,
    handler: config.handler.length > 0,
    // A count that stopped is one of more than that.
    counts: Object.fromEntries(counts.map(([state, { count }]) => [state, count])),
    more_than_counted: counts.filter(([, { isMore }]) => isMore).map(([state]) => state),
  };
  const head = JSON.stringify(status, undefined, 2).slice(0, -2);
  return `${head},\n  "pending": [${pending.length === 0 ? "" : `\n${pending.join(",\n")}\n  `}]\n}\n`;
}

/** The first pending notices as text. What has not changed since the last time is not read again. */
function pendingEntries(notices: Notices): () => Promise<string[]> {
  let known = new Map<string, { version: number; text: string }>();
  return async () => {
    const query = { where: { pending: true }, limit: MAX_LISTED };
    const { columns } = await notices.project(query, { id: "text", version: "number" });
    const entries = columns.id.map(async (id, i) => {
      const held = known.get(id);
      if (held !== undefined && held.version === columns.version[i]) return [id, held] as const;
      const found = await notices.load(id);
      return [id, { version: found?.version ?? 0, text: found === undefined ? "" : entryText(found.state) }] as const;
    });
    known = new Map(await Promise.all(entries));
    return [...known.values()].map(({ text }) => text).filter((text) => text !== "");
  };
}

function entryText(notice: Notice): string {
  const { payload, receivedTime } = notice.current;
  const asks = NoticePayload.decode(payload);
  const entry = pendingEntry(notice, {
    requestedAction: word(asks.requestedAction, "ACTION_"),
    url: asks.targets.map(({ url }) => url),
    embedded: asks.targets.flatMap(({ embedded }) => embedded?.urls ?? []),
    preserveUntil: preserveUntil(asks, receivedTime),
  });
  return `    ${JSON.stringify(entry)}`;
}
