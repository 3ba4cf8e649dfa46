import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { decoderSandbox } from "@ntd/fingerprint/decoder-sandbox";
import { filmSandbox } from "@ntd/fingerprint/film-sandbox";
import { Films } from "@ntd/fingerprint/films";
import { FORMS, perceptualHashes } from "@ntd/imagehash";
import { PDQ_RADIUS, pdqIsComparable, rateAtMost } from "@ntd/imagehash/compare";
import { containerOf, frameCounts, type Frame } from "@ntd/imagehash/films";
import { atLeast, atMost, quantile, report, stated } from "./report.ts";
import {
  countsOf,
  filmsFound,
  printFilms,
  SHARES,
  unrelatedFilms,
  unrelatedFrames,
  type FilmOutcome,
} from "./robustness-film-counts.ts";
import { ANIMATION_EDITS, FILM_EDITS, FilmStudio, type FilmEdit } from "./robustness-film-edits.ts";
import { distance, words } from "./robustness-hashes.ts";
import { print } from "./robustness-tables.ts";

// How much of a film and of an animation is found after an edit, and how near frames of unrelated films come: what makes a
// match of two films follows from it. Argument: --films, how many are generated. Needs ffmpeg with libx264 and libwebp.
const { values } = parseArgs({ strict: false, options: { films: { type: "string" } } });
const COUNT = Number(values["films"] ?? 20);

/** Whether any picture that is looked up of an edited animation is like one that is listed: the first alone, or any. */
interface AnimationOutcome {
  edit: FilmEdit;
  byFirst: boolean;
  byAny: boolean;
}

const seeing = await opened();
if (seeing === undefined) console.log("\nFilms are not decoded here: neither they nor animations are measured.");
else await measure(seeing);

async function opened(): Promise<Films | undefined> {
  const bounds = { ffmpeg: "", filmTimeoutMs: 120_000, maxRssMb: 700, environment: "TEST", sandbox: "auto" } as const;
  const { kind } = await decoderSandbox(bounds);
  const sandbox = await filmSandbox(bounds, kind);
  if (typeof sandbox === "string") return undefined;
  return new Films({ ...bounds, sandbox, timeoutMs: bounds.filmTimeoutMs, maxBytes: 2 ** 28, maxWaiting: 0 });
}

async function measure(seer: Films): Promise<void> {
  await using studio = await FilmStudio.open();
  const [films, animations]: [FilmOutcome[], AnimationOutcome[]] = [[], []];
  const all: Frame[][][] = [];
  let other = await studio.film(COUNT);
  for (let nth = 0; nth < COUNT; nth++) {
    const film = await studio.film(nth);
    const listed = await framesOf(seer, await readFile(film));
    const versions = [listed];
    for (const edit of FILM_EDITS) {
      const seen = await framesOf(seer, await studio.edited(film, edit, other));
      films.push({ edit, counts: countsOf(listed, seen) });
      if (edit.inLonger !== true) versions.push(seen);
    }
    all.push(versions);
    const gif = await studio.animation(film);
    const shown = await picturesOf(await readFile(gif));
    for (const edit of ANIMATION_EDITS) {
      animations.push(animationOutcome(edit, shown, await picturesOf(await studio.edited(gif, edit, other))));
    }
    other = film;
  }
  printFilms(films);
  printAnimations(animations);
  const [frames, pairs] = [unrelatedFrames(all), unrelatedFilms(all)];
  const rows = SHARES.map((share, at) => [`${100 * share} %`, pairs.showing[at]]);
  print(
    `Of ${pairs.pairs} pairs of unrelated films: those of which either shows so much of the other`,
    ["share", "pairs"],
    rows,
  );
  const found = (name: string) => filmsFound(films.filter(({ edit }) => edit.name === name));
  const counting = all.map(([listed = []]) => listed.filter(frameCounts).length);
  report("robustness-films", [
    stated("films of ten scenes each", COUNT, ""),
    stated("frames that count of one, median", quantile(counting, 0.5), ""),
    ...["H.264 again, at rate factor 35", "160 pixels wide", "12 frames a second of 25"].map((name) =>
      atLeast(`${name}: films found`, found(name), "%", 98),
    ),
    ...[
      "the first 20 % alone",
      "the middle third alone",
      "in a film three times as long",
      "a logo over 3 % of the area",
    ].map((name) => atLeast(`${name}: films found`, found(name), "%", 95)),
    atLeast("pairs of frames of unrelated films", frames.pairs, "", 1e7),
    atMost("of these within 31 bits", frames.near, "", 0),
    stated("frames that are alike by chance, at most (95 %)", rateAtMost(frames.near, frames.pairs), "a pair"),
    atMost("unrelated films that match", pairs.matching, `of ${pairs.pairs} pairs`, 0),
    stated("films that match by chance, at most (95 %)", rateAtMost(pairs.matching, pairs.pairs), "a pair"),
  ]);
}

async function framesOf(seer: Films, bytes: Buffer): Promise<Frame[]> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
  }
  const seen = await seer.see(containerOf(bytes), chunks(), new AbortController().signal);
  if (!("frames" in seen)) throw new Error(`a film of the benchmark ended as ${seen.end}`);
  return seen.frames;
}

interface Shown {
  /** As a list has them: the original form of each picture that counts, the file's own first. */
  listed: Int32Array[];
  /** As they are looked up: in eight forms. */
  forms: Int32Array[][];
}

async function picturesOf(bytes: Uint8Array): Promise<Shown> {
  const hashed = await perceptualHashes(bytes);
  if (!hashed.ok) throw new Error(`an animation of the benchmark was refused: ${hashed.reason}`);
  const shown = [hashed, ...hashed.renditions].map(({ pdq }) => pdq).filter(pdqIsComparable);
  const forms = shown.map((one) => FORMS.map((form) => words(one.forms[form])));
  return { listed: forms.flatMap(([original]) => original ?? []), forms };
}

function animationOutcome(edit: FilmEdit, { listed }: Shown, { forms }: Shown): AnimationOutcome {
  const isFound = (one: Int32Array) => forms.some((each) => each.some((form) => distance(form, one) <= PDQ_RADIUS));
  return { edit, byFirst: listed.slice(0, 1).some(isFound), byAny: listed.some(isFound) };
}

function printAnimations(outcomes: readonly AnimationOutcome[]): void {
  const rows = ANIMATION_EDITS.map((edit) => {
    const some = outcomes.filter((outcome) => outcome.edit === edit);
    const share = (is: (one: AnimationOutcome) => boolean) => ((100 * some.filter(is).length) / some.length).toFixed(1);
    return [edit.name, share(({ byFirst }) => byFirst), share(({ byAny }) => byAny)];
  });
  const title = `Recall, ${COUNT} animations of 32 frames, 16 of which are looked up`;
  print(title, ["edit", "listed by the first frame: found, %", "by any: found, %"], rows);
}
