import { ProviderServiceService } from "@ntd/proto/takedown/v1/provider_service";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { listing } from "../../cli/output.ts";

export function dispatchCommands(program: Command, cli: Cli): void {
  const dispatch = program.command("dispatch").description("the brake on notices");
  dispatch
    .command("halt")
    .description("nothing that was not yet offered, or is reinstated, leaves; who is to wait or to restore is told")
    .requiredOption("--reason <text>", "why, for those who look at it later")
    .action(async ({ reason }: { reason: string }) => {
      const answer = await cli.call("takedown", ProviderServiceService, (takedown) =>
        takedown.haltDispatch({ requestId: cli.requestId(), reason }),
      );
      cli.print(answer, () => listing({ halted: answer.haltedTime }));
    });
  dispatch
    .command("resume")
    .description("what waits leaves")
    .action(async () => {
      const answer = await cli.call("takedown", ProviderServiceService, (takedown) =>
        takedown.resumeDispatch({ requestId: cli.requestId() }),
      );
      cli.print(answer, () => listing({ resumed: answer.resumedTime }));
    });
}
