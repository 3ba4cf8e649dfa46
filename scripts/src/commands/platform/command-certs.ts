import { mkdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  createAuthority,
  ends,
  issueIdentity,
  readRequest,
  renewDue,
  requestIdentity,
  signRequest,
  type CertificateEnd,
  type IdentityName,
} from "@ntd/embedded";
import { identityKinds } from "@ntd/rpc";
import { writeWhole } from "@ntd/service";
import { Argument, InvalidArgumentError, Option, type Command } from "commander";
import { several } from "../../cli/arguments.ts";
import type { Cli } from "../../cli/cli.ts";
import { UsageError } from "../../cli/failure.ts";
import { listing, table } from "../../cli/output.ts";

export function certsCommands(program: Command, cli: Cli): void {
  const group = program
    .command("certs")
    .description(
      "certificates: what ends when; renewed, requested, signed; of development authorities, which LIVE refuses",
    );
  group
    .command("authority")
    .description("make an authority; one that is there is kept")
    .argument("<dir>", "the authority's, with identities below it")
    .action(async (dir: string) => {
      await createAuthority(dir).catch(badArgument);
      cli.print({ dir }, () => listing({ authority: dir }));
    });
  named(
    group.command("issue").description("issue an identity by the authority in a folder, with a new key"),
    "the authority's",
  )
    .addOption(hosts("host name of a service, beside localhost"))
    .action(async (dir: string, kind: IdentityName["kind"], name: string, { server }: { server?: string[] }) => {
      const identity = await issueIdentity(dir, { kind, name, hosts: server ?? [] }).catch(badArgument);
      cli.print(identity, () => listing({ identity: identity.uri, folder: identity.dir }));
    });
  lifeCommands(group, cli);
  requestCommands(group, cli);
}

function lifeCommands(group: Command, cli: Cli): void {
  group
    .command("list")
    .description("authorities and identities in a folder, who ends first, and how many days are left")
    .argument("<dir>", "the authority's, with identities below it")
    .action(async (dir: string) => {
      const all = await ends(dir).catch(badArgument);
      cli.print(all, () => table(["name", "until", "days left", "authority"], all.map(row), "no certificates"));
    });
  group
    .command("renew")
    .description("renew what has a third of its life left or has ended, the authority too; keys stay")
    .argument("<dir>", "the authority's, with identities below it")
    .action(async (dir: string) => {
      const renewed = await renewDue(dir).catch(badArgument);
      const rows = renewed.map(({ what, name, until }) => [what === "trust" ? "trusts" : what, name, until] as const);
      cli.print(renewed, () => table(["renewed", "name", "until"], rows, "nothing is due"));
    });
}

function row({ name, until, daysLeft, authority }: CertificateEnd) {
  return [
    name,
    until,
    daysLeft < 0 ? "ended" : daysLeft,
    authority === "" ? "none that is trusted" : authority,
  ] as const;
}

function requestCommands(group: Command, cli: Cli): void {
  named(
    group
      .command("request")
      .description("make a key and a request to have it certified; the key never leaves the folder"),
    "the identity's own; made if it is not there",
  )
    .option("--new-key", "another key than the one that is there")
    .action(async (dir: string, kind: IdentityName["kind"], name: string, { newKey }: { newKey?: boolean }) => {
      const request = await requestIdentity(dir, { kind, name }, newKey).catch(badArgument);
      cli.print({ request }, () => `${listing({ request })}\nSend it to the operator; bring back cert.pem and ca.pem.`);
    });
  group
    .command("sign")
    .description("certify the key of a request, by the authority in a folder")
    .argument("<dir>", "the authority's")
    .argument("<request>", "its file, request.pem")
    .requiredOption("--out <file>", "where the certificate goes; ca.pem goes beside it")
    .addOption(new Option("--as <kind/name>", "whom it is to speak for (default: ask)").argParser(identity))
    .addOption(hosts("certify a service, which serves under this host name"))
    .option("--yes", "do not ask")
    .action((dir: string, file: string, options: SignOptions) => sign(cli, dir, file, options));
}

interface SignOptions {
  out: string;
  as?: IdentityName;
  server?: string[];
  yes?: boolean;
}

async function sign(cli: Cli, dir: string, file: string, { out, as, server = [], yes }: SignOptions): Promise<void> {
  const request = await readFile(file, "utf8").then(readRequest).catch(badArgument);
  if (basename(out) === "ca.pem") throw new UsageError("--out is the certificate's own file; ca.pem goes beside it");
  const asked = as ?? request.who;
  if (asked === undefined) {
    throw new UsageError(`the request (${request.subject}) does not say whom it is of; say it with --as KIND/NAME`);
  }
  const who = { ...asked, hosts: server };
  const words = `${who.kind}/${who.name}${server.length === 0 ? "" : `, serving as ${server.join(", ")}`}`;
  // Whom it speaks for is the operator's word, not the request's.
  const isMeant = as !== undefined || yes === true || (await cli.ask(`Certify the key of ${file} as ${words}?`));
  if (!isMeant) throw new UsageError("nothing was signed");
  const signed = await signRequest(dir, request, who).catch(badArgument);
  await mkdir(dirname(out), { recursive: true });
  // Whoever watches them reads what stood there, or all of the new.
  await writeWhole(join(dirname(out), "ca.pem"), signed.authorities);
  await writeWhole(out, signed.certificate);
  const told = { uri: signed.uri, until: signed.until, certificate: out };
  cli.print(told, () => listing({ identity: told.uri, until: told.until, certificate: out }));
}

function named(command: Command, folder: string): Command {
  return command
    .argument("<dir>", folder)
    .addArgument(new Argument("<kind>", "whom it speaks for").choices(identityKinds))
    .argument("<name>", "whose it is, in small letters, digits and hyphens");
}

function hosts(description: string): Option {
  return new Option("--server <host>", `${description}; several times`).argParser(several);
}

function identity(text: string): IdentityName {
  const [kindText, name = "", ...rest] = text.split("/");
  const kind = identityKinds.find((one) => one === kindText);
  if (kind !== undefined && name !== "" && rest.length === 0) return { kind, name };
  throw new InvalidArgumentError(`It is no KIND/NAME with KIND one of ${identityKinds.join(", ")}.`);
}

// What is wrong with a file is told as everywhere.
function badArgument(cause: Error): never {
  if ("path" in cause) throw cause;
  throw new UsageError(cause.message, { cause });
}
