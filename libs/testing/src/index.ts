export { eventually } from "./eventually.ts";
export { startTestBed } from "./test-bed.ts";
export type { TestBed } from "./test-bed.ts";
export { containersMissing, startMongoContainer, startNatsContainer } from "./containers.ts";
export type { ContainerServer } from "./containers.ts";
export type { Pairing, TestBedOptions } from "./test-bed.ts";
export { editWith, makeProvider, providerWith, type TwoOperators } from "./provider.ts";
export {
  plainAnswer,
  plainOutcome,
  undoubtedNotice,
  unobserved,
  unobservedCase,
  unobservedNotice,
} from "./unobserved.ts";
export { handlersIn, refusedFields, type FaultyCall } from "./refused-fields.ts";
export { setMembers } from "./set-members.ts";
export { SHARING_USER, startNcmecServer, type NcmecServer, type SharedFault } from "./ncmec-server.ts";
