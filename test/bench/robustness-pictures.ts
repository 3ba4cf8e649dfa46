import { join } from "node:path";
import { parseArgs } from "node:util";
import { FORMS, innerPicture, perceptualHashes } from "@ntd/imagehash";
import { falseMatchRate, pdqIsComparable, rateAtMost, type PerceptualAlgorithm } from "@ntd/imagehash/compare";
import { BLOCKHASH_RADIUS, blockhashIsComparable, PDQ_RADIUS } from "@ntd/imagehash/compare";
import { atLeast, atMost, quantile, report, stated } from "./report.ts";
import { EDITS, UPRIGHT } from "./robustness-edits.ts";
import {
  cropsOf,
  falseDerived,
  falseMatches,
  pairsOf,
  type FalseMatches,
  type Part,
} from "./robustness-false-matches.ts";
import { decoded, derivedOf, distance, lookedUpOf, wordsOf, type Hashes } from "./robustness-hashes.ts";
import { outcomeOf, ownOf, recallOf, toldOf, type Outcome } from "./robustness-recall.ts";
import { GENERATED, sources, type Origin, type Source } from "./robustness-sources.ts";
import { printAcross, printChoice, printDrift, printFalseMatches, printRecall } from "./robustness-tables.ts";

// How far each edit moves the hashes of a picture, and how near unrelated pictures come: what thresholds follow from.
// Arguments: a folder of photographs (NTD_TEST_VECTORS/pdq unless told); --pictures, how many are generated.
const { positionals, values } = parseArgs({ allowPositionals: true, options: { pictures: { type: "string" } } });
const vectors = process.env["NTD_TEST_VECTORS"];
const [photographs = vectors && join(vectors, "pdq")] = positionals;
const parts: Part[] = [];
const outcomes: Outcome[] = [];
/** Listed by the recipe exact, looked up by fast. */
const across: Outcome[] = [];
const drift: Record<PerceptualAlgorithm, number[]> = { pdq: [], blockhash: [] };
/** A set may not be searched farther, in bits. */
const WIDEST = 31;
const counts = { generated: 0, photograph: 0, pdq: 0, blockhash: 0, bordered: 0 };
/** Of each source, what is looked up of it, and what is derived from it. */
const looks: Hashes[][] = [];
const derived: Int32Array[][] = [];
/** Entries that a national list may have. */
const NATIONAL = 1e7;

for await (const source of sources(Number(values.pictures ?? GENERATED), photographs)) await measure(source);
const found = falseMatches(parts);
const ownFound = pairsOf(falseDerived(looks, derived), PDQ_RADIUS);
const generated = of("generated");

console.log(
  `${counts.generated} generated pictures, ${counts.photograph} photographs; ${counts.pdq} of all have PDQ quality 50,` +
    ` ${counts.blockhash} have 60 transitions, ${counts.bordered} a border. Recall is of those above the floor of the hash.`,
);
printRecall(`Recall, ${counts.generated} generated pictures`, generated);
if (counts.photograph > 0) printRecall(`Recall, ${counts.photograph} photographs`, of("photograph"));
printChoice("pdq", generated, found);
printChoice("blockhash", generated, found);
printFalseMatches(found);
printDrift(drift);
printAcross(across);
report("robustness", figures(generated, found));

async function measure({ origin, bytes }: Source): Promise<void> {
  const picture = await decoded(bytes);
  const [listed, ...within] = lookedUpOf(picture) as [Hashes, ...Hashes[]];
  const source = counts.generated + counts.photograph;
  counts[origin]++;
  counts.pdq += Number(pdqIsComparable(listed));
  counts.blockhash += Number(blockhashIsComparable(listed));
  const isBordered = innerPicture(picture) !== undefined;
  counts.bordered += Number(isBordered);
  const inner = within.map((hashes) => ({ source, hashes }));
  parts.push({ source, hashes: listed }, ...inner, ...cropsOf(picture, source));
  const own = { hashes: listed, derived: derivedOf(picture), isBordered };
  looks.push([listed, ...within]);
  derived.push(own.derived);
  for (const edit of EDITS) {
    const edited = await edit.apply(bytes, picture);
    const [queries, fast] = [lookedUpOf(await decoded(edited)), await fastHashes(edited)];
    const [exact] = queries as [Hashes];
    outcomes.push(outcomeOf(origin, edit, own, queries));
    across.push(outcomeOf(origin, edit, own, [fast]));
    // A small picture is not shrunk: both recipes see the same.
    if (edit.group === "scaled" || !pdqIsComparable(exact)) continue;
    drift.pdq.push(distance(exact.pdq[0] as Int32Array, fast.pdq[0] as Int32Array));
    drift.blockhash.push(distance(exact.blockhash, fast.blockhash));
  }
}

async function fastHashes(bytes: Uint8Array): Promise<Hashes> {
  const hashed = await perceptualHashes(bytes, { recipe: "fast" });
  if (!hashed.ok) throw new Error(`a picture of the benchmark was refused: ${hashed.reason}`);
  return wordsOf(hashed.pdq.forms, hashed.pdq.quality, hashed.blockhash.hash);
}

function of(origin: Origin): Outcome[] {
  return outcomes.filter((outcome) => outcome.origin === origin);
}

/** How many times as many unrelated pairs were seen within a distance as the product says at most. */
function worst({ pdq, blockhash }: FalseMatches): number {
  const ratios = Array.from({ length: WIDEST + 1 }, (_, distance) => {
    const [byPdq, byBlockhash] = [pairsOf(pdq, distance), pairsOf(blockhash, distance)];
    const allowed = falseMatchRate("pdq", distance) * FORMS.length * byPdq.pairs;
    return Math.max(
      byPdq.seen / allowed,
      byBlockhash.seen / (falseMatchRate("blockhash", distance) * byBlockhash.pairs),
    );
  });
  return Math.max(...ratios);
}

function turnedAgainstUpright(by: (name: string) => readonly Outcome[]): number {
  const found = (name: string) => recallOf(by(name), "pdq", PDQ_RADIUS).found;
  const turned = EDITS.filter(({ group, name }) => group === "turned" && name !== UPRIGHT);
  return Math.min(...turned.map(({ name }) => found(name))) - found(UPRIGHT);
}

function figures(all: readonly Outcome[], found: FalseMatches) {
  const { pdq, blockhash, told } = found;
  const by = (name: string) => all.filter(({ edit }) => edit.name === name);
  const [near, nominated] = [pairsOf(pdq, PDQ_RADIUS), pairsOf(blockhash, BLOCKHASH_RADIUS)];
  return [
    atLeast("JPEG 50, found by PDQ", recallOf(by("JPEG 50"), "pdq", PDQ_RADIUS).found, "%", 98),
    atLeast("JPEG 50, found by blockhash", recallOf(by("JPEG 50"), "blockhash", BLOCKHASH_RADIUS).found, "%", 95),
    stated("all edits, told by either hash", toldOf(all), "%"),
    atMost("PDQ, false matches", near.seen, `of ${near.pairs} pairs`, 0),
    stated("PDQ, rate of false matches at most", rateAtMost(near.seen, near.pairs), "a pair in all forms"),
    atMost("blockhash, rate of false matches at most", rateAtMost(nominated.seen, nominated.pairs), "a pair", 1e-6),
    atMost("false matches against what falseMatchRate allows, at the worst distance", worst(found), "", 1),
    stated("told, false matches", pairsOf(told, 0).seen, `of ${pairsOf(told, 0).pairs} pairs`),
    atLeast("pairs of unrelated pictures compared by PDQ in all forms", near.pairs, "", 2e7),
    stated(
      "look-up in 10 M entries, all forms: false matches at most (95 %)",
      rateAtMost(near.seen, near.pairs) * NATIONAL,
      "",
    ),
    stated(
      "the same by the larger measurement of photographs",
      falseMatchRate("pdq", PDQ_RADIUS) * FORMS.length * NATIONAL,
      "",
    ),
    atMost("derived hashes, false matches", ownFound.seen, `of ${ownFound.pairs} pairs`, 0),
    ...EDITS.filter(({ group }) => group === "bordered").map(({ name }) => {
      const unbordered = by(name).filter(({ isBordered }) => !isBordered);
      return atLeast(`${name}, found by PDQ`, recallOf(unbordered, "pdq", PDQ_RADIUS).found, "%", 95);
    }),
    atLeast("turned or mirrored, the worst against upright", turnedAgainstUpright(by), "points", 0),
    atLeast("crop 5 % of one's own material, nominated", ownOf(by("crop 5 % a side")), "%", 80),
    ...["caption over the lower 10 %", "caption below, 10 %"].map((name) =>
      atLeast(`${name}, one's own material, nominated`, ownOf(by(name)), "%", 60),
    ),
    stated("drift from exact to fast, PDQ, p99", quantile(drift.pdq, 0.99), "bits"),
    stated("drift from exact to fast, blockhash, p99", quantile(drift.blockhash, 0.99), "bits"),
  ];
}
