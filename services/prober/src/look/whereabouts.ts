import { openAddress, type Sealer } from "@ntd/service";
import type { Document } from "@ntd/store";
import type { Targets } from "../store.ts";
import type { Target } from "../targets/target-state.ts";
import { Recent } from "./recent.ts";
import { hostPlace, networkPlace } from "../fetch/rooms.ts";

const TARGETS = 50_000;
const HOSTS = 10_000;

/** Where a target is looked for, and the document if it had to be loaded to tell. */
export interface Whereabouts {
  id: string;
  places: readonly string[];
  document?: Document<Target>;
}

/**
 * Where looks go, in memory: a target's host stands sealed in its document, and many that wait for the same slow host must
 * not be loaded again each time. What a look has learned (the network of a host, where it was led on to) is kept beside.
 */
export function whereabouts(targets: Targets, sealer: Sealer) {
  const known = new Recent<readonly string[]>(TARGETS);
  const networks = new Recent<string>(HOSTS);
  const withNetwork = (places: readonly string[]) => {
    const network = networks.get(places[0] ?? "");
    return network === undefined || places.includes(network) ? places : [...places, network];
  };
  return {
    /** Undefined when there is no such target. */
    async of(id: string): Promise<Whereabouts | undefined> {
      const places = known.get(id);
      if (places !== undefined) return { id, places: withNetwork(places) };
      const document = await targets.load(id);
      if (document === undefined) return undefined;
      const told = placesOf(sealer, document.state);
      known.set(id, told);
      return { id, places: withNetwork(told), document };
    },
    /** Notes where a look has been. */
    visited(id: string, places: Iterable<string>): void {
      const [host = "", ...others] = places;
      known.set(id, [host, ...others]);
      const network = others.find((place) => place.startsWith("network:"));
      if (network !== undefined) networks.set(host, network);
    },
  };
}

// What cannot be opened is nowhere: its look fails by name.
function placesOf(sealer: Sealer, { address, resolvedIp }: Target): string[] {
  try {
    const host = hostPlace(new URL(openAddress(sealer, address).fetch).hostname);
    return resolvedIp === "" ? [host] : [host, networkPlace(resolvedIp)];
  } catch {
    return [];
  }
}
