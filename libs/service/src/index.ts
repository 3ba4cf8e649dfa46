export { catalogue, type Reason } from "./problem/catalogue.ts";
export { durationOf, MovableClock, systemClock, type Clock } from "./process/clock.ts";
export {
  readCommon,
  readData,
  readSealing,
  readStoreUrl,
  type CommonConfig,
  type DataConfig,
  type SealingConfig,
} from "./config/common-config.ts";
export { readConfig, type ConfigReader } from "./config/config.ts";
export {
  entriesIn,
  fieldsIn,
  itemsIn,
  parseData,
  textIn,
  watchData,
  type DataReader,
  type Fault,
} from "./config/data-file.ts";
export { failpoint } from "./process/failpoint.ts";
export { Health, type Check, type FailedCheck } from "./process/health.ts";
export { derivedId, derivedIds, isUuid, keyedId, uuidOfHex, uuidsIn } from "./ids.ts";
export { createLog, type Logger } from "./telemetry/log.ts";
export { atOnce } from "./process/at-once.ts";
export { beyondCall, callSignal, inCall } from "./process/call-signal.ts";
export { inSlices } from "./process/in-slices.ts";
export { startLoop, type Loop } from "./process/loop.ts";
export { isLeased, latestLeaseEnd } from "./lease.ts";
export { Turns } from "./process/turns.ts";
export { tryEach } from "./process/try-each.ts";
export { counter, gauge, histogram, type Labels } from "./telemetry/metrics.ts";
export { gather } from "./problem/gather.ts";
export { Problem, shown, type FieldFault, type ProblemOptions } from "./problem/problem.ts";
export { CONFIG_EXIT_CODE, endProcess, run } from "./process/run.ts";
export { everyBeat } from "./process/beat.ts";
export { unwatched, watchFiles, type Watched, type WatchOptions } from "./process/watched-file.ts";
export { observe, type Glance, type Observation } from "./reach/observe.ts";
export { hostPort, wayOut, type HostPort, type WayOut } from "./reach/proxy.ts";
export { isNamedInLogs, spiffeId, spiffeIdInNames, type SpiffeId } from "./reach/spiffe.ts";
export { whyNot, type Why } from "./reach/why.ts";
export { sealer, sealerFromFile, watchSealingKeys, type Sealed, type Sealer } from "./secrets/sealed.ts";
export { withHold, withoutHold, type LegalHold } from "./secrets/legal-hold.ts";
export { keyLives, keysDue, readPeriods, type KeyLife, type Periods } from "./secrets/retention.ts";
export {
  readSealingKeys,
  sealingClasses,
  withMonth,
  writeSealingKeys,
  type SealingClass,
  type SealingKey,
} from "./secrets/sealing-keys.ts";
export { keySetOf, watchSigningKeys, type SigningKeys } from "./secrets/key-set.ts";
export { resealed } from "./secrets/resealed.ts";
export { ERASED, openWords } from "./secrets/sealed-words.ts";
export {
  addressLeft,
  namedAddress,
  openAddress,
  sealAddress,
  shownAddress,
  type Address,
  type ShownAddress,
} from "./secrets/sealed-address.ts";
export {
  newSigningKey,
  signBytes,
  signerFromFile,
  verifyBytes,
  verifyWhole,
  type JSONWebKeySet,
  type JWK,
  type Signer,
} from "./secrets/signed-bytes.ts";
export { injectTrace, withTrace } from "./telemetry/trace-context.ts";
export { releaseVersion } from "./version.ts";
export { flushed, writeWhole } from "./process/whole-file.ts";
export { within } from "./process/within.ts";
export { pemsIn } from "./secrets/pem.ts";
