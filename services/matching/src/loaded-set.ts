import { createIndex } from "@ntd/hammingindex";
import { countTransitions } from "@ntd/imagehash";
import type { Algorithm, Classification } from "@ntd/proto/common/v1/common";
import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { SetPolicy, Thresholds } from "@ntd/proto/hashlists/v1/release";
import type { Hit } from "@ntd/proto/matching/v1/match";
import { strongest } from "./hits.ts";
import { hexOf, isExact, ORIGINAL, within, type ExactAlgorithm, type Form, type SearchPlan } from "./search-plan.ts";
import type { KnownSet } from "./store.ts";

const DEFAULT_THRESHOLDS: Thresholds = { pdq: 31, blockhash: 12, pdqQuality: 50, blockhashTransitions: 60 };

/** Entries that one search by distance may find; the nearest come first. */
const FOUND_AT_MOST = 200;

interface Listed {
  entryId: string;
  quality: number;
  votes: number;
  classification: Classification | undefined;
}

type Found = Pick<Hit, "algorithm" | "distance" | "threshold" | "queryQuality" | "form">;

/** The active release of one set in memory, under the policy and counter it was loaded for. */
export class LoadedSet {
  readonly setId: string;
  readonly counter: number;
  readonly #releaseId: string;
  readonly #policy: SetPolicy;
  readonly #thresholds: Thresholds;
  readonly #listed: Listed[] = [];
  readonly #exact: Readonly<Record<ExactAlgorithm, Map<string, number>>> = {
    ALGORITHM_SHA256: new Map(),
    ALGORITHM_SHA1: new Map(),
    ALGORITHM_MD5: new Map(),
  };
  readonly #classifications = new Map<string, Classification>();
  readonly #pdq = createIndex();
  readonly #blockhash = createIndex();

  constructor({ setId, counter, activeReleaseId, policy }: KnownSet) {
    this.setId = setId;
    this.counter = counter;
    this.#releaseId = activeReleaseId;
    this.#policy = policy ?? {
      owner: "",
      role: "SET_ROLE_POSITIVE",
      autoIssue: false,
      minVotes: 0,
      thresholds: undefined,
    };
    this.#thresholds = this.#policy.thresholds ?? DEFAULT_THRESHOLDS;
  }

  get size(): number {
    return this.#listed.length;
  }

  /** Takes an entry in; one below the set's floors is listed and never found. */
  add({ entryId, fingerprint, votes, classification }: Entry): void {
    const at = this.#listed.length;
    const { algorithm = "ALGORITHM_UNSPECIFIED", value = new Uint8Array(), quality = 0 } = fingerprint ?? {};
    const transitions = algorithm === "ALGORITHM_BLOCKHASH256" ? countTransitions(value) : 0;
    const detail = algorithm === "ALGORITHM_BLOCKHASH256" ? transitions : quality;
    this.#listed.push({ entryId, quality: detail, votes, classification: this.#shared(classification) });
    if (isExact(algorithm)) this.#exact[algorithm].set(hexOf(value), at);
    if (algorithm === "ALGORITHM_PDQ" && detail >= this.#thresholds.pdqQuality) this.#pdq.add(at, value);
    if (algorithm === "ALGORITHM_BLOCKHASH256" && detail >= this.#thresholds.blockhashTransitions) {
      this.#blockhash.add(at, value);
    }
  }

  /** Everything the plan finds here within the set's thresholds, the strongest first, a bounded number. */
  async search(wanted: SearchPlan): Promise<Hit[]> {
    const { exact, pdq, blockhash } = within(wanted, this.#thresholds);
    const hits: Hit[] = [];
    for (const { algorithm, hex } of exact) {
      const at = this.#exact[algorithm].get(hex);
      if (at !== undefined) hits.push(this.#hit(at, equal(algorithm)));
    }
    if (pdq !== undefined) {
      hits.push(...(await this.#near("ALGORITHM_PDQ", pdq.forms, pdq.quality, this.#thresholds.pdq)));
    }
    if (blockhash !== undefined) {
      const forms = [{ form: ORIGINAL, value: blockhash.value }];
      const { transitions } = blockhash;
      hits.push(...(await this.#near("ALGORITHM_BLOCKHASH256", forms, transitions, this.#thresholds.blockhash)));
    }
    return strongest(hits);
  }

  // A list has many entries and few classes.
  #shared(classification: Classification | undefined): Classification | undefined {
    if (classification === undefined) return undefined;
    const key = JSON.stringify(Object.values(classification));
    const known = this.#classifications.get(key) ?? classification;
    this.#classifications.set(key, known);
    return known;
  }

  async #near(algorithm: Algorithm, forms: readonly Form[], queryQuality: number, threshold: number): Promise<Hit[]> {
    const index = algorithm === "ALGORITHM_PDQ" ? this.#pdq : this.#blockhash;
    const values = forms.map(({ value }) => value);
    const results = await index.searchMany(values, threshold, FOUND_AT_MOST);
    return results.flatMap(({ ids, distances }, nth) =>
      Array.from(ids, (at, i) => {
        const found = { algorithm, threshold, queryQuality, form: forms[nth]?.form ?? ORIGINAL };
        return this.#hit(at, { ...found, distance: distances[i] ?? 0 });
      }),
    );
  }

  #hit(at: number, found: Found): Hit {
    const { entryId = "", quality = 0, votes = 0, classification } = this.#listed[at] ?? {};
    const { owner, role, autoIssue, minVotes } = this.#policy;
    return {
      ...found,
      entryQuality: quality,
      setId: this.setId,
      setOwner: owner,
      setRole: role,
      releaseId: this.#releaseId,
      entryId,
      votes,
      autoIssue,
      minVotes,
      classification,
    };
  }
}

function equal(algorithm: ExactAlgorithm): Found {
  return { algorithm, distance: 0, threshold: 0, queryQuality: 0, form: ORIGINAL };
}
