import type { Ip } from "./ip.ts";
import { prefixAround, type Prefix } from "./prefix.ts";

/**
 * Values by prefix, found by the longest prefix that an address lies in. A look-up costs one step for each length that
 * occurs in its family, however many prefixes there are: some microseconds among a million.
 */
export class PrefixMap<T> {
  readonly #lengths: Record<Ip["family"], Map<number, Map<bigint, T>>> = { 4: new Map(), 6: new Map() };

  get({ family, bits, length }: Prefix): T | undefined {
    return this.#lengths[family].get(length)?.get(bits);
  }

  set({ family, bits, length }: Prefix, value: T): void {
    const lengths = this.#lengths[family];
    const held = lengths.get(length);
    if (held !== undefined) {
      held.set(bits, value);
      return;
    }
    // Longest first: that is how they are asked.
    const sorted = [...lengths, [length, new Map([[bits, value]])] as const].toSorted(([a], [b]) => b - a);
    this.#lengths[family] = new Map(sorted);
  }

  delete({ family, bits, length }: Prefix): void {
    const held = this.#lengths[family].get(length);
    held?.delete(bits);
    if (held?.size === 0) this.#lengths[family].delete(length);
  }

  /** The longest prefix with a value that the address lies in. */
  longest(ip: Ip): { prefix: Prefix; value: T } | undefined {
    for (const [length, values] of this.#lengths[ip.family]) {
      const prefix = prefixAround(ip, length);
      const value = values.get(prefix.bits);
      if (value !== undefined) return { prefix, value };
    }
    return undefined;
  }
}
