import { createHash, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FeedPage, FeedServiceService } from "@ntd/proto/feed/v1/feed_service";
import { connect, identityInNames, type RpcClient } from "@ntd/rpc";
import { hostPort, Problem, verifyBytes, type JSONWebKeySet, type Reason } from "@ntd/service";
import { resolveHost } from "@ntd/wayout";
import type { Ways } from "../asking/ask.ts";
import type { NtdConfig } from "../connectors/connectors-file.ts";
import type { Failed } from "../connectors/fault.ts";
import type { AskedPage } from "../pulls/asked-page.ts";
import { leadsBack, type Range } from "../pulls/range.ts";
import { fedPage } from "./feed-page.ts";

/** Of what a page is signed as. */
const TYP = "ntd-feed+jws";
const PAGE_SIZE = 1000;
const DEADLINE_MS = 60_000;
const MOST_BYTES = 8 * 1024 * 1024;
/** It is kept in the connector's document. */
const MOST_CHECKPOINT = 4000;

/** A partner's feed, as whom it is asked, and whose signature holds. */
export interface Feed extends AsyncDisposable {
  client: Pick<RpcClient<typeof FeedServiceService>, "readFeed">;
  recipient: string;
  keys: JSONWebKeySet;
}

/** Opens the way to a feed: files are read at each pull, and only what is allowed is connected to. */
export async function openFeed(config: NtdConfig, ways: Ways): Promise<Feed | Failed> {
  const { host = "", port = 0 } = hostPort(config.address) ?? {};
  const resolved = await resolveHost(host, ways.dns, ways.hosts);
  if (resolved.is !== "addresses") return unreachable("The name of the partner leads nowhere now.");
  const isOpen = ways.ports.some(([from, to]) => from <= port && port <= to);
  if (!isOpen || !resolved.ips.every(ways.allowed)) {
    const sentence = "The partner's name leads to an address that is not public, or to a port that is not open.";
    return { fault: "ADDRESS_REFUSED", sentence, isPassing: false };
  }
  try {
    const keys = JSON.parse(await readFile(config.keysFile, "utf8")) as JSONWebKeySet;
    const certificate = new X509Certificate(await readFile(join(config.identityDir, "cert.pem")));
    const recipient = identityInNames(certificate.subjectAltName ?? "")?.person;
    if (recipient === undefined || !Array.isArray(keys.keys)) return noCredentials("no identity, or no key set");
    const { address, identityDir } = config;
    const client = connect(FeedServiceService, {
      address,
      identityDir,
      deadlineMs: DEADLINE_MS,
      maxMessageBytes: MOST_BYTES,
    });
    return { client, recipient, keys, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
  } catch (error) {
    return noCredentials((error as NodeJS.ErrnoException).code ?? "they are not as they must be");
  }
}

/** Asks for the next page behind a checkpoint, and believes it only as its partner signed it for us. */
export async function askFeed(
  { partnerSetId: setId }: NtdConfig,
  range: Range,
  { feed, token, now, signal }: { feed: Feed; token: string; now: Date; signal: AbortSignal },
): Promise<AskedPage | Failed> {
  const checkpoint = range.next ?? token;
  try {
    const answer = await feed.client.readFeed({ setId, checkpoint, pageSize: PAGE_SIZE }, { signal });
    await verifyBytes(answer.page, answer.signature, feed.keys, TYP);
    const page = FeedPage.decode(answer.page);
    if (page.recipient !== feed.recipient || page.setId !== setId || page.checkpoint !== checkpoint) {
      return unsigned("A page is signed for somebody else, or for something else than was asked for.");
    }
    if (page.nextCheckpoint.length > MOST_CHECKPOINT) {
      return { fault: "PAGE", sentence: "A page is none: its checkpoint is too long.", isPassing: true };
    }
    if (!page.isLast && (page.nextCheckpoint === checkpoint || leadsBack(range, page.nextCheckpoint))) {
      return { fault: "PAGE", sentence: "A page is none: it leads back to itself, or to one before.", isPassing: true };
    }
    const { listed, unknown, ...counts } = fedPage(page, now);
    const leads = page.isLast ? { end: page.nextCheckpoint } : { next: page.nextCheckpoint };
    const digest = createHash("sha256").update(answer.page).digest("hex");
    const starts = page.startsOver ? { startsOver: true as const } : {};
    const read = { ...counts, ...leads, ...starts, isLasting: true as const, bytes: answer.page.byteLength, digest };
    return { page: read, listed, unknown, bytes: undefined };
  } catch (error) {
    const problem = Problem.from(error);
    const isUnknown = problem.fields.some(({ field }) => field === "checkpoint");
    // In the midst of its pages it would begin again and again.
    return isUnknown && range.next === undefined && token !== "" ? UNKNOWN_CHECKPOINT : failureOf(problem);
  }
}

const UNKNOWN_CHECKPOINT: Failed = {
  fault: "ANSWER",
  sentence:
    "The partner does not know where we were, as after it began anew: all is asked for from the beginning, and what it tells no more is removed.",
  isPassing: true,
  startsOver: true,
};

function failureOf({ reason, handling, metadata }: Problem): Failed {
  if (reason === "SIGNATURE_INVALID") {
    return unsigned("A page is not signed by a key of keys_file: ask the partner for its keys, by another way.");
  }
  if (OF_US.has(reason)) return noCredentials(`the partner says ${reason}`);
  if (reason === "NOT_FOUND") {
    return { fault: "ANSWER", sentence: "The partner has no such set for us: ask it to share it.", isPassing: false };
  }
  if (reason === "RATE_LIMITED") return { fault: "BUSY", sentence: "The partner asks to wait.", isPassing: true };
  const { why = "" } = metadata;
  if (reason === "PEER_UNAVAILABLE" && OF_TLS.has(why)) {
    return { fault: "TLS", sentence: `No connection to the partner holds (${why}).`, isPassing: false };
  }
  if (SILENT.has(reason)) return unreachable("The partner does not answer.");
  return { fault: "ANSWER", sentence: `The partner answers ${reason}.`, isPassing: handling !== "terminal" };
}

const OF_US: ReadonlySet<Reason> = new Set<Reason>(["NOT_ALLOWED", "IDENTITY_DENIED", "IDENTITY_UNKNOWN"]);
const SILENT: ReadonlySet<Reason> = new Set<Reason>(["PEER_UNAVAILABLE", "TIMED_OUT", "SHUTTING_DOWN"]);

/** Words of `why` that tell of certificates. */
const OF_TLS: ReadonlySet<string> = new Set([
  "name",
  "authority",
  "expired",
  "not_yet_valid",
  "kind",
  "refused",
  "denied",
]);

const unsigned = (sentence: string): Failed => ({ fault: "SIGNATURE", sentence, isPassing: false });

const unreachable = (sentence: string): Failed => ({ fault: "UNREACHABLE", sentence, isPassing: true });

function noCredentials(why: string): Failed {
  const sentence = `The identity or the keys of this partner cannot be used (${why}). Bring new ones, then: ntd exchange pull`;
  return { fault: "CREDENTIALS", sentence, isPassing: false };
}
