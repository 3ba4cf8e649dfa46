import { plainName } from "../formats/list-record.ts";

const words = (text: string) => new Set(text.split(" "));

/** Says that a file is no abuse material. */
const HARMLESS = words(
  "nonpertinent notpertinent irrelevant ignorable ignore notillegal legal benign nonmalicious harmless innocent clean " +
    "falsepositive notcsam nocsam notcsem whitelisted knowngood nichtrelevant unbedenklich nichtillegal nichtstrafbar " +
    "harmlos unschuldig sauber erlaubt falschpositiv unauffallig unauffaellig inoffensif fauxpositif inofensivo " +
    "falsopositivo innocuo onschadelijk nietrelevant valspositief",
);
/** Says the same of a file, and of a column perhaps that something was done. */
const FINE = words("ok okay good safe fine gut");
/** Says that nobody has judged a file. */
const NOT_JUDGED = words(
  "uncategorised uncategorized unclassified unknown unkategorisiert nichtkategorisiert unbekannt",
);
/** Says so where there is to be a class, and elsewhere nothing. */
const NO_CLASS = words("0 none null na keine");
/** Of an opinion, or among tags. */
const OBJECTIONS = words("nonmalicious falsepositive disputed notcsam negative");

/** No word of these is longer, whatever signs stand in it. */
const LONGEST = 30;

/** Whether a class says that somebody judged the file to be unlawful: lists carry others beside. */
export function isVerdict(code: string): boolean {
  const plain = plainName(code);
  return !HARMLESS.has(plain) && !NOT_JUDGED.has(plain) && !NO_CLASS.has(plain);
}

/** Whether what stands there says that a file is harmless, and can be about nothing else. */
export function saysHarmless(text: string): boolean {
  return text.length <= LONGEST && HARMLESS.has(plainName(text));
}

/** Whether what stands behind a hash is no file's name, but says that it is harmless, or that nobody has judged it. */
export function isNoVerdictBehind(text: string): boolean {
  // Nearly all of it are names of files, and this is asked of each line.
  const dot = text.indexOf(".");
  if (text.length > LONGEST || (dot >= 0 && dot < text.length - 1)) return false;
  const plain = plainName(text);
  return HARMLESS.has(plain) || FINE.has(plain) || NOT_JUDGED.has(plain);
}

/** Whether an opinion, or one of several tags, says that it is no abuse material. */
export function speaksAgainst(opinion: string): boolean {
  return !isVerdict(opinion) || [opinion, ...opinion.split(/[\s,;|]+/)].some((word) => OBJECTIONS.has(plainName(word)));
}
