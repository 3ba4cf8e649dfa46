import { Algorithm } from "@ntd/proto/common/v1/common";
import type { FeedRecipient } from "@ntd/proto/hashlists/v1/hash_list_service";
import { InvalidArgumentError, Option } from "commander";
import { wordOf } from "../../../cli/words.ts";

const ALGORITHMS = new Map<string, Algorithm>(
  Object.values(Algorithm)
    .filter((one) => one !== "ALGORITHM_UNSPECIFIED" && one !== "UNRECOGNIZED")
    .map((one) => [wordOf(Algorithm, one), one]),
);

/** `--recipient "neighbour:md5,sha256@Hotline NL"`, once for each. */
export function recipientOption(): Option {
  const help = "partner who gets a feed of it: <name>[:<algorithm,...>]@<organisation>, once for each";
  return new Option("--recipient <partner>", help).argParser((text: string, before: FeedRecipient[] | undefined) => [
    ...(before ?? []),
    readRecipient(text),
  ]);
}

/** "neighbour (md5, sha256)" */
export function recipientWords({ partner, algorithms }: FeedRecipient): string {
  const words = algorithms.length === 0 ? "all" : algorithms.map((one) => wordOf(Algorithm, one)).join(", ");
  return `${partner.replace(/^partner\//, "")} (${words})`;
}

function readRecipient(text: string): FeedRecipient {
  const [, name, words = "", organisation = ""] = /^([^:@/\s]+)(?::([a-z0-9,]+))?@(.+)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError("It is not <name>[:<algorithm,...>]@<organisation>.");
  const algorithms = words === "" ? [] : words.split(",").map(readAlgorithm);
  return { partner: `partner/${name}`, organisation, algorithms };
}

function readAlgorithm(word: string): Algorithm {
  const algorithm = ALGORITHMS.get(word);
  if (algorithm !== undefined) return algorithm;
  throw new InvalidArgumentError(`"${word}" is none of ${[...ALGORITHMS.keys()].join(", ")}.`);
}
