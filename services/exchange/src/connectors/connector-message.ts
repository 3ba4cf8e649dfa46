import type {
  Connector,
  ConnectorState as Shown,
  Failure as ShownFailure,
} from "@ntd/proto/exchange/v1/exchange_service";
import { toLeftOut } from "../pulls/left-out.ts";
import { pagesOf } from "../pulls/range.ts";
import type { ConnectorState, Failure } from "./connector.ts";
import type { ConnectorConfig } from "./connectors-file.ts";
import { degradedBy } from "./degraded.ts";
import { forgetTime } from "./unnamed.ts";

/** A connector as operators are shown it. */
export function toConnector(
  config: ConnectorConfig,
  state: ConnectorState,
  now: Date,
  beside: Pick<Connector, "feedback"> & { keptCount?: number } = {},
): Connector {
  const { name, kind, setId, algorithms = [] } = config;
  const shown = { state: shownState(state), degraded: degradedBy(state, config, now), algorithms: [...algorithms] };
  return { ...whatever({ ...state, name, kind, setId }, beside), ...shown };
}

/** One that the file names no more. */
export function toUnnamed(state: ConnectorState, now: Date, beside: { keptCount: number }): Connector {
  const { unnamedSince: since, isForgotten = false, algorithms = [] } = state;
  const goes = isForgotten ? now : since && forgetTime(since);
  const times = { unnamedTime: since, forgetTime: goes, dueTime: undefined };
  const shown = { degraded: "", algorithms: [...algorithms] };
  return { ...whatever(state, beside), ...shown, ...times, state: "CONNECTOR_STATE_NOT_NAMED" };
}

function whatever(
  state: ConnectorState,
  { feedback, keptCount = 0 }: Pick<Connector, "feedback"> & { keptCount?: number },
): Omit<Connector, "state" | "degraded" | "algorithms"> {
  const { checkpoint, range, lastSuccess, failure, dueAt, totals, releaseId = "", unknown, again } = state;
  return {
    name: state.name,
    kind: state.kind === undefined ? "CONNECTOR_KIND_UNSPECIFIED" : KINDS[state.kind],
    setId: state.setId ?? "",
    checkpointTime: checkpoint,
    ...(range !== undefined && {
      range: {
        fromTime: range.from,
        toTime: range.to,
        pageCount: pagesOf(range),
        expectedCount: BigInt(range.expected),
        entryCount: BigInt(range.whole.entries + range.part.entries),
      },
    }),
    lastSuccessTime: lastSuccess,
    ...(failure !== undefined && { failure: toFailure(failure) }),
    dueTime: dueAt,
    totals: {
      pulls: BigInt(totals.pulls),
      pages: BigInt(totals.pages),
      entries: BigInt(totals.entries),
      tombstones: BigInt(totals.tombstones),
      releases: BigInt(totals.releases),
      taken: BigInt(totals.readable),
    },
    releaseId,
    unknownElements: [...unknown],
    ...(feedback !== undefined && { feedback }),
    leftOut: toLeftOut(totals.left),
    readsAll: again !== undefined || range?.isAll === true,
    unnamedTime: undefined,
    forgetTime: undefined,
    keptCount,
  };
}

const KINDS = { ncmec: "CONNECTOR_KIND_NCMEC", ntd: "CONNECTOR_KIND_NTD" } as const;

export function toFailure({ fault, sentence, first, last, count }: Failure): ShownFailure {
  return { fault: `CONNECTOR_FAULT_${fault}`, sentence, firstTime: first, lastTime: last, count };
}

function shownState({ failure, range, awaited }: ConnectorState): Shown {
  if (failure !== undefined) return "CONNECTOR_STATE_BACKING_OFF";
  if (range?.isRead === true) return "CONNECTOR_STATE_UPLOADING";
  if (range !== undefined) return "CONNECTOR_STATE_READING";
  return awaited !== undefined ? "CONNECTOR_STATE_RELEASE_WAITS" : "CONNECTOR_STATE_WAITING";
}
