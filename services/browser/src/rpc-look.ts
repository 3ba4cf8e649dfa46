import { LookProblem, type LookRequest, type LookResponse } from "@ntd/proto/browser/v1/browser_service";
import { Problem, shown } from "@ntd/service";
import type { Eye } from "./look/eye.ts";
import type { Look } from "./look/look.ts";
import { countLook } from "./metrics.ts";

const MAX_ADDRESS = 8192;
const ENGLISH = "en-US,en;q=0.9";

/** @param eye absent: there is no browser here. */
export async function look(eye: Eye | undefined, request: LookRequest, signal: AbortSignal): Promise<LookResponse> {
  const { address, acceptLanguage } = valid(request);
  const response = eye === undefined ? NO_BROWSER : responseOf(await eye.look(address, acceptLanguage, signal));
  countLook(response.problem);
  return response;
}

const NO_BROWSER: LookResponse = {
  problem: LookProblem.NO_BROWSER,
  document: undefined,
  media: [],
  truncated: false,
  requests: [],
  refusedCount: 0,
};

function valid({ address, acceptLanguage }: LookRequest): { address: URL; acceptLanguage: string } {
  const url = address.length <= MAX_ADDRESS ? URL.parse(address) : null;
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
  if (!isPlain) {
    throw Problem.fields({
      field: "address",
      description: "is no address by http or https of at most 8 KiB; give one",
    });
  }
  if (!/^[A-Za-z0-9,;=.* -]{0,200}$/.test(acceptLanguage)) {
    const description = `is ${shown(acceptLanguage)}, and no list such as "nl-NL,nl;q=0.9"`;
    throw Problem.fields({ field: "accept_language", description });
  }
  return { address: url, acceptLanguage: acceptLanguage === "" ? ENGLISH : acceptLanguage };
}

function responseOf({ problem, document, media, truncated, requests, refused }: Look): LookResponse {
  return {
    problem: problem === undefined ? LookProblem.UNSPECIFIED : LookProblem[problem],
    document: document && {
      ...document,
      headers: [...document.headers].flatMap(([name, values]) => values.map((value) => ({ name, value }))),
    },
    media: media.map(({ url, mediaType, bytes, sha256, element }) => ({
      url,
      mediaType,
      byteCount: BigInt(bytes),
      sha256: sha256 ?? new Uint8Array(),
      element,
    })),
    truncated,
    requests: [...requests],
    refusedCount: refused,
  };
}
