import { MEDIA_PAGES } from "./media-pages.ts";
import { MARKUP_TRICKS } from "./hostile-markup.ts";
import { ANSWER_TRICKS } from "./hostile-answers.ts";
import type { RequestListener as Answer } from "node:http";

/** A page that no honest host shows, and all that lies below it. */
export interface HostilePage {
  seed: number;
  /** What was done to it. */
  tricks: readonly string[];
  answers: ReadonlyMap<string, Answer>;
  /** Paths that nobody may ask. */
  never: readonly string[];
}

/** A page in the making; everything of it lies below `root`. */
export interface Making {
  root: string;
  head: string[];
  body: string[];
  answers: Map<string, Answer>;
  never: string[];
  /** A whole number below a bound, the same for the same seed. */
  next: (below: number) => number;
  /** Addresses that nobody may connect to. */
  forbidden: readonly string[];
  /** What is done to the page once it is text, and then to how it is answered. */
  garble: ((html: string) => string)[];
  answerPage?: (html: string) => Answer;
}

/** One trick, done to a page. */
export type Trick = (page: Making) => void;

const TRICKS: readonly [string, Trick][] = Object.entries({ ...MARKUP_TRICKS, ...ANSWER_TRICKS });

/**
 * The page of a seed, the same each time: one of the hand-made pages with up to four tricks. The first pages have each
 * trick alone.
 */
export function hostilePage(seed: number, forbidden: readonly string[]): HostilePage {
  const next = numbers(seed);
  const root = `/hostile/${seed}`;
  const shape = MEDIA_PAGES[next(MEDIA_PAGES.length)];
  const page: Making = { root, head: [], body: [], answers: new Map(), never: [], next, forbidden, garble: [] };
  const first = seed - 1;
  const chosen = first < TRICKS.length ? [first] : Array.from({ length: 1 + next(4) }, () => next(TRICKS.length));
  const tricks = [...new Set(chosen)].flatMap((at) => TRICKS[at] ?? []) as (string | Trick)[];
  for (const trick of tricks) if (typeof trick === "function") trick(page);
  const whole = `<!doctype html><html><head>${page.head.join("")}</head><body><p>Some words.${page.body.join("")}${shape?.html ?? ""}`;
  const html = page.garble.reduce((text, garble) => garble(text), whole);
  const answers = new Map<string, Answer>([...page.answers, [`${root}.html`, (page.answerPage ?? plain)(html)]]);
  return { seed, tricks: tricks.filter((one) => typeof one === "string"), answers, never: page.never };
}

/** How many there are; so many pages have one alone. */
export const TRICK_COUNT = TRICKS.length;

const plain = (html: string): Answer => {
  const bytes = Buffer.from(html);
  return (_, response) => void response.writeHead(200, { "content-type": "text/html" }).end(bytes);
};

/** Lehmer's generator, its first values left out: those of near seeds are near. */
function numbers(seed: number): (below: number) => number {
  let state = (seed * 48_271) % 2_147_483_647;
  const next = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  for (let i = 0; i < 5; i++) next(1);
  return next;
}
