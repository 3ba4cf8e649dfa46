import { ExchangeServiceService } from "@ntd/proto/exchange/v1/exchange_service";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { feedbackCommands } from "./exchange-feedback.ts";
import { exchangeStatus } from "./exchange-status.ts";

export function exchangeCommands(program: Command, cli: Cli): void {
  const exchange = program
    .command("exchange")
    .description("lists that are pulled from partners, how it goes, and what they are told");
  exchange
    .command("status")
    .argument("[name]", "of one connector: all that is known of it")
    .description("where each connector is, and what keeps it from its list")
    .action(async (name: string | undefined) => exchangeStatus(cli, name));
  exchange
    .command("pull")
    .argument("<name>", "of the connector")
    .option("--all", "all that the partner has, from the beginning: what it tells no more is removed")
    .description("pull now, whatever the schedule and the back-off say: after new credentials, say")
    .action(async (name: string, { all = false }: { all?: boolean }) => {
      const { connector } = await cli.call("exchange", ExchangeServiceService, (client) =>
        client.pullConnector({ requestId: cli.requestId(), name, all }),
      );
      const what = all ? "all of it, once what is in hand and the last release are settled" : "what is new";
      cli.print({ connector }, () => `${name} is pulled now (${what}); ntd exchange status ${name} tells how it goes`);
    });
  exchange
    .command("forget")
    .argument("<name>", "of a connector that the file names no more")
    .description("remove what is kept of it now, and not after 30 days; its set stays as it is")
    .action(async (name: string) => {
      const { forgottenCount } = await cli.call("exchange", ExchangeServiceService, (client) =>
        client.forgetConnector({ requestId: cli.requestId(), name }),
      );
      const none = `nothing is kept of a connector named ${name} that the file names no more`;
      cli.print({ forgottenCount }, () => (forgottenCount === 0 ? none : `what is kept of ${name} is being removed`));
    });
  feedbackCommands(exchange, cli);
}
