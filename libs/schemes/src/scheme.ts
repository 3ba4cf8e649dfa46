import { fieldsIn, itemsIn, shown, textIn, type Fault } from "@ntd/service";

/** What may be said of material, by whose scheme. */
export interface Scheme {
  scheme: string;
  version: string;
  title: string;
  /** Who published it; "": that is not said. */
  source: string;
  /** What of it is not to be relied upon. */
  unverified?: string;
  /** Of lists: no decision names its codes. */
  isForLists: boolean;
  codes: readonly Code[];
}

export interface Code {
  code: string;
  title: string;
  /** "illegal" may rest on it. */
  isIllegal: boolean;
  /** For the order of work alone: 0 is the most urgent, 3 the least. */
  urgency?: number;
}

export const MAX_TEXT = 100;
export const MAX_TITLE = 300;
const LEAST_URGENT = 3;
const SCHEME_FIELDS = ["scheme", "version", "title", "source", "unverified", "lists_only", "codes"];

/** A scheme in a file; each fault is noted. */
export function schemeIn(data: unknown, fault: Fault): Scheme {
  const fields = fieldsIn(data, "", fault, SCHEME_FIELDS);
  const codes = itemsIn(fields.get("codes"), "codes", fault).map((code, index) =>
    codeIn(code, `codes[${index}]`, fault),
  );
  if (new Set(codes.map(({ code }) => code)).size < codes.length) fault("codes", "name one code twice");
  return {
    scheme: nameIn(fields.get("scheme"), "scheme", fault),
    version: nameIn(fields.get("version"), "version", fault),
    title: textIn(fields.get("title"), "title", fault, MAX_TITLE),
    source: optionalText(fields.get("source"), "source", fault) ?? "",
    ...unverifiedIn(fields.get("unverified"), "unverified", fault),
    isForLists: booleanIn(fields.get("lists_only") ?? false, "lists_only", fault),
    codes,
  };
}

function codeIn(data: unknown, at: string, fault: Fault): Code {
  const fields = fieldsIn(data, at, fault, ["code", "title", "illegal", "urgency"]);
  const urgency = fields.get("urgency");
  if (urgency !== undefined && !isUrgency(urgency)) {
    fault(`${at}.urgency`, `is ${shown(urgency)}, and no whole number from 0 to ${LEAST_URGENT}`);
  }
  return {
    code: nameIn(fields.get("code"), `${at}.code`, fault),
    title: textIn(fields.get("title"), `${at}.title`, fault, MAX_TITLE),
    isIllegal: booleanIn(fields.get("illegal"), `${at}.illegal`, fault),
    ...(isUrgency(urgency) && { urgency }),
  };
}

function isUrgency(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LEAST_URGENT;
}

// Scheme, version and code are written as one text, with ":" between them.
function nameIn(data: unknown, at: string, fault: Fault): string {
  const name = textIn(data, at, fault, MAX_TEXT);
  if (name.includes(":")) fault(at, `is ${shown(name)}; without ":", which stands between scheme, version and code`);
  return name;
}

/** Why something is not to be relied upon; nothing where it is. */
export function unverifiedIn(data: unknown, at: string, fault: Fault): { unverified?: string } {
  const unverified = optionalText(data, at, fault);
  return unverified === undefined ? {} : { unverified };
}

export function optionalText(data: unknown, at: string, fault: Fault): string | undefined {
  return data === undefined ? undefined : textIn(data, at, fault, MAX_TITLE);
}

function booleanIn(data: unknown, at: string, fault: Fault): boolean {
  if (typeof data !== "boolean") fault(at, "is neither true nor false");
  return data === true;
}
