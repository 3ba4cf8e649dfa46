import { PassThrough } from "node:stream";
import { LookProblem, type Looked, type LookRequest, type LookResponse } from "@ntd/proto/browser/v1/browser_service";
import { Problem, shown } from "@ntd/service";
import type { Asked, Eye } from "./look/eye.ts";
import type { Look } from "./look/look.ts";
import { Questions } from "./look/questions.ts";
import { countLook } from "./metrics.ts";

const MAX_ADDRESS = 8192;
const ENGLISH = "en-US,en;q=0.9";

/** @param eye absent: there is no browser here. */
export async function* look(
  eye: Eye | undefined,
  requests: AsyncIterable<LookRequest>,
  signal: AbortSignal,
): AsyncGenerator<LookResponse> {
  const steps = requests[Symbol.asyncIterator]();
  const first = await steps.next();
  const task = valid(first.done === true ? undefined : first.value.step);
  const said = new PassThrough({ objectMode: true });
  // Who has gone is told nothing more.
  said.on("error", () => undefined);
  const say = (step: LookResponse["step"]) => void (said.writable && said.write({ step } satisfies LookResponse));
  using questions = new Questions((value) => say({ $case: "connectQuestion", value }));
  void hear(steps, questions);
  const { mayConnect } = questions;
  const looking =
    eye === undefined ? Promise.resolve(NO_BROWSER) : eye.look({ ...task, mayConnect }, signal).then(told);
  void looking.then(
    (value) => {
      countLook(value.problem);
      say({ $case: "looked", value });
      said.end();
    },
    (error: Error) => said.destroy(error),
  );
  yield* said as AsyncIterable<LookResponse>;
}

/** Takes answers for as long as there are any. */
async function hear(steps: AsyncIterator<LookRequest>, questions: Questions): Promise<void> {
  try {
    for (;;) {
      const next = await steps.next();
      if (next.done === true) break;
      const { step } = next.value;
      if (step?.$case === "connectAnswer") questions.answer(step.value.number, step.value.mayConnect);
    }
  } catch {
    // The call has ended, and with it the look.
  }
  questions[Symbol.dispose]();
}

const NO_BROWSER: Looked = {
  problem: LookProblem.NO_BROWSER,
  document: undefined,
  media: [],
  truncated: false,
  refusedCount: 0,
};

function valid(step: LookRequest["step"]): Omit<Asked, "mayConnect"> {
  if (step?.$case !== "lookAt") {
    throw Problem.fields({ field: "look_at", description: "is missing; say first what is to be looked at" });
  }
  const { address, acceptLanguage } = step.value;
  const url = address.length <= MAX_ADDRESS ? URL.parse(address) : null;
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
  if (!isPlain) {
    throw Problem.fields({
      field: "look_at.address",
      description: "is no address by http or https of at most 8 KiB; give one",
    });
  }
  if (!/^[A-Za-z0-9,;=.* -]{0,200}$/.test(acceptLanguage)) {
    const description = `is ${shown(acceptLanguage)}, and no list such as "nl-NL,nl;q=0.9"`;
    throw Problem.fields({ field: "look_at.accept_language", description });
  }
  return { address: url, acceptLanguage: acceptLanguage === "" ? ENGLISH : acceptLanguage };
}

function told({ problem, document, media, truncated, refused }: Look): Looked {
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
    refusedCount: refused,
  };
}
