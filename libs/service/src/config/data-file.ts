import { readFileSync, statSync } from "node:fs";
import { parseDocument } from "yaml";
import { Problem, shown } from "../problem/problem.ts";
import { watchFiles, type Watched } from "../process/watched-file.ts";
import type { Logger } from "../telemetry/log.ts";

/** Notes what is wrong, and where: "ms[0].name". */
export type Fault = (at: string, what: string) => void;

/** Makes of a file's data what it stands for; every fault is noted, so that all are reported at once. */
export type DataReader<T> = (data: unknown, fault: Fault) => T;

/** What people write is less; what has more is none by mistake, and is not read. */
const MAX_BYTES = 1024 * 1024;

/**
 * What a YAML text says; JSON is YAML, too.
 *
 * @param what names it in the message, for example "helplines.yaml".
 * @throws Problem CONFIG_INVALID naming every fault.
 */
export function parseData<T>(text: string, what: string, read: DataReader<T>): T {
  const faults: string[] = [];
  const value = read(plain(text, what), (at, fault) => faults.push(at === "" ? fault : `${at} ${fault}`));
  if (faults.length > 0) throw new Problem("CONFIG_INVALID", `${what} is not valid:\n  ${faults.join("\n  ")}`);
  return value;
}

// Without the parser's message: it quotes what it could not read.
function plain(text: string, what: string): unknown {
  const document = parseDocument(text, { schema: "core", uniqueKeys: true });
  const [first] = document.errors;
  const line = first?.linePos?.[0].line ?? 1;
  if (first !== undefined) throw new Problem("CONFIG_INVALID", `${what} is no YAML in line ${line}.`);
  try {
    return document.toJS() as unknown;
  } catch (cause) {
    throw new Problem("CONFIG_INVALID", `${what} names something that is not in it.`, { cause });
  }
}

/**
 * The data of a YAML file, read now and whenever it changes. A file that cannot be used later on leaves what was read
 * before in force.
 *
 * @throws Problem CONFIG_INVALID when it cannot be used at the start.
 */
export function watchData<T>(path: string, log: Logger, read: DataReader<T>): Watched<T> {
  const what = path.split("/").at(-1) ?? path;
  return watchFiles({ what, paths: [path], log, read: () => parseData(textOf(path, what), what, read) });
}

function textOf(path: string, what: string): string {
  const { size } = statSync(path);
  if (size <= MAX_BYTES) return readFileSync(path, "utf8");
  throw new Problem("CONFIG_INVALID", `${what} has ${size} bytes; it takes at most ${MAX_BYTES}.`);
}

/** The entries of an object; noted as a fault, and none, where it is no object. */
export function entriesIn(data: unknown, at: string, fault: Fault): [string, unknown][] {
  if (typeof data === "object" && data !== null && !Array.isArray(data)) return Object.entries(data);
  fault(at, `is ${kindOf(data)}, and no names with values`);
  return [];
}

/** What an object says, by name; noted as a fault where it says something under another name. */
export function fieldsIn(data: unknown, at: string, fault: Fault, names: readonly string[]): Map<string, unknown> {
  const fields = new Map(entriesIn(data, at, fault));
  for (const name of fields.keys()) {
    if (names.includes(name)) continue;
    fault(at === "" ? name : `${at}.${name}`, `is unknown; it takes ${names.join(", ")}`);
  }
  return fields;
}

/** The items of a list; noted as a fault, and none, where it is no list. */
export function itemsIn(data: unknown, at: string, fault: Fault): unknown[] {
  if (Array.isArray(data)) return data;
  fault(at, `is ${kindOf(data)}, and no list`);
  return [];
}

/** A text of 1 to `max` characters; noted as a fault, and "", where it is none. */
export function textIn(data: unknown, at: string, fault: Fault, max = 500): string {
  if (typeof data === "string" && data.trim() !== "" && data.length <= max) return data;
  fault(at, `is ${typeof data === "string" ? shown(data) : kindOf(data)}, and no text of 1 to ${max} characters`);
  return "";
}

function kindOf(data: unknown): string {
  if (data === undefined || data === null) return "missing";
  return Array.isArray(data) ? "a list" : `a ${typeof data}`;
}
