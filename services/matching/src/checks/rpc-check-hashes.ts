import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { CheckHashesRequest, CheckHashesResponse } from "@ntd/proto/matching/v1/check_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem, Turns, type FieldFault } from "@ntd/service";
import { fingerprintFault, withDetail } from "../search/given-fingerprint.ts";
import type { HashIndex } from "../search/hash-index.ts";
import { answerOf } from "./answer.ts";
import type { Askers } from "./askers.ts";
import { searchChecked } from "./check-search.ts";

const MOST_FINGERPRINTS = 1000;
const BEST_QUALITY = 100;
/** As many as keep the threads busy; more would only stand before what the platform itself looks up. */
const CALLS_AT_ONCE = 2;
/** What waits has been let in by its quota, and leaves when nobody waits for it any more: nobody is refused here. */
const MOST_WAITING = Number.POSITIVE_INFINITY;

/** Says of each of a platform's hashes whether it is known, to sets that may be asked. */
export function checkHashes({ index, askers }: { index: HashIndex; askers: Askers }) {
  const turns = new Turns(CALLS_AT_ONCE, MOST_WAITING, "");
  return async (request: CheckHashesRequest, context: CallContext): Promise<CheckHashesResponse> => {
    const caller = callerOf(context);
    const { fingerprints, recipe = "" } = request;
    requireValid(fingerprints);
    index.requireReady();
    await askers.take(caller, fingerprints.length);
    const detailed = fingerprints.map(withDetail);
    const look = async () =>
      index.withSets(async (sets) => {
        const terms = new Map(sets.map(({ setId, known }) => [setId, known.check]));
        const findings = await searchChecked(sets, detailed, recipe);
        return findings.map((finding) => answerOf(finding, (setId) => terms.get(setId)));
      });
    const answers = await turns.take(context.signal, look);
    askers.note(caller, fingerprints, answers);
    return { answers };
  };
}

/** @throws Problem FIELD_INVALID naming every fault. */
function requireValid(fingerprints: readonly Fingerprint[]): void {
  const { length } = fingerprints;
  if (length < 1 || length > MOST_FINGERPRINTS) {
    const description = `there are ${length}; a call takes 1 to ${MOST_FINGERPRINTS}`;
    throw Problem.fields({ field: "fingerprints", description });
  }
  const faults = fingerprints.flatMap((one, at) => faultOf(one, `fingerprints[${at}]`) ?? []);
  if (faults.length > 0) throw Problem.fields(...faults);
}

function faultOf(fingerprint: Fingerprint, field: string): FieldFault | undefined {
  const { algorithm, quality } = fingerprint;
  if (algorithm === "ALGORITHM_VPDQ") {
    return {
      field: `${field}.algorithm`,
      description: "is of a film, which is not checked; send SHA-256 or MD5 of its bytes",
    };
  }
  if (algorithm === "ALGORITHM_PDQ" && quality > BEST_QUALITY) {
    return { field: `${field}.quality`, description: `is ${quality}; PDQ has 0 to ${BEST_QUALITY}` };
  }
  return fingerprintFault(fingerprint, field);
}
