export { catalogue, type Reason } from "./catalogue.ts";
export { MovableClock, systemClock, type Clock } from "./clock.ts";
export { readCommon, readData, readStoreUrl, type CommonConfig, type DataConfig } from "./common-config.ts";
export { readConfig, type ConfigReader } from "./config.ts";
export { failpoint } from "./failpoint.ts";
export { Health, type Check } from "./health.ts";
export { derivedId, derivedIds, isUuid, keyedId } from "./ids.ts";
export { createLog, type Logger } from "./log.ts";
export { startLoop, type Loop } from "./loop.ts";
export { counter, gauge, histogram, type Labels } from "./metrics.ts";
export { Problem, shown, type FieldFault, type ProblemOptions } from "./problem.ts";
export { run } from "./run.ts";
export { sealer, sealerFromFile, type Sealed, type Sealer } from "./sealed.ts";
export { openAddress, sealAddress, type Address } from "./sealed-address.ts";
export {
  newSigningKey,
  signBytes,
  signerFromFile,
  verifyBytes,
  type JSONWebKeySet,
  type JWK,
  type Signer,
} from "./signed-bytes.ts";
export { injectTrace, withTrace } from "./trace-context.ts";
