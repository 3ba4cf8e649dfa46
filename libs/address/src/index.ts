export { parseAddress, type AddressFault, type ReadAddress } from "./address.ts";
export { addressFaults } from "./faults.ts";
export { formerTargetIdOf, targetIdOf } from "./target-id.ts";
export { readTargetKey } from "./target-key.ts";
