import type {
  Connector,
  ConnectorState as Shown,
  Failure as ShownFailure,
  FeedbackCounts,
} from "@ntd/proto/exchange/v1/exchange_service";
import { pagesOf } from "../pulls/range.ts";
import type { ConnectorState, Failure } from "./connector.ts";
import type { ConnectorConfig } from "./connectors-file.ts";
import { degradedBy } from "./degraded.ts";

/** A connector as operators are shown it. */
export function toConnector(
  config: ConnectorConfig,
  state: ConnectorState,
  now: Date,
  feedback?: FeedbackCounts,
): Connector {
  const { checkpoint, range, lastSuccess, failure, dueAt, totals, releaseId = "", unknown } = state;
  return {
    name: config.name,
    kind: config.kind === "ncmec" ? "CONNECTOR_KIND_NCMEC" : "CONNECTOR_KIND_NTD",
    setId: config.setId,
    state: shownState(state),
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
    },
    releaseId,
    unknownElements: [...unknown],
    degraded: degradedBy(state, config, now),
    ...(feedback !== undefined && { feedback }),
  };
}

export function toFailure({ fault, sentence, first, last, count }: Failure): ShownFailure {
  return { fault: `CONNECTOR_FAULT_${fault}`, sentence, firstTime: first, lastTime: last, count };
}

function shownState({ failure, range, awaited }: ConnectorState): Shown {
  if (failure !== undefined) return "CONNECTOR_STATE_BACKING_OFF";
  if (range?.isRead === true) return "CONNECTOR_STATE_UPLOADING";
  if (range !== undefined) return "CONNECTOR_STATE_READING";
  return awaited !== undefined ? "CONNECTOR_STATE_RELEASE_WAITS" : "CONNECTOR_STATE_WAITING";
}
