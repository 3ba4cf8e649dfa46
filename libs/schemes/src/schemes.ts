import type { Classification } from "@ntd/proto/common/v1/common";
import type { Neighbour } from "./mapping.ts";
import type { Code, Scheme } from "./scheme.ts";

/** What is known of a class that a list names: lists name no version. */
export type Listed =
  | { is: "known"; unverified: string | undefined }
  | { is: "no_scheme" }
  | { is: "no_code"; takes: string; unverified: string | undefined };

/** The schemes of the platform, and what their codes say of each other. */
export class Schemes {
  readonly all: readonly Scheme[];
  /** Name of the one of whose codes "illegal" names one; "": none is demanded. */
  readonly national: string;
  readonly neighbours: readonly Neighbour[];
  readonly #versions = new Map<string, Scheme[]>();
  readonly #codes = new Map<string, Set<string>>();
  readonly #neighboursOf = new Map<string, Neighbour[]>();

  constructor(all: readonly Scheme[], national: string, neighbours: readonly Neighbour[]) {
    this.all = all;
    this.national = national;
    this.neighbours = neighbours;
    for (const one of all) {
      this.#versions.set(one.scheme, [...(this.#versions.get(one.scheme) ?? []), one]);
      const codes = this.#codes.get(one.scheme) ?? new Set();
      for (const { code } of one.codes) codes.add(code);
      this.#codes.set(one.scheme, codes);
    }
    for (const one of neighbours) {
      const key = keyOf(one.of);
      this.#neighboursOf.set(key, [...(this.#neighboursOf.get(key) ?? []), one]);
    }
  }

  has(scheme: string): boolean {
    return this.#versions.has(scheme);
  }

  schemeOf({ scheme, version }: Pick<Classification, "scheme" | "version">): Scheme | undefined {
    return this.#versions.get(scheme)?.find((one) => one.version === version);
  }

  codeOf(said: Classification): Code | undefined {
    return this.schemeOf(said)?.codes.find(({ code }) => code === said.code);
  }

  listed({ scheme, code }: Pick<Classification, "scheme" | "code">): Listed {
    const codes = this.#codes.get(scheme);
    if (codes === undefined) return { is: "no_scheme" };
    const unverified = this.#versions.get(scheme)?.find((one) => one.unverified !== undefined)?.unverified;
    if (codes.has(code)) return { is: "known", unverified };
    return { is: "no_code", takes: [...codes].join(", "), unverified };
  }

  /** With the version of its scheme where it names none and one alone has the code; else as it is. */
  withVersion(said: Classification): Classification {
    if (said.version !== "") return said;
    const [one, ...others] = (this.#versions.get(said.scheme) ?? []).filter(({ codes }) =>
      codes.some(({ code }) => code === said.code),
    );
    return one === undefined || others.length > 0 ? said : { ...said, version: one.version };
  }

  /** What codes of other schemes say beside it; directly, never by way of a third one. */
  neighboursOf(said: Classification): readonly Neighbour[] {
    return this.#neighboursOf.get(keyOf(this.withVersion(said))) ?? [];
  }

  /**
   * How urgent what is called so is: as its own scheme says, else the most urgent of what is surely said with it.
   * Undefined where nobody says.
   */
  urgencyOf(said: Classification): number | undefined {
    const own = this.codeOf(this.withVersion(said))?.urgency;
    if (own !== undefined) return own;
    const beside = this.neighboursOf(said).flatMap((one) =>
      isOfAll(one) ? (this.codeOf(one.neighbour)?.urgency ?? []) : [],
    );
    return beside.length === 0 ? undefined : Math.min(...beside);
  }
}

export const NO_SCHEMES = new Schemes([], "", []);

/** Whether whatever was called so is surely what the neighbour says, and somebody stands for that. */
export function isSafe(neighbour: Neighbour): boolean {
  return isOfAll(neighbour) && neighbour.unverified === undefined;
}

function isOfAll({ relation }: Neighbour): boolean {
  return relation === "CLASSIFICATION_RELATION_EQUAL" || relation === "CLASSIFICATION_RELATION_BROADER";
}

export function keyOf({ scheme, version, code }: Classification): string {
  return `${scheme}:${version}:${code}`;
}
