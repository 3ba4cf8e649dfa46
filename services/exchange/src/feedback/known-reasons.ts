import { derivedId, Problem } from "@ntd/service";
import { change } from "@ntd/store";
import { get } from "../asking/ask.ts";
import { readCredentials } from "../asking/credentials.ts";
import { requireGoesOn } from "../connectors/require-goes-on.ts";
import { connectorId } from "../connectors/connector-id.ts";
import type { NcmecConfig } from "../connectors/connectors-file.ts";
import { isDue, pauseMs, type Failed } from "../connectors/fault.ts";
import type { Deps } from "../deps.ts";
import { NoPage } from "../ncmec/entries-page.ts";
import { reasonsUrl } from "../ncmec/feedback-submission.ts";
import { reasonsIn } from "../ncmec/reasons-page.ts";
import type { Reason } from "./feedback.ts";
import { kinds, type Kind } from "./named-hash.ts";

/** The reasons that an exchange names for a kind of hashes, as it told them last. */
export interface ReasonsState {
  schemaVersion: 1;
  /** None: it has not told any yet. */
  reasons: readonly Reason[];
  /** Before then it is not asked again, however often somebody wants to know. */
  until: Date;
  /** Why it has told none. */
  why: string;
}

type Asking = Pick<Deps, "reasons" | "clock" | "ways" | "isLive" | "restored">;

const KEPT_MS = 24 * 3_600_000;
/** One who asks has it for himself so long. */
const ASKING_MS = 60_000;
const PATIENCE_MS = 20_000;

/**
 * @throws Problem PEER_UNAVAILABLE with the mend, when the exchange has told none and does not now; WRONG_STATE while
 *   nobody is asked.
 */
export async function knownReasons(deps: Asking, config: NcmecConfig, kind: Kind): Promise<readonly Reason[]> {
  const { reasons, clock } = deps;
  const id = idOf(config, kind);
  let isMine = false;
  const found = await change(reasons, id, async (known) => {
    const now = clock.now();
    isMine = known === undefined || isDue(known.until, now, KEPT_MS);
    if (!isMine) return undefined;
    await requireGoesOn(deps);
    const asking = { until: new Date(now.getTime() + ASKING_MS), why: "The exchange is being asked for its reasons." };
    return { state: { schemaVersion: 1 as const, reasons: known?.reasons ?? [], ...asking } };
  });
  const told = isMine ? await ask(deps, config, kind) : undefined;
  const saved =
    told === undefined ? found : await change(reasons, id, (known) => ({ state: noted(known, told, deps) }));
  const { reasons: all = [], why = "" } = saved?.state ?? {};
  if (all.length > 0) return all;
  throw new Problem("PEER_UNAVAILABLE", `The reasons to disagree are not known: ${why}`);
}

/** The exchange is asked again when its reasons are wanted next. */
export async function askAgain({ reasons, clock }: Pick<Deps, "reasons" | "clock">, config: NcmecConfig) {
  for (const kind of kinds) {
    await change(reasons, idOf(config, kind), (known) => known && { state: { ...known, until: clock.now() } });
  }
}

const idOf = (config: NcmecConfig, kind: Kind) => idFor(connectorId(config), kind);

const idFor = (connector: string, kind: Kind) => derivedId("feedback-reasons", connector, kind);

/** Of a connector of which nothing is to be kept. */
export async function forgetReasons({ reasons }: Pick<Deps, "reasons">, connector: string): Promise<void> {
  await reasons.remove(...kinds.map((kind) => idFor(connector, kind)));
}

async function ask({ ways, isLive }: Asking, config: NcmecConfig, kind: Kind): Promise<readonly Reason[] | Failed> {
  const credentials = await readCredentials(config, isLive);
  if ("fault" in credentials) return credentials;
  const { user, password, ca } = credentials;
  const trust = ca === undefined ? {} : { ca };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const got = await get({ url: reasonsUrl(config.url, kind), user, password, trust, signal }, ways);
  if ("fault" in got) return got;
  try {
    return reasonsIn(new TextDecoder("utf-8").decode(got.bytes));
  } catch (error) {
    if (!(error instanceof NoPage)) throw error;
    return { fault: "PAGE", sentence: `What came are no reasons: ${error.message}`, isPassing: true };
  }
}

function noted(known: ReasonsState | undefined, told: readonly Reason[] | Failed, { clock }: Pick<Deps, "clock">) {
  const isTold = !("fault" in told);
  const until = new Date(clock.now().getTime() + (isTold ? KEPT_MS : pauseMs(told, 1)));
  const reasons = isTold ? told : (known?.reasons ?? []);
  return { schemaVersion: 1, reasons, until, why: isTold ? "" : told.sentence } as const;
}
