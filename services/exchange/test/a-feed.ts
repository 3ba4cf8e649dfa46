import { createPrivateKey } from "node:crypto";
import { freePort } from "@ntd/embedded";
import { FeedPage, FeedServiceService, type FeedChange, type ReadFeedRequest } from "@ntd/proto/feed/v1/feed_service";
import { callerOf, service, startRpcServer, type CallContext } from "@ntd/rpc";
import { createLog, Health, newSigningKey, Problem, signBytes, type JWK } from "@ntd/service";
import type { TestBed } from "@ntd/testing";

type Known = Parameters<typeof service<typeof FeedServiceService>>[1];

/** Another ntd's feed, played by the test: pages in the order in which they are told, each signed. */
export async function aFeed(bed: TestBed) {
  await using stack = new AsyncDisposableStack();
  const identityDir = await bed.identity("service", "feed");
  const log = createLog("feed", "silent");
  const health = stack.use(new Health(log));
  const listen = `127.0.0.1:${await freePort()}`;
  const key: JWK = await newSigningKey("2026");
  const { d: _, ...publicKey } = key;
  const played = {
    address: listen.replace("127.0.0.1", "localhost"),
    jwks: { keys: [publicKey] },
    pages: [] as FeedChange[][],
    /** What of the next page is otherwise than it should be. */
    changed: {} as Partial<FeedPage> & { typ?: string },
    /** Pages, counted from 0, with which it starts over. */
    startsOverAt: [0],
    fault: undefined as Problem | undefined,
    /** Behind which checkpoint it has that fault; undefined: behind each. */
    faultBehind: undefined as string | undefined,
    /** It began anew, and knows no checkpoint of before. */
    forgets: false,
    /** Where each page leads, and no page is the last; undefined: to the next one. */
    leadsTo: undefined as ((checkpoint: string) => string) | undefined,
    asked: [] as string[],
  };
  async function readFeed({ setId, checkpoint }: ReadFeedRequest, context: CallContext) {
    played.asked.push(checkpoint);
    if (played.fault !== undefined && (played.faultBehind ?? checkpoint) === checkpoint) throw played.fault;
    if (played.forgets && checkpoint !== "") {
      throw Problem.fields({ field: "checkpoint", description: "is none of an earlier page" });
    }
    const at = Number(checkpoint);
    const { typ = "ntd-feed+jws", ...changed } = played.changed;
    played.changed = {};
    const page = FeedPage.encode({
      setId,
      recipient: callerOf(context).person,
      checkpoint,
      nextCheckpoint: String(Math.min(at + 1, played.pages.length)),
      isLast: at + 1 >= played.pages.length,
      issuedTime: new Date(),
      startsOver: played.startsOverAt.includes(at),
      changes: played.pages[at] ?? [],
      ...(played.leadsTo !== undefined && { nextCheckpoint: played.leadsTo(checkpoint), isLast: false }),
      ...changed,
    }).finish();
    const signature = await signBytes(page, createPrivateKey({ key, format: "jwk" }), { kid: "2026", typ });
    return { page, signature };
  }
  const missing = () => Promise.reject(new Problem("NOT_FOUND"));
  const own: Readonly<Record<string, unknown>> = { readFeed };
  const methods = new Proxy({} as Known, { get: (__, name) => own[String(name)] ?? missing });
  const access = { "/ntd.feed.v1.FeedService/ReadFeed": ["industry/us"] };
  stack.use(await startRpcServer({ listen, identityDir, access, health, log }, [service(FeedServiceService, methods)]));
  const running = stack.move();
  return Object.assign(played, { [Symbol.asyncDispose]: () => running.disposeAsync() });
}
