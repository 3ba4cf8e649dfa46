import { existsSync, statSync } from "node:fs";
import { Problem, shown } from "../problem/problem.ts";
import { environmentFaults, modeFault } from "./live.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads settings of one prefix; faults are collected, so that all are reported at once. */
export interface ConfigReader {
  /** Text; without a default it is required. */
  text(key: string, fallback?: string): string;
  /** A whole number within [min, max]. */
  integer(key: string, options: { fallback?: number; min?: number; max?: number }): number;
  /** A length of time as milliseconds: a whole number and a unit, for example "30d", "12h", "5m", "90s". */
  duration(key: string, fallback: string): number;
  choice<const V extends string>(key: string, values: readonly V[], fallback?: V): V;
  /** Comma-separated texts; empty when unset. */
  list(key: string): string[];
  /** Path of a file or folder that must exist. */
  path(key: string): string;
  /** Path of a file that holds a secret, which is never a value of the environment; LIVE refuses one that others may read. "" only where the fallback says so. */
  secret(key: string, fallback?: ""): string;
  /** A fault found by combining settings. */
  fault(key: string, description: string): void;
}

/**
 * The one reader of the environment. `own` reads `<PREFIX>_<KEY>`, `shared` reads `NTD_<KEY>`. Unknown keys of the own
 * prefix are refused, empty values count as unset.
 *
 * @throws Problem CONFIG_INVALID naming every fault.
 */
export function readConfig<T extends object>(
  prefix: string,
  environment: Environment,
  read: (own: ConfigReader, shared: ConfigReader) => T,
): Readonly<T> {
  const faults: string[] = [];
  const known = new Set<string>();
  const config = read(reader(prefix, environment, faults, known), reader("NTD", environment, faults, known));
  for (const key of Object.keys(environment)) {
    if (key.startsWith(`${prefix}_`) && !known.has(key))
      faults.push(`${key}: unknown setting; remove it or mend its name`);
  }
  if (isLive(environment)) faults.push(...environmentFaults(environment));
  if (faults.length > 0)
    throw new Problem("CONFIG_INVALID", `The configuration is not valid:\n  ${faults.join("\n  ")}`);
  return Object.freeze(config);
}

const isLive = (environment: Environment) => environment["NTD_ENVIRONMENT"] === "LIVE";

function reader(prefix: string, environment: Environment, faults: string[], known: Set<string>): ConfigReader {
  const name = (key: string) => `${prefix}_${key}`;
  const fault = (key: string, description: string) => void faults.push(`${name(key)}: ${description}`);
  function take(key: string): string | undefined {
    known.add(name(key));
    const value = environment[name(key)];
    return value === "" ? undefined : value;
  }
  function required(key: string): string {
    fault(key, "is missing; set it");
    return "";
  }
  function path(key: string): string {
    const value = take(key) ?? required(key);
    if (value !== "" && !existsSync(value)) fault(key, "names a file or folder that does not exist");
    return value;
  }
  return {
    fault,
    path,
    secret(key, fallback) {
      if (fallback !== undefined && take(key) === undefined) return fallback;
      const value = path(key);
      const open = isLive(environment) && existsSync(value) ? modeFault(statSync(value).mode) : undefined;
      if (open !== undefined) fault(key, `names a file that ${open}`);
      return value;
    },
    text: (key, fallback) => take(key) ?? fallback ?? required(key),
    list: (key) =>
      (take(key) ?? "")
        .split(",")
        .map((s) => s.trim())
        .filter((s) => s !== ""),
    integer(key, { fallback, min = 0, max = Number.MAX_SAFE_INTEGER }) {
      const text = take(key);
      if (text === undefined && fallback !== undefined) return fallback;
      const value = Number(text ?? required(key));
      if (text !== undefined && !(/^-?\d+$/.test(text) && value >= min && value <= max))
        fault(key, `${shown(text)} is not a whole number from ${min} to ${max}`);
      return value;
    },
    duration(key, fallback) {
      const text = take(key) ?? fallback;
      const [, count, unit = ""] = /^(\d{1,6})([dhms])$/.exec(text) ?? [];
      if (count === undefined || Number(count) === 0)
        fault(key, `${shown(text)} is no length of time such as 30d, 12h, 5m`);
      return Number(count) * (unitMs[unit] ?? 0);
    },
    choice(key, values, fallback) {
      const value = take(key) ?? fallback ?? required(key);
      const found = values.find((v) => v === value);
      if (found === undefined && value !== "") fault(key, `${shown(value)} is none of ${values.join(", ")}`);
      return found ?? (value as (typeof values)[number]);
    },
  };
}

const unitMs: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };
