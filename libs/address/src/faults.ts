import type { AddressFault } from "./address.ts";

/** What is wrong with an address, without the address. */
export const addressFaults: Record<AddressFault, string> = {
  MISSING: "is missing; give an address",
  TOO_LONG: "is longer than 8 KiB; give the address of the material itself",
  NOT_ABSOLUTE: "is no absolute address; begin with http:// or https://",
  SCHEME: "has another scheme; only http:// and https:// are looked at",
  HOST: "has no usable host; write http:// or https://, the host, then the path",
  CREDENTIALS: "carries a user name or password; leave them out",
  TWO_ADDRESSES: "holds two addresses; report each by itself",
  SPACE_WITHIN: "holds a space or line break; give the address alone, and write %20 for a space that belongs to it",
  CUT_SHORT: "ends in an ellipsis; give the whole address",
  MARK_AT_END: "ends in a mark that may be the sentence's; leave it out, or put the address in < > if it belongs to it",
};
