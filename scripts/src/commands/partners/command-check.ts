import { readFile } from "node:fs/promises";
import { Algorithm, type Fingerprint } from "@ntd/proto/common/v1/common";
import {
  CheckAlarm,
  CheckServiceService,
  CheckUseServiceService,
  HashVerdict,
  NotJudgedReason,
  type CheckUse,
  type HashAnswer,
} from "@ntd/proto/matching/v1/check_service";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { typedAlgorithms } from "../../cli/arguments.ts";
import { UsageError } from "../../cli/failure.ts";
import { table } from "../../cli/output.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { OF_FILES, typedHash } from "../../cli/typed-hash.ts";
import { wordOf } from "../../cli/words.ts";
import { checkHoldCommands } from "./check-holds.ts";

const A_CALL = 1000;

/** What a platform of the industry asks, and what an operator sees of it. */
export function checkCommands(program: Command, cli: Cli): void {
  const group = program
    .command("check")
    .description("whether hashes are known to lists that answer industry; and who asked how much")
    .argument("[hash...]", "hex of SHA-256, SHA-1 or MD5, or sha256|sha1|md5|blockhash256:HEX, or pdq:HEX:QUALITY")
    .option("--file <file>", "one of these a line")
    .option("--recipe <name>", "how PDQ and blockhash were made", "")
    .action(async (hashes: string[], options: { file?: string; recipe: string }) => check(cli, hashes, options));
  group
    .command("uses")
    .description("who had how many hashes checked on which day, the newest first; as operator")
    .option("--alarms", "only days of which an alarm was raised", false)
    .addOption(limitOption())
    .action(async (options: { alarms: boolean; limit: number }) => uses(cli, options));
  checkHoldCommands(group, cli);
}

async function check(cli: Cli, given: readonly string[], { file, recipe }: { file?: string; recipe: string }) {
  const hashes = [...given, ...(file === undefined ? [] : await linesOf(file))];
  if (hashes.length === 0) throw new UsageError("no hashes; name them, or a file with --file FILE");
  const fingerprints = hashes.map(fingerprintIn);
  const answers: HashAnswer[] = [];
  await cli.call("matching", CheckServiceService, async (matching) => {
    for (let at = 0; at < fingerprints.length; at += A_CALL) {
      const request = { fingerprints: fingerprints.slice(at, at + A_CALL), ...(recipe !== "" && { recipe }) };
      answers.push(...(await matching.checkHashes(request)).answers);
    }
  });
  cli.print({ answers }, () =>
    table(
      ["hash", "is", "by"],
      answers.map((one, nth) => [hashes[nth] ?? "", wordsOf(one), setsOf(one)]),
    ),
  );
}

function wordsOf({ verdict, reason, nominatesOnly }: HashAnswer): string {
  const word = wordOf(HashVerdict, verdict).replace("-", " ");
  if (verdict === "HASH_VERDICT_NOT_JUDGED") return `${word}: ${wordOf(NotJudgedReason, reason).replaceAll("-", " ")}`;
  return nominatesOnly ? `${word}, for a person to look at` : word;
}

function setsOf({ matches }: HashAnswer): string {
  const words = matches.map(({ setId, distance, threshold, classification }) => {
    const code = classification === undefined ? "" : `, ${classification.scheme} ${classification.code}`;
    return `${setId}${threshold > 0 ? (distance === 0 ? ", the same" : ` within ${distance} of ${threshold}`) : ""}${code}`;
  });
  return words.join("; ");
}

async function linesOf(file: string): Promise<string[]> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new UsageError(`cannot read ${file}; name a file that is there`, { cause });
  });
  return text.split(/\r?\n/).flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
}

const TYPED: ReadonlySet<Algorithm> = new Set(typedAlgorithms.values());

function fingerprintIn(text: string, nth: number): Fingerprint {
  const hash = typedHash(text, OF_FILES);
  const isWhole = hash !== undefined && (hash.quality !== undefined) === (hash.algorithm === Algorithm.PDQ);
  if (isWhole && TYPED.has(hash.algorithm)) return { ...hash, quality: hash.quality ?? 0 };
  throw new UsageError(
    `hash ${nth + 1} is none of HEX (SHA-256, SHA-1, MD5), ${[...typedAlgorithms.keys()].join("|")}:HEX and pdq:HEX:QUALITY`,
  );
}

async function uses(cli: Cli, { alarms: onlyAlarms, limit }: { alarms: boolean; limit: number }) {
  const { items, more } = await cli.call("matching", CheckUseServiceService, (matching) =>
    collect(limit, async (at) => {
      const page = await matching.listCheckUses({ onlyAlarms, ...at });
      return { items: page.uses, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ uses: items, more }, () => useTable(items) + moreLine(more));
}

function useTable(items: readonly CheckUse[]): string {
  const rows = items.map((use) => {
    const alarms = use.alarms.map(({ alarm }) => wordOf(CheckAlarm, alarm)).join(", ");
    const day = use.day?.toISOString().slice(0, 10) ?? "";
    const { calls, hashes, known, differentKnown, notJudged, refusedCalls } = use;
    return [day, use.identity, calls, hashes, known, differentKnown, notJudged, refusedCalls, alarms];
  });
  return table(
    ["day", "who", "calls", "hashes", "known", "of these different", "not judged", "refused calls", "alarms"],
    rows,
    "nobody checked anything",
  );
}
