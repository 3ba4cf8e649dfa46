import { Algorithm, RevocationCause } from "@ntd/proto/common/v1/common";
import {
  DifferenceKind,
  EntryState,
  HashSetViewServiceService,
  HistoryKind,
  type EntryListing,
  type FoundEntry,
  type FoundHash,
  type ListedEntry,
} from "@ntd/proto/hashlists/v1/set_view_service";
import type { Command } from "commander";
import type { Cli } from "../../../cli/cli.ts";
import { listing, shownTime, table, type Cell } from "../../../cli/output.ts";
import { collect, limitOption, moreLine } from "../../../cli/pages.ts";
import { idArgument, idOption } from "../../../cli/short-ids.ts";
import { hashWords } from "../../../listings/sets/hash-words.ts";
import { classWord, kindsTable } from "../../../listings/sets/kinds-table.ts";
import { saidWords } from "../../../listings/sets/opinions-listing.ts";
import { choice, wordOf } from "../../../cli/words.ts";
import { asTyped } from "./named-entries.ts";
import { exportCommand } from "../releases/command-set-export.ts";
import { shareCommand } from "../governance/command-set-share.ts";

/** Lists of tens of millions are read for it. */
const READ_MS = 300_000;

interface EntriesOptions {
  release?: string;
  algorithm?: Algorithm;
  class?: string;
  state?: EntryState;
  limit: number;
}

/** What a list holds, and what became of it. */
export function viewCommands(set: Command, cli: Cli): void {
  set
    .command("entries")
    .description("the entries of a release: of the one in force unless named")
    .argument("<id>")
    .addOption(idOption("release", "--release <release>", "of this one"))
    .addOption(choice("--algorithm <word>", "only those", Algorithm))
    .option("--class <scheme[:code]>", "only those of a scheme, or of one code of it")
    .addOption(choice("--state <word>", "only those", EntryState))
    .addOption(limitOption())
    .action(async (id: string, options: EntriesOptions) => entries(cli, id, options));
  set
    .command("search")
    .description("whether hashes are listed, where, and who took them back")
    .argument("<id>")
    .argument("<hash...>", "hex in either case, with `pdq:` and so on before it or not; up to 100")
    .action(async (id: string, hashes: string[]) => search(cli, id, hashes));
  set
    .command("diff")
    .description("what lies between two releases of a set, in numbers and entry by entry")
    .addArgument(idArgument("release", "<older>"))
    .addArgument(idArgument("release", "<newer>"))
    .addOption(choice("--kind <word>", "only those", DifferenceKind))
    .addOption(limitOption())
    .action(async (older: string, newer: string, options: DiffOptions) => diff(cli, older, newer, options));
  set
    .command("history")
    .description("who did what in a set, when and why, the newest first")
    .argument("<id>")
    .addOption(limitOption())
    .action(async (id: string, options: { limit: number }) => history(cli, id, options.limit));
  exportCommand(set, cli);
  shareCommand(set, cli);
}

async function entries(cli: Cli, setId: string, options: EntriesOptions): Promise<void> {
  const { release = "", algorithm = Algorithm.UNSPECIFIED, state = EntryState.UNSPECIFIED, limit } = options;
  const [scheme = "", ...code] = (options.class ?? "").split(":");
  const classification =
    options.class === undefined ? {} : { classification: { scheme, version: "", code: code.join(":") } };
  const asked = { setId, releaseId: release, algorithm, state, ...classification };
  let releaseId = release;
  const { items, more } = await cli.call(
    "hashlists",
    HashSetViewServiceService,
    (views) =>
      collect(limit, async (at) => {
        const page = await views.listEntries({ ...asked, ...at });
        ({ releaseId } = page);
        return { items: page.entries, nextPageToken: page.nextPageToken };
      }),
    READ_MS,
  );
  cli.print({ releaseId, entries: items, more }, () => {
    const rows = items.map((one) => [...entryCells(one), one.sourceId, one.line === 0 ? "" : one.line]);
    const head = ["algorithm", "value", "quality", "class", "votes", "state", "source id", "line"];
    return `release ${releaseId}\n${table(head, rows)}${moreLine(more)}`;
  });
}

function entryCells({ entry, state }: ListedEntry): Cell[] {
  const { fingerprint, votes } = entry ?? {};
  const quality = fingerprint?.algorithm === Algorithm.PDQ ? fingerprint.quality : "";
  const word = wordOf(EntryState, state);
  const shown = state === EntryState.REVOKED ? { alarm: word } : word;
  return [...hashCells(entry), quality, classWord(entry?.classification), votes, shown];
}

export function hashCells(entry: ListedEntry["entry"]): [string, string] {
  const { algorithm, value } = entry?.fingerprint ?? {};
  return hashWords(algorithm, value);
}

async function search(cli: Cli, setId: string, hashes: readonly string[]): Promise<void> {
  const request = { setId, hashes: [...hashes] };
  const answer = await cli
    .call("hashlists", HashSetViewServiceService, (views) => views.findEntries(request), READ_MS)
    .catch((error: unknown) => {
      throw asTyped(error, { hashes: hashes.map((hash) => ({ where: beginningOf(hash) })) });
    });
  const { releasesSearched, olderReleasesLeft } = answer;
  cli.print(answer, () => {
    const older = olderReleasesLeft
      ? `\nLooked through the newest ${releasesSearched} releases; there are older ones.`
      : "";
    return answer.hashes.map(foundListing).join("\n\n") + older;
  });
}

// Of a film there may be 98,000 characters.
function beginningOf(word: string): string {
  return word.length > MOST_SHOWN ? `${word.slice(0, MOST_SHOWN)}…` : word;
}

const MOST_SHOWN = 70;

// What is listed is not found by that alone.
function inForceWord({ listed, inForce, opinions }: FoundEntry): string {
  if (!inForce) return "no";
  if (listed?.state === EntryState.REVOKED) return "no: the release in force lists it, but it was taken back";
  const { disabling } = opinions ?? {};
  const isDisabled = disabling !== undefined && disabling.endedTime === undefined;
  return isDisabled ? "no: the release in force lists it, but it is disabled" : "yes";
}

function foundListing({ hash, entries: found }: FoundHash): string {
  if (found.length === 0) return listing({ hash, listed: "nowhere" });
  return found
    .map((one) => {
      const { listed, firstListed, lastListed, listedInReleases, revocation, opinions } = one;
      const { entry, state = EntryState.UNSPECIFIED, sourceId } = listed ?? {};
      const word = wordOf(EntryState, state);
      return listing({
        hash,
        algorithm: hashCells(entry)[0],
        state: state === EntryState.REVOKED ? { alarm: word } : word,
        "in force": inForceWord(one),
        class: classWord(entry?.classification),
        votes: entry?.votes,
        "source id": sourceId,
        entry: entry?.entryId,
        "first listed": listingWord(firstListed),
        "last listed": listingWord(lastListed),
        releases: listedInReleases,
        revoked: revocation?.effectiveTime,
        "revoked by": revocation?.revokedBy,
        cause: wordOf(RevocationCause, revocation?.cause ?? RevocationCause.UNSPECIFIED),
        reason: revocation?.reason,
        ...(opinions && saidWords(opinions)),
      });
    })
    .join("\n\n");
}

function listingWord(one: EntryListing | undefined): string {
  return one === undefined ? "" : `${one.releaseId}, ${shownTime(one.uploadedTime)}`;
}

interface DiffOptions {
  kind?: DifferenceKind;
  limit: number;
}

async function diff(cli: Cli, olderReleaseId: string, newerReleaseId: string, options: DiffOptions): Promise<void> {
  const { kind = DifferenceKind.UNSPECIFIED, limit } = options;
  const pair = { olderReleaseId, newerReleaseId };
  const { counts, differences } = await cli.call(
    "hashlists",
    HashSetViewServiceService,
    async (views) => ({
      counts: await views.diffReleases(pair),
      differences: await collect(limit, async (at) => {
        const page = await views.listDifferences({ ...pair, kind, ...at });
        return { items: page.differences, nextPageToken: page.nextPageToken };
      }),
    }),
    READ_MS,
  );
  const { items, more } = differences;
  cli.print({ ...counts, differences: items, more }, () => {
    const { added, removed, changed, reclassed } = counts;
    const numbers = listing({ new: added, removed, changed, "of these another class": reclassed });
    const rows = items.map(({ kind: word, before, after }) => {
      const told = (one: ListedEntry | undefined) => (one === undefined ? "" : toldOf(one));
      const hash = hashCells((after ?? before)?.entry);
      return [wordOf(DifferenceKind, word), ...hash, told(before), told(after)];
    });
    const each = table(["what", "algorithm", "value", "before", "after"], rows);
    return `${numbers}\n\n${kindsTable(counts.kinds)}\n\n${each}${moreLine(more)}`;
  });
}

function toldOf({ entry, sourceId }: ListedEntry): string {
  const { votes = 0, fingerprint } = entry ?? {};
  const quality = fingerprint?.algorithm === Algorithm.PDQ ? `quality ${fingerprint.quality}` : "";
  const votesWord = votes === 1 ? "1 vote" : `${votes} votes`;
  return [classWord(entry?.classification), votesWord, quality, sourceId].filter((word) => word !== "").join(", ");
}

async function history(cli: Cli, setId: string, limit: number): Promise<void> {
  const { items, more } = await cli.call("hashlists", HashSetViewServiceService, (views) =>
    collect(limit, async (at) => {
      const page = await views.listHistory({ setId, ...at });
      return { items: page.entries, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ history: items, more }, () => {
    const rows = items.map(({ time, kind, person, subjectId, entryCount, reason }) => {
      return [time, wordOf(HistoryKind, kind), person, { id: subjectId }, entryCount === 0n ? "" : entryCount, reason];
    });
    return table(["when", "what", "who", "of", "entries", "why"], rows) + moreLine(more);
  });
}
