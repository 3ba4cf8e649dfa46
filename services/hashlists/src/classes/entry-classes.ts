import type { Schemes } from "@ntd/schemes";
import { shown } from "@ntd/service";
import { hashStart } from "../formats/empty-hash.ts";
import { NO_SCHEME } from "../formats/list-record.ts";

/** The class of an entry as it is kept, or what is wrong with it; and what an approver should know. */
export interface EntryClass {
  scheme: string;
  problem?: string;
  remark?: string;
}

/**
 * Checks the classes that a list names by the schemes of the platform. A code that its scheme does not have is a mistake,
 * or of a scheme that is another one by now: it is refused. A scheme that is not known, or of which nobody has seen the
 * document, is its list's own matter: that is said to who approves.
 */
export class EntryClasses {
  readonly #schemes: Schemes;
  readonly #ofSet: string;
  readonly #known = new Map<string, EntryClass>();

  /** @param ofSet the scheme that the set's terms name. */
  constructor(schemes: Schemes, ofSet: string) {
    this.#schemes = schemes;
    this.#ofSet = ofSet;
  }

  of({ scheme, code }: { scheme: string; code: string }): EntryClass {
    if (scheme === "" || this.#schemes.all.length === 0) return { scheme };
    const key = `${scheme}\n${code}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const isBare = scheme === NO_SCHEME && !this.#schemes.has(NO_SCHEME);
    const found = isBare ? this.#bare(code) : this.#checked(scheme, code);
    // A list has few classes; one that has another in each line is not kept in memory.
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(key, found);
    return found;
  }

  #bare(code: string): EntryClass {
    if (this.#schemes.has(this.#ofSet)) return this.#checked(this.#ofSet, code);
    const kept = `classes without a scheme are kept as ${NO_SCHEME}`;
    const why =
      this.#ofSet === "" ? "the set's terms name none" : `the set's terms name ${named(this.#ofSet)}, not known here`;
    return { scheme: NO_SCHEME, remark: `${kept}: ${why}` };
  }

  #checked(scheme: string, code: string): EntryClass {
    const known = this.#schemes.listed({ scheme, code });
    if (known.is === "known") {
      if (known.unverified === undefined) return { scheme };
      return { scheme, remark: `what classes of ${scheme} stand for is not verified: ${known.unverified}` };
    }
    if (known.is === "no_scheme") {
      return { scheme, remark: `classes of ${named(scheme)}, a scheme that is not known here, are kept unchecked` };
    }
    const problem = `${named(code)} is no code of ${scheme}; it takes ${known.takes}`;
    if (known.unverified === undefined) return { scheme, problem };
    return { scheme, remark: `${problem}, as far as is known (not verified): kept as it is` };
  }
}

const MOST_KNOWN = 1000;

// Of a hash that got into another column not all is shown.
function named(text: string): string {
  return /^[0-9a-f]{16,}$/i.test(text) ? hashStart(text) : shown(text);
}
