import { applyBus, permissions, producers, usage, type Usage } from "@ntd/bus";
import { OperationsServiceService } from "@ntd/proto/operations/v1/operations_service";
import { natsUsers } from "@ntd/embedded";
import { InvalidArgumentError, type Command } from "commander";
import { positiveNumber, several } from "../../cli/arguments.ts";
import type { Cli } from "../../cli/cli.ts";
import { UsageError } from "../../cli/failure.ts";
import { listing, table } from "../../cli/output.ts";

interface ApplyOptions {
  replicas?: number;
  ackWaitMs?: number;
  maxMessages?: number;
  maxBytes?: number;
  recreateConsumers?: boolean;
}

/** Sending every aggregate again takes its time. */
const REPUBLISH_MS = 600_000;

export function busCommands(program: Command, cli: Cli): void {
  const group = program.command("bus").description("streams and consumers");
  group
    .command("apply")
    .description("declare every stream and consumer; may be repeated")
    .option("--replicas <n>", "copies of each stream (1 on one node, 3 in a cluster)", positiveNumber)
    .option("--ack-wait-ms <ms>", "silence after which a message goes to another reader (10000)", ackWait)
    .option("--max-messages <n>", "upper bound of each stream; a full one refuses", atLeast(LEAST_MESSAGES))
    .option("--max-bytes <n>", "upper bound of each stream in bytes (1 GiB)", atLeast(LEAST_BYTES))
    .option("--recreate-consumers", "every consumer anew from the first message: after a restore from a backup")
    .action(async (options: ApplyOptions) => {
      const made = await cli.bus((bus) => applyBus(bus.manager, options));
      cli.print({ made }, () => (made.length === 0 ? "nothing was missing" : `made: ${made.join(", ")}`));
    });
  group
    .command("usage")
    .description("how large each stream is, and which reader keeps it from being trimmed")
    .action(async () => {
      const streams = await cli.bus(usage);
      cli.print({ streams }, () => table(usageHead, streams.map(usageRow), ""));
    });
  group
    .command("republish")
    .description("a service sends the current state of everything it owns again; for readers that lost a stream")
    .argument("<service>", `one of ${producers.join(", ")}`, producer)
    .action(async (name: string) => {
      const answer = await cli.call(name, OperationsServiceService, (owner) => owner.republish({}), REPUBLISH_MS);
      cli.print(answer, () => listing({ service: name, "sent again": answer.aggregateCount }));
    });
  group
    .command("permissions")
    .description("who may do what on the bus, as the authorization of a nats-server configuration")
    .requiredOption("--trust-domain <name>", "of the certificates' spiffe:// ids")
    .requiredOption("--operator <name>", "an identity operator/NAME that may do everything; repeatable", several)
    .action((options: { trustDomain: string; operator: string[] }) => {
      const users = natsUsers(permissions(options.trustDomain, options.operator));
      cli.print({ users }, () => `authorization: ${JSON.stringify({ users }, undefined, 2)}`);
    });
}

/** Of bounds below these a stream is full at once, and every service refuses: bytes that were meant as MiB, say. */
const LEAST_BYTES = 2 ** 20;
const LEAST_MESSAGES = 1000;

function atLeast(least: number): (text: string) => number {
  return (text) => {
    const value = positiveNumber(text);
    if (value >= least) return value;
    throw new InvalidArgumentError(`A stream would be full at once: take ${least} or more.`);
  };
}

/** A handler says each third of the wait that it lives: what is shorter would be given out beside it. */
const LEAST_ACK_WAIT_MS = 1000;

function ackWait(text: string): number {
  const ms = positiveNumber(text);
  if (ms >= LEAST_ACK_WAIT_MS) return ms;
  throw new InvalidArgumentError(
    `${ms} ms is too short for a handler to show that it lives; take ${LEAST_ACK_WAIT_MS} or more.`,
  );
}

const usageHead = ["stream", "messages", "MiB", "full", "oldest", "acknowledged", "held by"];

function usageRow({ stream, messages, bytes, fill, oldest, acknowledged, held }: Usage) {
  const holds = held.map((h) => (h.isMissing ? `${h.durable} is missing` : `${h.durable} has ${h.waiting} to go`));
  return [
    stream,
    messages,
    (bytes / 2 ** 20).toFixed(1),
    `${Math.ceil(fill * 100)} %`,
    oldest,
    acknowledged,
    holds.join(", "),
  ];
}

/** The name of a service that owns events. */
export function producer(name: string): string {
  if (producers.some((p) => p === name)) return name;
  throw new UsageError(`${name} owns no events; name one of ${producers.join(", ")}`);
}
