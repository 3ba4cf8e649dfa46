import type { Classification } from "@ntd/proto/common/v1/common";
import { entriesIn, itemsIn, shown, textIn, type Fault, type FieldFault } from "@ntd/service";

/** What a decision may say of material, by whose scheme. */
export interface Scheme {
  scheme: string;
  version: string;
  title: string;
  codes: readonly Code[];
}

interface Code {
  code: string;
  title: string;
  /** "illegal" may rest on it. */
  isIllegal: boolean;
}

export interface Schemes {
  all: readonly Scheme[];
  /** Name of the one of whose codes "illegal" names one; "": none is demanded. */
  national: string;
}

const MAX_TEXT = 100;
const MAX_TITLE = 300;

/** A scheme in a file; each fault is noted. */
export function schemeIn(data: unknown, fault: Fault): Scheme {
  const { scheme, version, title, codes } = Object.fromEntries(entriesIn(data, "", fault));
  const read = itemsIn(codes, "codes", fault).map((code, index) => codeIn(code, `codes[${index}]`, fault));
  if (new Set(read.map(({ code }) => code)).size < read.length) fault("codes", "name one code twice");
  const named = {
    scheme: textIn(scheme, "scheme", fault, MAX_TEXT),
    version: textIn(version, "version", fault, MAX_TEXT),
  };
  return { ...named, title: textIn(title, "title", fault, MAX_TITLE), codes: read };
}

function codeIn(data: unknown, at: string, fault: Fault): Code {
  const { code, title, illegal } = Object.fromEntries(entriesIn(data, at, fault));
  if (typeof illegal !== "boolean") fault(`${at}.illegal`, "is neither true nor false");
  const said = {
    code: textIn(code, `${at}.code`, fault, MAX_TEXT),
    title: textIn(title, `${at}.title`, fault, MAX_TITLE),
  };
  return { ...said, isIllegal: illegal === true };
}

/** What is wrong with what a decision says by its schemes. Where none is configured nothing is. */
export function schemeFaults(
  { all, national }: Schemes,
  said: readonly Classification[],
  isIllegal: boolean,
): FieldFault[] {
  if (all.length === 0) return [];
  const found = said.map((one) => codeOf(all, one));
  const unknown = said.flatMap((one, index) =>
    found[index] === undefined ? [{ field: `classifications[${index}]`, description: unknownCode(all, one) }] : [],
  );
  if (unknown.length > 0 || !isIllegal || national === "") return unknown;
  const rests = said.some(({ scheme }, index) => scheme === national && found[index]?.isIllegal === true);
  if (rests) return [];
  const codes = all.filter(({ scheme }) => scheme === national).flatMap((one) => one.codes);
  const takes = codes.flatMap(({ code, isIllegal: is }) => (is ? [code] : [])).join(", ");
  const description = `name no code of ${national} for what is illegal; ILLEGAL takes one of ${takes}`;
  return [{ field: "classifications", description }];
}

function codeOf(all: readonly Scheme[], { scheme, version, code }: Classification): Code | undefined {
  const named = all.find((one) => one.scheme === scheme && one.version === version);
  return named?.codes.find((one) => one.code === code);
}

function unknownCode(all: readonly Scheme[], { scheme, version, code }: Classification): string {
  const named = all.find((one) => one.scheme === scheme && one.version === version);
  if (named !== undefined) return `${shown(code)} is no code of ${scheme} ${version}`;
  const known = all.map((one) => `${one.scheme} ${one.version}`).join(", ");
  return `${shown(`${scheme} ${version}`)} is none of ${known}`;
}
