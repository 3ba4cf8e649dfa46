import { Algorithm, type Fingerprint } from "@ntd/proto/common/v1/common";
import { NegativeReason } from "@ntd/proto/hashlists/v1/hash_list_service";
import { NegativeEntryServiceService } from "@ntd/proto/hashlists/v1/negative_entry_service";
import type { Command } from "commander";
import type { Cli } from "../../../cli/cli.ts";
import { UsageError } from "../../../cli/failure.ts";
import { idArgument } from "../../../cli/short-ids.ts";
import { OF_FILES, typedHash } from "../../../cli/typed-hash.ts";
import { releaseListing } from "../../../listings/sets/release-listing.ts";
import { NAMED_MS } from "./named-entries.ts";

interface InnocentOptions {
  note: string;
  perceptual: boolean;
}

/** Single entries of a list of innocent objects, each by the word of two. */
export function innocentCommands(set: Command, cli: Cli): void {
  set
    .command("innocent")
    .description("say that a file shows an innocent object: an entry of a negative list, once another one says so, too")
    .argument("<id>")
    .argument("<hash...>", "its SHA-256; with --perceptual also pdq:HEX:QUALITY; up to 10")
    .requiredOption("--note <text>", "what it shows, for who approves it")
    .option("--perceptual", "what looks alike is innocent, too", false)
    .action(async (id: string, hashes: string[], options: InnocentOptions) => propose(cli, id, hashes, options));
  set
    .command("approve-innocent")
    .description("say so, too: it is in force at once; what it lies near, set compare says before")
    .addArgument(idArgument("release", "<release>"))
    .action(async (releaseId: string) => {
      const answer = await cli.call(
        "hashlists",
        NegativeEntryServiceService,
        (entries) => entries.approveNegativeEntry({ requestId: cli.requestId(), releaseId }),
        NAMED_MS,
      );
      cli.print(answer, () => releaseListing(answer.release));
    });
}

async function propose(cli: Cli, setId: string, hashes: readonly string[], options: InnocentOptions): Promise<void> {
  const fingerprints = hashes.map(fingerprintOf);
  const reason = NegativeReason.INNOCENT_OBJECT;
  const request = { requestId: cli.requestId(), setId, fingerprints, reason, ...options };
  const answer = await cli.call(
    "hashlists",
    NegativeEntryServiceService,
    (entries) => entries.proposeNegativeEntry(request),
    NAMED_MS,
  );
  cli.print(answer, () => releaseListing(answer.release));
}

/** Without a word before them 64 digits are a SHA-256: what looks alike is said in full. */
function fingerprintOf(word: string): Fingerprint {
  const { algorithm, value = NONE, quality } = typedHash(word, OF_FILES) ?? {};
  const isExact = algorithm === Algorithm.SHA256 && quality === undefined;
  const isAlike = algorithm === Algorithm.PDQ && quality !== undefined;
  if ((isExact || isAlike) && value.length === 32) return { algorithm, value, quality: quality ?? 0 };
  throw new UsageError(`${word} is no SHA-256 of 64 digits; with --perceptual give pdq:HEX:QUALITY, too`);
}

const NONE = new Uint8Array();
