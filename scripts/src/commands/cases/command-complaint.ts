import { Capacity } from "@ntd/proto/intake/v1/complaint";
import { ComplaintServiceService, ComplaintState, ComplaintVerdict } from "@ntd/proto/intake/v1/complaint_service";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { listing } from "../../cli/output.ts";
import { choice, wordOf } from "../../cli/words.ts";

interface SubmitOptions {
  capacity: Capacity;
  url: string;
  case: string;
  text: string;
  contact: string;
  language: string;
}

export function complaintCommands(program: Command, cli: Cli): void {
  const complaint = program.command("complaint").description("complain about what was decided or taken down");
  complaint
    .command("submit")
    .description("complain, about an address, a case or both")
    .addOption(choice("--capacity <word>", "as what you complain", Capacity).default(Capacity.ANYBODY, "anybody"))
    .option("--url <address>", "the address", "")
    .option("--case <id>", "the number of the case", "")
    .requiredOption("--text <text>", "what is wrong")
    .option("--contact <text>", "how to reach you", "")
    .option("--language <tag>", "in which you write", "")
    .action(async (options: SubmitOptions) => submit(cli, options));
  complaint
    .command("show")
    .description("where a complaint of your own stands")
    .argument("<name>", "complaints/ID, as submit printed it")
    .action(async (name: string) => show(cli, name));
}

async function submit(cli: Cli, { case: caseId, ...said }: SubmitOptions): Promise<void> {
  const answer = await cli.call("intake", ComplaintServiceService, (intake) =>
    intake.submitComplaint({ requestId: cli.requestId(), caseId, ...said }),
  );
  cli.print(answer, () => {
    const { name, receivedTime, answerTime, readAs, sentence } = answer;
    const facts = { name, received: receivedTime, "answered on": answerTime, "address read as": readAs };
    return `${listing(facts)}\n\n${sentence}`;
  });
}

async function show(cli: Cli, given: string): Promise<void> {
  const name = given.startsWith("complaints/") ? given : `complaints/${given}`;
  const answer = await cli.call("intake", ComplaintServiceService, (intake) => intake.getComplaint({ name }));
  cli.print(answer, () => {
    const { receivedTime, answerTime, state, sentence, verdict } = answer;
    const stands = { state: wordOf(ComplaintState, state), verdict: wordOf(ComplaintVerdict, verdict) };
    const facts = { name, received: receivedTime, ...stands, "answered on": answerTime };
    return `${listing(facts)}\n\n${sentence}`;
  });
}
