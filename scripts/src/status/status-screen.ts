import type { Fact, GetStatusResponse } from "@ntd/proto/operations/v1/status_service";
import { alarmed, spoken, spokenMs, table, type Cell } from "../cli/output.ts";
import { needsOf, type Need } from "./needs.ts";
import type { Observation, Observed } from "./observed.ts";

/** Everything on one screen: what needs a hand first, then each service. */
export function statusScreen(observation: Observation): string {
  const { now, services, own } = observation;
  const needs = needsOf(observation);
  const serving = services.filter((one) => "status" in one && one.status.serving).length;
  const ends = own.map(({ what, end }) => `your ${what} ends in ${days(end, now)}`);
  return [
    [`${serving} of ${services.length} services serve`, ...ends].join("; "),
    needs.length === 0 ? "nothing needs a hand" : `needs a hand:\n${told(needs).join("\n")}`,
    table(
      head,
      services.map((one) => rowOf(one, now)),
      "the endpoints file names no service",
    ),
    ...services.flatMap((one) => ("status" in one && one.status.facts.length > 0 ? [factsLine(one.status, now)] : [])),
  ].join("\n\n");
}

// One disk that is full is every service's need, and said once.
function told(needs: readonly Need[]): string[] {
  const alike = Map.groupBy(needs, ({ urgency, what, mend }) => JSON.stringify([urgency, what, mend]));
  return [...alike.values()].flatMap((group) => group.slice(0, 1).map((one) => lineOf(one, group)));
}

function lineOf({ urgency, what, mend }: Need, group: readonly Need[]): string {
  const line = `  ${group.map(({ service }) => (service === "" ? "you" : service)).join(", ")}: ${what}`;
  return `${urgency === 1 ? alarmed(line) : line}\n      ${mend}`;
}

const head = [
  "service",
  "health",
  "up",
  "waiting",
  "in hand",
  "again",
  "outbox",
  "dead",
  "store",
  "free",
  "certificate",
  "clock",
];

function rowOf(one: Observed, now: Date): Cell[] {
  if ("silence" in one)
    return [one.service, { alarm: one.refuses ? "refuses you" : "does not answer" }, ...head.slice(2).map(() => "")];
  const { status, offsetMs } = one;
  const sum = (of: (lag: GetStatusResponse["consumers"][number]) => bigint) =>
    status.consumers.length === 0 ? "" : status.consumers.reduce((all, lag) => all + of(lag), 0n);
  return [
    one.service,
    healthOf(status, now),
    ago(status.startTime, now),
    sum(({ pending }) => pending),
    sum(({ ackPending }) => ackPending),
    sum(({ redelivered }) => redelivered),
    outboxOf(status),
    status.deadLetterCount,
    status.store && mebibytes(status.store.byteCount),
    status.store?.freeByteCount && mebibytes(status.store.freeByteCount),
    status.certificate?.endTime && days(status.certificate.endTime, now),
    offText(offsetMs),
  ];
}

function healthOf({ serving, failedChecks, degradedCauses }: GetStatusResponse, now: Date): Cell {
  const since = (time: Date | undefined) => (time === undefined ? "" : ` ${ago(time, now)}`);
  if (!serving) {
    const failed = failedChecks.map(({ name, since: from }) => `${name}${since(from)}`);
    return { alarm: ["NOT SERVING", ...failed].join(", ") };
  }
  return ["serving", ...degradedCauses.map(({ cause, since: from }) => `${cause}${since(from)}`)].join(", ");
}

function outboxOf({ outbox }: GetStatusResponse): string {
  if (outbox === undefined) return "";
  const count = `${outbox.documentCount}${outbox.isMore ? " and more" : ""}`;
  return outbox.oldestAge === undefined ? count : `${count}, ${spoken(outbox.oldestAge)}`;
}

function factsLine({ service, facts }: GetStatusResponse, now: Date): string {
  return `${service}: ${facts.map((fact) => factText(fact, now)).join("; ")}`;
}

function factText({ name, value }: Fact, now: Date): string {
  const said = name.replaceAll("_", " ");
  switch (value?.$case) {
    case "truth":
      return `${said} ${value.value ? "yes" : "no"}`;
    case "time":
      return `${said} ${ago(value.value, now)} ago`;
    case "number":
    case "text":
      return `${said} ${value.value}`;
    case undefined:
      return said;
  }
}

function ago(time: Date | undefined, now: Date): string {
  return time === undefined ? "" : spokenMs(Math.max(0, now.getTime() - time.getTime()));
}

function offText(ms: number): string {
  const tenths = Math.round(ms / 100);
  return `${tenths > 0 ? "+" : ""}${(tenths / 10).toFixed(1)} s`.replace("-0.0", "0.0");
}

function days(end: Date, now: Date): string {
  return `${Math.floor((end.getTime() - now.getTime()) / 86_400_000)} d`;
}

function mebibytes(bytes: bigint): string {
  const mib = Number(bytes) / 2 ** 20;
  return mib < 10_000 ? `${mib.toFixed(1)} MiB` : `${Math.round(mib / 1024)} GiB`;
}
