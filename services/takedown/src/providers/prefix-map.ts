import { prefixAround, type Ip, type Prefix } from "./prefix.ts";

/**
 * Values by prefix, found by the longest prefix that an address lies in. A look-up costs one step for each length that
 * occurs in its family, however many prefixes there are.
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

  /** What stands at the longest prefix that the address lies in. */
  longest(ip: Ip): T | undefined {
    for (const [length, values] of this.#lengths[ip.family]) {
      const value = values.get(prefixAround(ip, length).bits);
      if (value !== undefined) return value;
    }
    return undefined;
  }
}
