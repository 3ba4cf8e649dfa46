import {
  ConnectorFault,
  ConnectorKind,
  ConnectorState,
  ExchangeServiceService,
  type Connector,
} from "@ntd/proto/exchange/v1/exchange_service";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { listing, table } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";
import { feedbackCommands } from "./exchange-feedback.ts";

export function exchangeCommands(program: Command, cli: Cli): void {
  const exchange = program
    .command("exchange")
    .description("lists that are pulled from partners, how it goes, and what they are told");
  exchange
    .command("status")
    .argument("[name]", "of one connector: all that is known of it")
    .description("where each connector is, and what keeps it from its list")
    .action(async (name: string | undefined) => status(cli, name));
  exchange
    .command("pull")
    .argument("<name>", "of the connector")
    .description("pull now, whatever the schedule and the back-off say: after new credentials, say")
    .action(async (name: string) => {
      const { connector } = await cli.call("exchange", ExchangeServiceService, (client) =>
        client.pullConnector({ requestId: cli.requestId(), name }),
      );
      cli.print({ connector }, () => `${name} is pulled now; ntd exchange status ${name} tells how it goes`);
    });
  feedbackCommands(exchange, cli);
}

async function status(cli: Cli, name: string | undefined): Promise<void> {
  const { connectors } = await cli.call("exchange", ExchangeServiceService, (client) => client.listConnectors({}));
  const shown = name === undefined ? connectors : connectors.filter((connector) => connector.name === name);
  const none =
    name === undefined ? "no connector is named (EXCHANGE_CONNECTORS_FILE)" : `no connector is named ${name}`;
  cli.print({ connectors: shown }, () => {
    const [one] = shown;
    return name === undefined || one === undefined ? table(HEAD, shown.map(row), none) : details(one);
  });
}

const HEAD = ["connector", "set", "state", "all of before", "last pull", "next look", "entries", "fault"];

function row(connector: Connector) {
  const { setId, checkpointTime, lastSuccessTime, dueTime, totals, failure } = connector;
  const fault = failure === undefined ? "" : `${faultOf(connector)}, ${failure.count} in a row`;
  return [
    { id: connector.name },
    setId,
    wordOf(ConnectorState, connector.state),
    checkpointTime ?? "nothing yet",
    lastSuccessTime ?? "none",
    dueTime,
    totals?.entries,
    fault,
  ];
}

function details(connector: Connector): string {
  const { name, setId, checkpointTime, range, lastSuccessTime, dueTime, totals, releaseId, unknownElements } =
    connector;
  const { failure, degraded, feedback } = connector;
  return listing({
    connector: name,
    kind: wordOf(ConnectorKind, connector.kind),
    set: setId,
    state: wordOf(ConnectorState, connector.state),
    "all of before": checkpointTime ?? "nothing yet",
    "last pull": lastSuccessTime ?? "none",
    "next look": dueTime,
    ...(range !== undefined && {
      "in hand": `${range.fromTime?.toISOString()} to ${range.toTime?.toISOString()}`,
      "pages read": range.pageCount,
      "entries read": range.entryCount,
      ...(range.expectedCount > 0n && { "entries of this part": range.expectedCount }),
    }),
    ...(totals !== undefined && {
      pulls: totals.pulls,
      pages: totals.pages,
      entries: totals.entries,
      "taken back": totals.tombstones,
      releases: totals.releases,
    }),
    "newest release": releaseId,
    "elements that nobody knows": unknownElements.join(", "),
    ...(failure !== undefined && {
      fault: faultOf(connector),
      why: failure.sentence,
      since: failure.firstTime,
      "in a row": failure.count,
    }),
    degraded: degraded.toLowerCase().replaceAll("_", "-"),
    ...(feedback !== undefined && {
      feedback: `${feedback.sent} sent, ${feedback.waiting} waiting, ${feedback.refused} refused, ${feedback.failed} failed`,
      ...(feedback.failure !== undefined && { "feedback does not leave": feedback.failure.sentence }),
    }),
  });
}

const faultOf = ({ failure }: Connector) => (failure === undefined ? "" : wordOf(ConnectorFault, failure.fault));
