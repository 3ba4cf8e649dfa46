import { Algorithm } from "@ntd/proto/common/v1/common";
import { FeedAdminServiceService, FeedServiceService, type FoundWatermark } from "@ntd/proto/feed/v1/feed_service";
import type { RpcClient } from "@ntd/rpc";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { UsageError } from "../../cli/failure.ts";
import { table } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";
import { readRevokeFile } from "../sets/entries/revoke-file.ts";

const A_CALL = 1000;
/** The first call makes the watermarks of all copies: some 5 s for one of ten million files. */
const DEADLINE_MS = 600_000;

/** What partners get of lists. */
export function feedCommands(program: Command, cli: Cli): void {
  const feed = program
    .command("feed")
    .description("lists that partners get: the keys that sign them, and whose copy turned up");
  feed
    .command("keys")
    .description("the public keys that verify its pages, as a JSON Web Key Set: for partners to pin")
    .action(async () => {
      const { jwksJson } = await cli.call("feed", FeedServiceService, (client) => client.listFeedKeys({}));
      cli.print(JSON.parse(jwksJson), () => jwksJson);
    });
  feed
    .command("watermarks")
    .argument("<file>", "a list that turned up: a line each, algorithm,value and whatever follows")
    .description("whose copy of a list it is, by the hashes in it that stand for no file but ours")
    .action(async (file: string) => watermarks(cli, file));
}

async function watermarks(cli: Cli, file: string): Promise<void> {
  const fingerprints = (await readRevokeFile(file)).flatMap((one) => ("fingerprint" in one ? [one.fingerprint] : []));
  if (fingerprints.length === 0) throw new UsageError(`${file} has no hashes`);
  const found: FoundWatermark[] = [];
  const find = async (client: RpcClient<typeof FeedAdminServiceService>) => {
    for (let at = 0; at < fingerprints.length; at += A_CALL) {
      const answer = await client.findWatermarks({ fingerprints: fingerprints.slice(at, at + A_CALL) });
      found.push(...answer.found.map((one) => ({ ...one, index: one.index + at })));
    }
  };
  await cli.call("feed", FeedAdminServiceService, find, DEADLINE_MS);
  cli.print({ found }, () => {
    const rows = found.map(({ index, setId, recipient }) => {
      const { algorithm = Algorithm.UNSPECIFIED, value = new Uint8Array() } = fingerprints[index] ?? {};
      return [recipient, setId, wordOf(Algorithm, algorithm), Buffer.from(value).toString("hex")];
    });
    return table(["copy of", "set", "algorithm", "hash"], rows, "none of its hashes is a watermark");
  });
}
