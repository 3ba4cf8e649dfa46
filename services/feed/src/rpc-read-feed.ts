import { FeedPage, type ReadFeedRequest, type ReadFeedResponse } from "@ntd/proto/feed/v1/feed_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Deps } from "./deps.ts";
import { knownWatermarks } from "./known-watermarks.ts";
import { marked } from "./marked-page.ts";
import { countPage } from "./metrics.ts";
import { sealed, unsealed } from "./sealed-checkpoint.ts";
import { toldMarks } from "./told-marks.ts";

export const PAGE_TYPE = "ntd-feed+jws";
const PAGE_SIZE = 1000;

/** What a partner gets of a list behind a checkpoint, signed for them alone. */
export function readFeed({ hashlists, clock, signer, watermarkKey, makeWatermark }: Deps) {
  const marksOf = toldMarks(knownWatermarks(makeWatermark));
  return async (request: ReadFeedRequest, context: CallContext): Promise<ReadFeedResponse> => {
    const { person: recipient } = callerOf(context);
    const { setId, checkpoint, pageSize } = request;
    const [key, copy] = [watermarkKey(), { setId, recipient }];
    requireSize(pageSize);
    // Of pages as small as somebody likes, what is one too many would be a watermark.
    const asked = { setId, partner: recipient, checkpoint: unsealed(key, copy, checkpoint), pageSize: PAGE_SIZE };
    const page = await hashlists.readSource(asked, { signal: context.signal });
    const marks = page.fromPart < page.toPart ? await marksOf(key, copy, page, context.signal) : [];
    const bytes = FeedPage.encode({
      setId,
      recipient,
      checkpoint,
      nextCheckpoint: sealed(key, copy, page.nextCheckpoint),
      isLast: page.isLast,
      issuedTime: clock.now(),
      startsOver: page.startsOver,
      changes: marked(page.changes, marks, { ...page, setId }),
    }).finish();
    const signature = await signer.sign(bytes, PAGE_TYPE);
    countPage();
    return { page: bytes, signature };
  };
}

function requireSize(pageSize: number): void {
  if (Number.isInteger(pageSize) && pageSize >= 0 && pageSize <= PAGE_SIZE) return;
  throw Problem.fields({ field: "page_size", description: `is no whole number from 0 to ${PAGE_SIZE}` });
}
