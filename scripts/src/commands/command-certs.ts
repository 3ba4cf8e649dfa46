import { createAuthority, issueIdentity, type IdentityName } from "@ntd/embedded";
import { identityKinds } from "@ntd/rpc";
import { Argument, type Command } from "commander";
import type { Cli } from "../cli/cli.ts";
import { UsageError } from "../cli/failure.ts";
import { listing } from "../cli/output.ts";

export function certsCommands(program: Command, cli: Cli): void {
  const group = program.command("certs").description("development certificates; LIVE refuses them");
  group
    .command("authority")
    .description("make an authority; one that is there is kept")
    .argument("<dir>")
    .action(async (dir: string) => {
      await createAuthority(dir).catch(badArgument);
      cli.print({ dir }, () => listing({ authority: dir }));
    });
  group
    .command("issue")
    .description("issue an identity by the authority in a folder")
    .argument("<dir>")
    .addArgument(new Argument("<kind>", "whom it speaks for").choices(identityKinds))
    .argument("<name>")
    .action(async (dir: string, kind: IdentityName["kind"], name: string) => {
      const identity = await issueIdentity(dir, { kind, name }).catch(badArgument);
      cli.print(identity, () => listing({ identity: identity.uri, folder: identity.dir }));
    });
}

function badArgument(cause: Error): never {
  throw new UsageError(cause.message, { cause });
}
