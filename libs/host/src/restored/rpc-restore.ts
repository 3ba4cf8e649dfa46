import {
  LiftRestoreRequest,
  type GetRestoreResponse,
  type LiftRestoreResponse,
  type Restored as RestoredView,
} from "@ntd/proto/operations/v1/restore_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import type { Clock } from "@ntd/service";
import { changeOnce } from "../change-once.ts";
import { RESTORED_ID, type RestoredMark } from "./keep-still.ts";
import { lift, type Restored } from "./restored.ts";

/** The calls of operators after a restore. */
export function restoreCalls(restored: RestoredMark, clock: Clock) {
  return {
    async getRestore(): Promise<GetRestoreResponse> {
      const found = await restored.load(RESTORED_ID);
      return { restored: found && viewOf(found.state) };
    },
    async liftRestore(request: LiftRestoreRequest, context: CallContext): Promise<LiftRestoreResponse> {
      const { person } = callerOf(context);
      const body = LiftRestoreRequest.encode(request).finish();
      const call = { caller: person, method: "LiftRestore", requestId: request.requestId, body };
      const { document } = await changeOnce<Restored, never, object>(restored, RESTORED_ID, call, (state) => ({
        state: lift(state, person, request.difference, clock.now()),
        answer: {},
      }));
      return { restored: viewOf(document.state) };
    },
  };
}

function viewOf({ backupTime, restoredTime, difference, liftedBy, liftedTime }: Restored): RestoredView {
  return { backupTime, restoredTime, difference, liftedBy: [...liftedBy], liftedTime };
}
