import { Problem } from "@ntd/service";
import type { Caller } from "../identity/caller.ts";
import { filled, fullBucket, take, type Bucket, type Rate } from "./bucket.ts";
import { quotaNames, type Quota } from "./quotas.ts";

/** Who is over its rate waits for its turn, but not for longer: then it is refused. */
const MOST_WAIT_MS = 1000;

/** Identities that are remembered at a time. */
const MOST_IDENTITIES = 10_000;

/** Connections that one identity may lose by misuse: three, and then one in ten seconds. A faulty client comes again. */
const MISUSES: Rate = { callsPerSecond: 0.1, burst: 3 };

interface Used {
  bucket: Bucket;
  misuses: Bucket;
  quota: Quota;
  open: number;
  uploads: number;
  bytes: number;
  connections: number;
}

/** A call that was let in: what it takes of its identity's quota until it is disposed. */
export interface Use extends Disposable {
  /** How long it is to wait for its turn; 0: not at all. */
  readonly waitMs: number;
  /** Notes bytes that came; the refusal when that is too many. */
  receive(bytes: number): Problem | undefined;
  /** What came so far is read and gone. */
  release(): void;
}

/**
 * What each identity has in use. An identity that has nothing open and has rested is forgotten, so the table is as
 * large as what goes on, and bounded.
 */
export class Usage {
  readonly #used = new Map<string, Used>();
  readonly #quotaOf: (caller: Caller) => Quota;
  readonly #most: number;
  #sweptMs = 0;

  constructor(quotaOf: (caller: Caller) => Quota, most = MOST_IDENTITIES) {
    this.#quotaOf = quotaOf;
    this.#most = most;
  }

  /** Identities that are remembered. */
  get size(): number {
    return this.#used.size;
  }

  /** Lets a call in, or says which quota it is over. A refused one has taken its turn, if it was within the rate. */
  begin(caller: Caller, isUpload: boolean, nowMs: number): Use | Problem {
    const used = this.#of(caller, nowMs);
    if (used instanceof Problem) return used;
    const { quota } = used;
    const taken = take(used.bucket, quota, nowMs, MOST_WAIT_MS);
    used.bucket = taken.bucket;
    if (taken.isOver) return over(quota, "callsPerSecond", { retry_after_ms: String(taken.waitMs) });
    if (used.open >= quota.openStreams) return over(quota, "openStreams");
    if (isUpload && used.uploads >= quota.uploads) return over(quota, "uploads");
    return useOf(used, isUpload, taken.waitMs);
  }

  /** Notes a connection, until it is disposed; the refusal when that is one too many, and whether it is to have none. */
  connect(caller: Caller, nowMs: number): Disposable & { refusal: Problem | undefined; isBarred: boolean } {
    const used = this.#of(caller, nowMs);
    if (used instanceof Problem) return { refusal: used, isBarred: false, [Symbol.dispose]: () => undefined };
    const isBarred = filled(used.misuses, MISUSES, nowMs).tokens < 1;
    used.connections += 1;
    const refusal = used.connections > used.quota.connections ? over(used.quota, "connections") : undefined;
    return { refusal, isBarred, [Symbol.dispose]: () => void (used.connections -= 1) };
  }

  /** Notes that a connection of it had to be ended for what was done on it. */
  misuse(caller: Caller, nowMs: number): void {
    const used = this.#of(caller, nowMs);
    if (!(used instanceof Problem)) used.misuses = take(used.misuses, MISUSES, nowMs, 0).bucket;
  }

  #of(caller: Caller, nowMs: number): Used | Problem {
    if (nowMs - this.#sweptMs > SWEEP_MS) this.#sweep(nowMs);
    const quota = this.#quotaOf(caller);
    const known = this.#used.get(caller.id);
    if (known !== undefined) return Object.assign(known, { quota });
    if (this.#used.size >= this.#most) this.#sweep(nowMs);
    if (this.#used.size >= this.#most) return new Problem("RATE_LIMITED", TOO_MANY);
    const [bucket, misuses] = [fullBucket(quota, nowMs), fullBucket(MISUSES, nowMs)];
    const used = { bucket, misuses, quota, open: 0, uploads: 0, bytes: 0, connections: 0 };
    this.#used.set(caller.id, used);
    return used;
  }

  #sweep(nowMs: number): void {
    this.#sweptMs = nowMs;
    for (const [id, { open, connections, bucket, misuses, quota }] of this.#used) {
      if (open + connections > 0) continue;
      const isRested = filled(bucket, quota, nowMs).tokens >= quota.burst;
      if (isRested && filled(misuses, MISUSES, nowMs).tokens >= MISUSES.burst) this.#used.delete(id);
    }
  }
}

const SWEEP_MS = 10_000;
const TOO_MANY = "More identities call at once than this server keeps apart. Try again later.";

function useOf(used: Used, isUpload: boolean, waitMs: number): Use {
  let bytes = 0;
  let isEnded = false;
  used.open += 1;
  if (isUpload) used.uploads += 1;
  const release = () => {
    used.bytes -= bytes;
    bytes = 0;
  };
  return {
    waitMs,
    receive(more) {
      // A client may go on sending what nobody takes any more: it is thrown away as it comes.
      if (isEnded) return undefined;
      bytes += more;
      used.bytes += more;
      return used.bytes > used.quota.bytesInHand ? over(used.quota, "bytesInHand") : undefined;
    },
    release,
    [Symbol.dispose]() {
      if (isEnded) return;
      isEnded = true;
      release();
      used.open -= 1;
      if (isUpload) used.uploads -= 1;
    },
  };
}

/** Refusals are alike, and there may be thousands a second: each is made once. */
const made = new Map<string, Problem>();
const MOST_MADE = 1000;

function over(quota: Quota, part: keyof Quota, facts: Record<string, string> = {}): Problem {
  const [name, limit] = [quotaNames[part], quota[part]];
  const key = [name, limit, ...Object.values(facts)].join(" ");
  const known = made.get(key);
  if (known !== undefined) return known;
  if (made.size >= MOST_MADE) made.clear();
  const problem = new Problem(
    "RATE_LIMITED",
    `This identity is over its quota ${name} (${limit}). Try again later; an operator raises it in the file of NTD_QUOTAS_FILE.`,
    { metadata: { quota: name, limit: String(limit), ...facts } },
  );
  made.set(key, problem);
  return problem;
}
