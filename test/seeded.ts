// Before each test file: the short form of the tests is the same at each run; the long form (`npm run long`) draws a
// seed, which fast-check prints with what it finds.
import { long, runs } from "@ntd/testing/runs";
import fc from "fast-check";

const DEFAULT_RUNS = 100;

fc.configureGlobal({ numRuns: runs(DEFAULT_RUNS), ...(!long && { seed: 20_261_128 }) });
