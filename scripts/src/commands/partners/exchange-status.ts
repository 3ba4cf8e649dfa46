import {
  ConnectorFault,
  ConnectorKind,
  ConnectorState,
  ExchangeServiceService,
  type Connector,
  type LeftOut,
  type ListConnectorsResponse,
} from "@ntd/proto/exchange/v1/exchange_service";
import type { Cli } from "../../cli/cli.ts";
import { listing, shownTime, table } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";

/** Where each connector is; of one, all that is known of it. */
export async function exchangeStatus(cli: Cli, name: string | undefined): Promise<void> {
  const answer = await cli.call("exchange", ExchangeServiceService, (client) => client.listConnectors({}));
  const connectors = answer.connectors.filter((connector) => name === undefined || connector.name === name);
  const none =
    name === undefined ? "no connector is named (EXCHANGE_CONNECTORS_FILE)" : `no connector is named ${name}`;
  cli.print({ ...answer, connectors }, () => {
    const shown = name === undefined ? table(HEAD, connectors.map(row), none) : connectors.map(details).join("\n");
    return `${stillness(answer)}${shown === "" ? none : shown}`;
  });
}

function stillness({ keptStillSinceBackupTime: time }: ListConnectorsResponse): string {
  if (time === undefined) return "";
  return `kept still: brought back from a backup of ${shownTime(time)}. No partner is asked or told anything before two operators have read what differs: ntd restore show, ntd restore lift\n\n`;
}

const HEAD = ["connector", "set", "state", "all of before", "last pull", "next look", "entries", "fault", "since"];

function row(connector: Connector) {
  const { setId, checkpointTime, lastSuccessTime, dueTime, totals, failure, unnamedTime } = connector;
  const fault = failure === undefined ? "" : `${faultOf(connector)}, ${failure.count} in a row`;
  return [
    { id: connector.name },
    setId,
    wordOf(ConnectorState, connector.state),
    checkpointTime ?? "nothing yet",
    lastSuccessTime ?? "none",
    dueTime ?? "never",
    totals?.entries,
    fault,
    unnamedTime ?? failure?.firstTime,
  ];
}

function details(connector: Connector): string {
  const { name, setId, checkpointTime, range, lastSuccessTime, dueTime, totals, releaseId, unknownElements } =
    connector;
  const { degraded, feedback, algorithms, leftOut, keptCount, readsAll } = connector;
  return listing({
    connector: name,
    kind: wordOf(ConnectorKind, connector.kind),
    set: setId,
    state: wordOf(ConnectorState, connector.state),
    ...namedNoMore(connector),
    ...(algorithms.length > 0 && { takes: algorithms.join(", ") }),
    "all of before": checkpointTime ?? "nothing yet",
    "last pull": lastSuccessTime ?? "none",
    ...(dueTime !== undefined && { "next look": dueTime }),
    ...(readsAll && { reads: "all that the partner has; what it tells no more is removed" }),
    ...(range !== undefined && {
      "in hand": `${range.fromTime?.toISOString()} to ${range.toTime?.toISOString()}`,
      "pages read": range.pageCount,
      "entries read": range.entryCount,
      ...(range.expectedCount > 0n && { "entries of this part": range.expectedCount }),
    }),
    ...(totals !== undefined && {
      pulls: totals.pulls,
      pages: totals.pages,
      entries: `${totals.entries}, of which ${totals.entries - totals.taken} without a hash that is taken`,
      "taken back": totals.tombstones,
      releases: totals.releases,
    }),
    "not taken": leftOut.map(leftWords),
    "kept to know what is taken back": keptCount >= MOST_COUNTED ? `${MOST_COUNTED} entries or more` : keptCount,
    "newest release": releaseId,
    "elements that nobody knows": unknownElements.join(", "),
    ...faultLines(connector),
    degraded: degraded.toLowerCase().replaceAll("_", "-"),
    ...(feedback !== undefined && {
      feedback: `${feedback.sent} sent, ${feedback.waiting} waiting, ${feedback.refused} refused, ${feedback.failed} failed`,
      ...(feedback.failure !== undefined && { "feedback does not leave": feedback.failure.sentence }),
    }),
  });
}

const MOST_COUNTED = 10_000;

function namedNoMore({ name, unnamedTime, forgetTime }: Connector) {
  if (unnamedTime === undefined) return {};
  return {
    "named no more since": unnamedTime,
    "kept until": forgetTime,
    "what to do": `name it again, as it was, and it goes on where it was; or ntd exchange forget ${name}. Its set stays as it is`,
  };
}

function faultLines(connector: Connector) {
  const { failure, dueTime, unnamedTime } = connector;
  if (failure === undefined) return waitingLine(connector);
  const { sentence: why, firstTime: since, count } = failure;
  const what = { fault: faultOf(connector), why, since, "in a row": count };
  if (unnamedTime !== undefined) return what;
  return {
    ...what,
    "what to do": MENDS[failure.fault]?.(connector) ?? "",
    ...(dueTime !== undefined && { "tried again": dueTime }),
  };
}

function waitingLine({ name, state, releaseId }: Connector) {
  if (state !== "CONNECTOR_STATE_RELEASE_WAITS") return {};
  const say = `ntd set compare ${releaseId}, then set approve and set activate, or set reject where it cannot come into force or nobody wants it`;
  return { "what to do": `${say}; what is rejected comes again by ntd exchange pull ${name} --all` };
}

const waits = ({ failure }: Connector) =>
  `nothing yet: it is tried again by itself${(failure?.count ?? 0) < 3 ? "" : "; when it lasts, ask the partner"}`;

/** By fault. Nothing is lost meanwhile: what came is kept, and the rest is asked for. */
const MENDS: Partial<Record<ConnectorFault, (connector: Connector) => string>> = {
  CONNECTOR_FAULT_UNREACHABLE: waits,
  CONNECTOR_FAULT_BUSY: waits,
  CONNECTOR_FAULT_ANSWER: ({ name }) => `see why; ask the partner, then ntd exchange pull ${name}`,
  CONNECTOR_FAULT_PAGE: ({ name }) =>
    `nothing yet: the page is asked for again by itself, and nothing of it was taken. When it lasts, send the partner what stands under why and under elements that nobody knows; a new version of its API needs a new release of ntd. Then ntd exchange pull ${name}`,
  CONNECTOR_FAULT_CREDENTIALS: ({ name }) =>
    `bring new credentials into the files that the connector names (for their owner alone), then ntd exchange pull ${name}`,
  CONNECTOR_FAULT_TLS: ({ name }) =>
    `see to this clock and to ca_file, or ask the partner for its new certificate; no password was sent. Then ntd exchange pull ${name}`,
  CONNECTOR_FAULT_ADDRESS_REFUSED: () => "see to the address in the file, and to what its name leads to",
  CONNECTOR_FAULT_LIMIT: ({ name }) => `ask the partner; then ntd exchange pull ${name}`,
  CONNECTOR_FAULT_HASHLISTS: () => "see to hashlists: ntd status. What was read is kept, and brought by itself",
  CONNECTOR_FAULT_SET: ({ name, setId }) =>
    `see why: another set in the file, or ntd set change ${setId} --member service/exchange:contributor …, then ntd exchange pull ${name}`,
  CONNECTOR_FAULT_LIST: ({ setId }) =>
    `see why; ntd set releases ${setId} says what was refused: send it to the partner. What is too large comes under another name of the connector`,
  CONNECTOR_FAULT_BROKE_OFF: () =>
    "nothing yet: it goes on by itself where it was. When it lasts, see to exchange and its store (ntd status), and send its log to who maintains ntd",
  CONNECTOR_FAULT_SIGNATURE: ({ name }) =>
    `ask the partner for its keys by another way, and put them into keys_file; then ntd exchange pull ${name}`,
};

const REASONS: Partial<Record<LeftOut["reason"], string>> = {
  LEFT_OUT_REASON_BY_CHOICE: "left out by algorithms of the file",
  LEFT_OUT_REASON_UNREAD: "no list here can hold it",
  LEFT_OUT_REASON_BEHIND_LINK: "behind a link; no list here can hold it",
};

const leftWords = ({ kind, reason, count }: LeftOut) => `${count} ${kind} (${REASONS[reason] ?? "not known here"})`;

const faultOf = ({ failure }: Connector) => (failure === undefined ? "" : wordOf(ConnectorFault, failure.fault));
