import { styleText } from "node:util";
import { columned, type Shown } from "./columns.ts";
import { harmless, harmlessJson } from "./harmless.ts";
import { PLAIN, tellingLength, timeIn, type Presentation } from "./presentation.ts";

/** What is being said at this moment looks like this; whoever says it need not know. */
let presentation = PLAIN;

/** What `say` says, as it is to look. */
export function presented(as: Presentation, say: () => string): string {
  const before = presentation;
  presentation = as;
  try {
    return say();
  } finally {
    presentation = before;
  }
}

/** JSON of an answer: dates as ISO 8601, bytes as hex, bigints as text, durations as "3.5s", a oneof as its one field. */
export function toJson(value: unknown): string {
  return harmlessJson(JSON.stringify(plain(value), undefined, 2));
}

/** Some of the items of a list as `toJson` has it: the first with its beginning. */
export function jsonItems(items: readonly unknown[], isFirst: boolean): string {
  if (items.length === 0) return "";
  const within = toJson(items).slice("[".length, -"\n]".length);
  return `${isFirst ? "[" : ","}${within}`;
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (Array.isArray(value)) return value.map(plain);
  if (isDuration(value)) return durationText(value);
  if ("$case" in value && "value" in value) return { [String(value.$case)]: plain(value.value) };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

interface Duration {
  seconds: bigint;
  nanos: number;
}

function isDuration(value: object): value is Duration {
  return "seconds" in value && typeof value.seconds === "bigint" && "nanos" in value && typeof value.nanos === "number";
}

/** As proto3 JSON has it: exact, and never with an exponent. */
function durationText({ seconds, nanos }: Duration): string {
  const all = seconds * 1_000_000_000n + BigInt(nanos);
  const digits = String(all < 0n ? -all : all).padStart(10, "0");
  const fraction = digits.slice(-9).replace(/0+$/, "");
  return `${all < 0n ? "-" : ""}${digits.slice(0, -9)}${fraction === "" ? "" : `.${fraction}`}s`;
}

function secondsOf({ seconds, nanos }: Duration): number {
  return Number(seconds) + nanos / 1e9;
}

/** A duration as people say it: "850 ms", "12.5 s", "3 min 20 s", "2 h 5 min", "4 d 1 h". */
export function spoken(duration: Duration): string {
  const seconds = secondsOf(duration);
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 3600) return twoUnits(seconds, 60, "min", 1, "s");
  return seconds < 86_400 ? twoUnits(seconds, 3600, "h", 60, "min") : twoUnits(seconds, 86_400, "d", 3600, "h");
}

/** Milliseconds as people say them. */
export function spokenMs(ms: number): string {
  return spoken({ seconds: BigInt(Math.floor(ms / 1000)), nanos: (Math.floor(ms) % 1000) * 1_000_000 });
}

function twoUnits(seconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const whole = Math.floor(seconds / large);
  const rest = Math.floor((seconds - whole * large) / small);
  return rest === 0 ? `${whole} ${largeName}` : `${whole} ${largeName} ${rest} ${smallName}`;
}

/** Words that must not be overlooked. */
export interface Alarm {
  alarm: string;
}

/** An id that may be typed by its beginning. */
export interface Id {
  id: string;
}

export type Cell = string | number | bigint | boolean | Date | readonly string[] | Alarm | Id | undefined;

/** They stand out where colour is wanted. */
export function alarmed(text: string): string {
  return styled({ text: harmless(text), isAlarm: true });
}

function styled({ text, isAlarm }: Shown): string {
  return isAlarm && presentation.hasColour ? styleText(["bold", "red"], text, { validateStream: false }) : text;
}

/** A time as people are to read it; "" for none. */
export function shownTime(time: Date | undefined): string {
  return time === undefined ? "" : timeIn(presentation.timeZone, time);
}

/** A table for people; "nothing" says so when there are no rows. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], nothing = "nothing"): string {
  if (rows.length === 0) return nothing;
  const ids = rows.flat().flatMap((one) => (isId(one) ? [one.id] : []));
  const length = presentation.hasShortIds ? tellingLength(ids) : Infinity;
  const shortened = (one: Cell) => (isId(one) ? one.id.slice(0, length) : one);
  return drawn([head.map(cell), ...rows.map((row) => row.map((one) => cell(shortened(one))))]);
}

function isId(value: Cell): value is Id {
  return typeof value === "object" && "id" in value;
}

function drawn(rows: readonly (readonly Shown[])[]): string {
  return columned(rows, presentation.columns, styled);
}

/** What is shown one below the other. */
export interface Below {
  below: readonly string[];
}

/** Names and values, one a line; what is empty is left out. */
export function listing(values: Readonly<Record<string, Cell | Below>>): string {
  const shown = Object.entries(values).map(([name, value]) => [{ text: name, isAlarm: false }, below(value)] as const);
  return drawn(shown.filter(([, { text }]) => text !== ""));
}

function below(value: Cell | Below): Shown {
  return isBelow(value) ? { text: value.below.map(harmless).join("\n"), isAlarm: false } : cell(value);
}

function isBelow(value: Cell | Below): value is Below {
  return typeof value === "object" && "below" in value;
}

function cell(value: Cell): Shown {
  const isAlarm = typeof value === "object" && "alarm" in value;
  return { text: isAlarm ? harmless(value.alarm) : textOf(value), isAlarm };
}

function textOf(value: Exclude<Cell, Alarm>): string {
  if (value instanceof Date) return shownTime(value);
  if (Array.isArray(value)) return harmless(value.join(", "));
  return harmless(isId(value) ? value.id : String(value ?? ""));
}

/** What somebody wrote, line by line, each behind `indent`. */
export function words(text: string, indent: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => indent + harmless(line))
    .join("\n");
}
