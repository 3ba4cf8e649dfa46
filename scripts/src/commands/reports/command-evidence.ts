import { readFileSync } from "node:fs";
import { ProbeServiceService } from "@ntd/proto/prober/v1/probe_service";
import { verifyBytes, type JSONWebKeySet } from "@ntd/service";
import { Option, type Command } from "commander";
import { instant } from "../../cli/arguments.ts";
import type { Cli } from "../../cli/cli.ts";
import { UsageError } from "../../cli/failure.ts";
import { table } from "../../cli/output.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { evidenceListing, type LookRecord } from "../../listings/reports/evidence-listing.ts";

/** As the contract names what is signed. */
const TYPE = "ntd-evidence+jws";
/** Pages of the register that are read for one answer, each a second of one process. */
const PAGES = 200;

export function evidenceCommands(program: Command, cli: Cli): void {
  const evidence = program.command("evidence").description("signed records of what the eyes saw");
  evidence
    .command("show")
    .description("one record in words, once its signature is found right")
    .argument("<id>", "as `case show` and `scorecard times --looks` tell it")
    .option("--keys <file>", "a JSON Web Key Set that you keep (default: what the prober says its keys are)")
    .action(async (id: string, { keys }: { keys?: string }) => show(cli, id, keys));
  evidence
    .command("requests")
    .description("when a host was asked, and by which eye, for whoever says that it was")
    .requiredOption("--host <name>", "its name alone")
    .addOption(new Option("--from <instant>", "from here").argParser(instant).makeOptionMandatory())
    .addOption(new Option("--to <instant>", "and before here (default: now)").argParser(instant))
    .addOption(limitOption())
    .action(async (options: RequestsOptions) => requests(cli, options));
}

interface RequestsOptions {
  host: string;
  from: Date;
  to?: Date;
  limit: number;
}

async function requests(cli: Cli, { host, from, to = new Date(), limit }: RequestsOptions): Promise<void> {
  const { items, more } = await cli.call("prober", ProbeServiceService, (prober) =>
    collect(limit, async ({ pageToken }) => {
      const page = await prober.listRequests({ host, fromTime: from, toTime: to, pageSize: PAGES, pageToken });
      return { items: page.requests, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ requests: items, more }, () => {
    const rows = items.map(({ time, eye }) => [time, eye]);
    return table(["asked", "by"], rows, "no request to this host is on the register") + moreLine(more);
  });
}

async function show(cli: Cli, evidenceId: string, keysFile: string | undefined): Promise<void> {
  const kept = keysFile === undefined ? undefined : keySet(keysFile, readFile(keysFile));
  const [{ record: bytes, signature }, keys] = await cli.call("prober", ProbeServiceService, async (prober) => [
    await prober.getEvidence({ evidenceId }),
    kept ?? keySet("the prober's answer", (await prober.listEvidenceKeys({})).jwksJson),
  ]);
  const { kid } = await verifyBytes(bytes, signature, keys, TYPE);
  const signed = new TextDecoder().decode(bytes);
  const record = JSON.parse(signed) as LookRecord;
  cli.print({ evidenceId, verifiedBy: kid, record, signed, signature }, () => {
    if (record.version === 1) return evidenceListing(evidenceId, record, kid);
    throw new UsageError(`this ntd reads records of version 1, and it is one of ${record.version}; use --json`);
  });
}

function readFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new UsageError(`cannot read ${path}; name a file with a JSON Web Key Set`, { cause });
  }
}

function keySet(where: string, text: string): JSONWebKeySet {
  try {
    const set = JSON.parse(text) as JSONWebKeySet;
    if (Array.isArray(set.keys)) return set;
  } catch {
    // Told below, like JSON that is no key set.
  }
  throw new UsageError(`${where} holds no JSON Web Key Set; name a file as the prober lists its keys`);
}
