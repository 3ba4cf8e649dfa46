import { HashListServiceService, RevocationState } from "@ntd/proto/hashlists/v1/hash_list_service";
import { RevocationCause } from "@ntd/proto/common/v1/common";
import { Problem } from "@ntd/service";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { UsageError } from "../../cli/failure.ts";
import { table } from "../../cli/output.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { revocationListing } from "../../listings/revocation-listing.ts";
import { readRevokeFile, type NamedEntry } from "./revoke-file.ts";
import { choice, wordOf } from "../../cli/words.ts";

/** Every entry is looked for in a list of millions. */
const DEADLINE_MS = 300_000;

interface RevokeOptions {
  entry?: string[];
  file?: string;
  reason: string;
  cause?: RevocationCause;
}

/** What takes entries of a set back. */
export function revocationCommands(set: Command, cli: Cli): void {
  set
    .command("revoke")
    .description("take entries back for good; more than ten wait for another person")
    .argument("<id>")
    .option("--entry <id...>", "entry ids")
    .option("--file <file>", "a line each: an entry id, or algorithm,value as in a list")
    .requiredOption("--reason <text>", "why, for the record")
    .addOption(
      choice("--cause <word>", "wrong-file (the default) and not-illegal bring back what it decided", RevocationCause),
    )
    .action(async (id: string, options: RevokeOptions) => revoke(cli, id, options));
  set
    .command("approve-revocation")
    .description("approve a revocation that somebody else asked for")
    .argument("<revocation>")
    .action(async (revocation: string) => approve(cli, revocation));
  set
    .command("revocations")
    .description("what was taken back of a set, or waits for approval")
    .argument("<id>")
    .addOption(limitOption())
    .action(async (id: string, options: { limit: number }) => revocations(cli, id, options.limit));
}

async function revoke(cli: Cli, setId: string, options: RevokeOptions): Promise<void> {
  const { entry = [], file, reason, cause = "REVOCATION_CAUSE_WRONG_FILE" } = options;
  const typed = entry.map((id): NamedEntry => ({ where: `--entry ${id}`, id }));
  const named = [...typed, ...(file === undefined ? [] : await readRevokeFile(file))];
  if (named.length === 0) throw new UsageError("no entries; name them with --entry ID or --file FILE");
  const ids = named.filter((one) => "id" in one);
  const hashes = named.filter((one) => "fingerprint" in one);
  const entryIds = ids.map(({ id }) => id);
  const fingerprints = hashes.map(({ fingerprint }) => fingerprint);
  const request = { requestId: cli.requestId(), setId, entryIds, fingerprints, reason, cause };
  const answer = await cli
    .call("hashlists", HashListServiceService, (hashlists) => hashlists.revokeEntries(request), DEADLINE_MS)
    .catch((error: unknown) => {
      throw asTyped(error, { entry_ids: ids, fingerprints: hashes });
    });
  cli.print(answer, () => revocationListing(answer.revocation));
}

// To the reader an entry is the line or the word that named it.
function asTyped(error: unknown, sent: Readonly<Record<string, readonly NamedEntry[]>>): unknown {
  if (error instanceof Problem && error.reason === "TOO_LARGE") {
    const count = Object.values(sent).reduce((sum, { length }) => sum + length, 0);
    const said = `${count} entries are more than one revocation takes; split them, or approve a list without them`;
    return new Problem("TOO_LARGE", said, { cause: error });
  }
  if (!(error instanceof Problem) || error.fields.length === 0) return error;
  const fields = error.fields.map(({ field, description }) => {
    const [, name = "", index = ""] = /^(\w+)\[(\d+)\]/.exec(field) ?? [];
    return { field: sent[name]?.[Number(index)]?.where ?? field, description };
  });
  const said = fields.map(({ field, description }) => `${field}: ${description}`).join("; ");
  const [how] = error.reason === "NOT_FOUND" ? error.message.split(":") : [];
  return new Problem(error.reason, how === undefined ? said : `${how}: ${said}`, { fields, cause: error });
}

async function approve(cli: Cli, revocationId: string): Promise<void> {
  const request = { requestId: cli.requestId(), revocationId };
  const answer = await cli.call(
    "hashlists",
    HashListServiceService,
    (hashlists) => hashlists.approveRevocation(request),
    DEADLINE_MS,
  );
  cli.print(answer, () => revocationListing(answer.revocation));
}

async function revocations(cli: Cli, setId: string, limit: number): Promise<void> {
  const { items, more } = await cli.call("hashlists", HashListServiceService, (hashlists) =>
    collect(limit, async (at) => {
      const page = await hashlists.listRevocations({ setId, ...at });
      return { items: page.revocations, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ revocations: items, more }, () => {
    const rows = items.map((r) => {
      const state = wordOf(RevocationState, r.state);
      return [
        r.revocationId,
        state,
        r.entryCount,
        r.requestedBy,
        r.approvedBy,
        r.requestedTime,
        wordOf(RevocationCause, r.cause),
        r.reason,
      ];
    });
    const head = ["revocation", "state", "entries", "requested by", "approved by", "requested", "cause", "reason"];
    return table(head, rows) + moreLine(more);
  });
}
