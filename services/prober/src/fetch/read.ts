import type { Answer } from "@ntd/wayout";
import type { Reason } from "../targets/target-state.ts";
import { readBody, readPart, type Limits } from "./body.ts";
import type { Fetched, Head } from "./fetch.ts";
import { nextOf } from "./redirect.ts";

/** What one request led to: an end, or another address. */
export type Step = Fetched | { is: "next"; url: string; by: "location" | "refresh"; ip: string; head: Head };

/** @throws what the network or zlib say of a body that is the answer. */
export async function read(answer: Answer, url: URL, ip: string, limits: Limits): Promise<Step> {
  const { status, headers, tls, certificate } = answer;
  const head: Head = { url: url.href, status, headers, ...(tls && { tls }), ...(certificate && { certificate }) };
  const next = nextOf(status, headers, url);
  if (next?.is === "to") return { ...next, is: "next", ip, head };
  if (next !== undefined) {
    return { is: "no_answer", reason: next.is === "nowhere" ? "SERVER_ERROR" : "TOO_MANY_REDIRECTS", ip, head };
  }
  const refusal = refusalOf(status, headers.get("content-range")?.[0]);
  if (refusal === undefined) return ofBody(await readBody(answer, limits), ip, head);
  const { known } = limits;
  if (status === 206 && known !== undefined) {
    const isSame = await readPart(answer, limits);
    return isSame ? { is: "unchanged", opening: known, ip, head } : { ...refusal, ip, head };
  }
  // The status is the answer, unless its body says more; one that hangs or is too large says nothing.
  const shown = await readBody(answer, { ...limits, known: undefined, pass: undefined }).catch(() => undefined);
  return { ...refusal, ip, head, ...(shown?.is === "whole" && shown.bytes.length > 0 && { bytes: shown.bytes }) };
}

function ofBody(body: Awaited<ReturnType<typeof readBody>>, ip: string, head: Head): Fetched {
  switch (body.is) {
    case "whole":
      return { is: "body", bytes: body.bytes, ip, head, ...(body.short && { short: true }) };
    case "passed":
    case "unchanged":
      return { ...body, ip, head };
    case "too_large": {
      const { opening, film } = body;
      return {
        is: "no_answer",
        reason: "BODY_TOO_LARGE",
        ip,
        head,
        ...(opening && { opening }),
        ...(film && { film }),
      };
    }
    default:
      return body satisfies never;
  }
}

const misses: Partial<Record<number, Reason>> = { 404: "HTTP_NOT_FOUND", 410: "HTTP_GONE", 451: "HTTP_LEGAL" };

type Refusal = { is: "miss" | "no_answer"; reason: Reason };

/** What a status says without its body; undefined when the body is the answer. */
function refusalOf(status: number, range: string | undefined): Refusal | undefined {
  const miss = misses[status];
  if (miss !== undefined) return { is: "miss", reason: miss };
  if (status >= 400 && status < 500) return { is: "no_answer", reason: "HTTP_REFUSED" };
  const isPart = status === 206 && !isWhole(range);
  return status < 200 || status > 299 || isPart ? { is: "no_answer", reason: "SERVER_ERROR" } : undefined;
}

/** A part that is all there is. */
function isWhole(range = ""): boolean {
  const [, first, last, length] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range) ?? [];
  return first === "0" && length !== undefined && Number(last) + 1 === Number(length);
}
