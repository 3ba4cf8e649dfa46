import type { Way } from "@ntd/wayout";

/**
 * Who looks: from where, and as whom. Several eyes look at one address, since hosts answer by network, country and
 * client.
 */
export interface Eye {
  /** Unique among the eyes; published with what it saw. */
  name: string;
  /** Whose network the eye leaves by, for example an AS number: two eyes in one network see no more than one. */
  network: string;
  /** Where it leaves, as ISO 3166-1 alpha-2; ZZ where nobody said. */
  country: string;
  /** browser: asks as a current browser does; declared: says who we are and how to reach us. */
  profile: "browser" | "declared";
  via: Way;
  /**
   * Addresses of the name servers that it asks; absent: the machine's own resolver, which knows the names that its own
   * country lets it know.
   */
  dns?: readonly string[];
  /** Whose the exit is. A home's line that somebody lends, or an exit that strangers share, is never one. */
  exit: "owned" | "contracted";
}
