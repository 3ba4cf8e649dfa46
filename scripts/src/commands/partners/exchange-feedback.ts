import { Algorithm, type Fingerprint } from "@ntd/proto/common/v1/common";
import {
  FeedbackOpinion,
  FeedbackServiceService,
  FeedbackState,
  type Feedback,
} from "@ntd/proto/exchange/v1/feedback_service";
import { Argument, type Command } from "commander";
import { several } from "../../cli/arguments.ts";
import type { Cli } from "../../cli/cli.ts";
import { UsageError } from "../../cli/failure.ts";
import { listing, table } from "../../cli/output.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { choice, wordOf } from "../../cli/words.ts";
import { entryNamed } from "../sets/entries/entry-word.ts";

interface Options {
  agree?: true;
  disagree: string[];
  state?: FeedbackState;
  limit: number;
}

/** The exchange may have to be asked for its reasons first. */
const SLOW_MS = 40_000;

/** What maintainers say to exchanges of what these list. */
export function feedbackCommands(exchange: Command, cli: Cli): void {
  exchange
    .command("feedback")
    .description("tell an exchange whether a hash of its members belongs there; without a hash: what was said")
    .argument("<connector>")
    .argument("[hash]", "md5:HEX, sha1:HEX or pdq:HEX; md5 and sha1 without the word, too")
    .option("--agree", "it belongs there")
    .option("--disagree <reason>", "it does not, by a reason of the exchange; may be said again", several, [])
    .addOption(choice("--state <state>", "list these alone", FeedbackState))
    .addOption(limitOption())
    .action(async (connector: string, hash: string | undefined, options: Options) => {
      await (hash === undefined ? list(cli, connector, options) : say(cli, connector, hash, options));
    });
  exchange
    .command("reasons")
    .description("by which an exchange lets you disagree")
    .argument("<connector>")
    .addArgument(new Argument("[kind]", "of hashes").choices(["md5", "sha1", "pdq"]).default("md5"))
    .action(async (connector: string, kind: string) => {
      const algorithm = Object.values(Algorithm).find((one) => wordOf(Algorithm, one) === kind);
      const reasons = await reasonsOf(cli, connector, algorithm ?? Algorithm.MD5);
      cli.print({ reasons }, () =>
        table(
          ["reason", "name"],
          reasons.map((one) => [{ id: one.reasonId }, one.name]),
          "none",
        ),
      );
    });
}

async function say(cli: Cli, connector: string, hash: string, { agree, disagree }: Options): Promise<void> {
  if ((agree === true) === disagree.length > 0) throw new UsageError("say one of --agree and --disagree REASON");
  const { name } = entryNamed(hash);
  if (name?.$case !== "fingerprint") throw new UsageError(`${hash} is no hash; feedback is on a hash`);
  const fingerprint = name.value;
  const said = {
    requestId: cli.requestId(),
    connector,
    fingerprint,
    opinion: agree === true ? FeedbackOpinion.AGREE : FeedbackOpinion.DISAGREE,
    reasonIds: agree === true ? [] : await named(cli, connector, fingerprint, disagree),
  };
  const answer = await cli.call("exchange", FeedbackServiceService, (client) => client.giveFeedback(said), SLOW_MS);
  cli.print(answer, () => (answer.feedback === undefined ? "" : details(answer.feedback)));
}

async function named(cli: Cli, connector: string, { algorithm }: Fingerprint, words: readonly string[]) {
  const reasons = await reasonsOf(cli, connector, algorithm);
  return words.map((word) => {
    const is = (text: string) => text.toLowerCase() === word.trim().toLowerCase();
    const found = reasons.find(({ reasonId, name }) => is(reasonId) || is(name));
    if (found !== undefined) return found.reasonId;
    throw new UsageError(`${word} is no reason of ${connector}; it has ${reasons.map(({ name }) => name).join(", ")}`);
  });
}

async function reasonsOf(cli: Cli, connector: string, algorithm: Algorithm) {
  const asked = { connector, algorithm };
  const ask = cli.call("exchange", FeedbackServiceService, (client) => client.listFeedbackReasons(asked), SLOW_MS);
  return (await ask).reasons;
}

async function list(cli: Cli, connector: string, { agree, disagree, state, limit }: Options): Promise<void> {
  if (agree === true || disagree.length > 0) throw new UsageError("name the hash that you speak of");
  const asked = { connector, state: state ?? FeedbackState.UNSPECIFIED };
  const { items, more } = await cli.call("exchange", FeedbackServiceService, (client) =>
    collect(limit, async (at) => {
      const page = await client.listFeedback({ ...asked, ...at });
      return { items: page.feedback, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ feedback: items, more }, () => table(HEAD, items.map(row), "nothing was said") + moreLine(more));
}

const HEAD = ["hash", "said", "state", "by", "when", "entries", "why"];

function row(feedback: Feedback) {
  const { state, givenBy, givenTime, entries, why } = feedback;
  const by = givenBy.replace(/^maintainer\//, "");
  const what = [wordOf(FeedbackState, state), by, givenTime, entries.length, why];
  return [{ id: hashOf(feedback) }, wordsOf(feedback), ...what];
}

function details(feedback: Feedback): string {
  const { connector, state, givenBy, givenTime, entries, why } = feedback;
  const all = entries.map((one) => `${one.memberId}-${one.entryId} ${wordOf(FeedbackState, one.state)}`);
  return listing({
    connector,
    hash: hashOf(feedback),
    said: wordsOf(feedback),
    state: wordOf(FeedbackState, state),
    by: givenBy,
    when: givenTime,
    entries: all.join(", "),
    why,
  });
}

function hashOf({ fingerprint }: Feedback): string {
  const { algorithm = Algorithm.UNSPECIFIED, value = new Uint8Array() } = fingerprint ?? {};
  return `${wordOf(Algorithm, algorithm)}:${Buffer.from(value).toString("hex")}`;
}

function wordsOf({ opinion, reasons }: Feedback): string {
  const why = reasons.map(({ name }) => name).join(", ");
  return [wordOf(FeedbackOpinion, opinion), why].filter((word) => word !== "").join(": ");
}
