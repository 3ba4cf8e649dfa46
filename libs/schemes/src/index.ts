export { schemeFaults } from "./faults.ts";
export { readSchemes } from "./read-schemes.ts";
export type { Neighbour } from "./mapping.ts";
export type { Code, Scheme } from "./scheme.ts";
export { isSafe, NO_SCHEMES, Schemes } from "./schemes.ts";
