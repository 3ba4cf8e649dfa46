import { createHash } from "node:crypto";
import type { Answer } from "@ntd/wayout";

/** A picture, film or sound that the browser was given. */
export interface Medium {
  url: string;
  mediaType: string;
  bytes: number;
  /** Absent where the bytes did not come whole, or packed. */
  sha256?: Uint8Array;
}

/** The head of an answer to which the browser went, not of what stands in it. */
export interface DocumentHead {
  url: string;
  status: number;
  headers: Answer["headers"];
}

/** Redirects, and frames of advertisements, are as many as they like. */
const MOST_DOCUMENTS = 100;
/** Of the addresses of all media: what a look tells comes in one message. */
const MOST_ADDRESSES = 4 * 1024 * 1024;
const MOST_TYPE = 100;

/** What one look has asked and been given, kept by the proxy: a page that takes the browser over changes none of it. */
export class Account {
  readonly #media = new Map<string, Medium>();
  readonly #maxMedia: number;
  #addresses = 0;
  requests = 0;
  bytes = 0;
  refused = 0;
  /** More was wanted than a look is given. */
  truncated = false;
  /** Of the address that the look began with: why nothing came of it. */
  failed: "forbidden" | "no_answer" | "no_way_out" | undefined;
  readonly #documents = new Map<string, DocumentHead>();

  constructor(maxMedia: number) {
    this.#maxMedia = maxMedia;
  }

  /** Notes what the browser went to: the page itself, what it led to, frames in it. */
  went(head: DocumentHead): void {
    if (this.#documents.size < MOST_DOCUMENTS) this.#documents.set(head.url, head);
  }

  /** The head of what stands at this address; where a script has made it another, the first that sent nowhere else. */
  headOf(url: string): DocumentHead | undefined {
    const [bare = ""] = url.split("#");
    const heads = [...this.#documents.values()];
    return this.#documents.get(bare) ?? heads.find(({ status }) => status < 300 || status > 399) ?? heads[0];
  }

  get media(): Medium[] {
    return [...this.#media.values()];
  }

  /** Notes a medium as its bytes come, and what they are once they are all there. */
  medium(url: string, { status, headers }: Answer): { take(chunk: Uint8Array): void; end(isWhole: boolean): void } {
    const isNew = !this.#media.has(url);
    if (isNew && (this.#media.size >= this.#maxMedia || this.#addresses + url.length > MOST_ADDRESSES)) {
      this.truncated = true;
      return { take: () => undefined, end: () => undefined };
    }
    const mediaType = (headers.get("content-type")?.[0] ?? "").slice(0, MOST_TYPE);
    const medium = this.#media.get(url) ?? { url, mediaType, bytes: 0 };
    if (isNew) this.#addresses += url.length;
    this.#media.set(url, medium);
    const isPlain = isNew && status === 200 && !headers.has("content-encoding");
    const hash = isPlain ? createHash("sha256") : undefined;
    return {
      take(chunk) {
        medium.bytes += chunk.length;
        hash?.update(chunk);
      },
      end(isWhole) {
        if (isWhole && hash !== undefined) medium.sha256 = hash.digest();
      },
    };
  }
}

/** Whether an answer is a medium: by what the browser wanted it for, or by what the host says that it is. */
export function isMedium(wantedFor: string, { status, headers }: Answer): boolean {
  if (status !== 200 && status !== 206) return false;
  const type = headers.get("content-type")?.[0] ?? "";
  // A page that an address of a picture answers with is none.
  if (/^\s*text\/html\b/i.test(type)) return false;
  return /^(?:image|video|audio|track|object|embed)$/.test(wantedFor) || /^\s*(?:image|video|audio)\//i.test(type);
}
