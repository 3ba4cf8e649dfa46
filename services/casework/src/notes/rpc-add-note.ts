import { changeOnce } from "@ntd/host";
import { AddNoteRequest, type AddNoteResponse } from "@ntd/proto/casework/v1/assessment_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { derivedId, gather, Problem } from "@ntd/service";
import { answerOf } from "../cases/case-message.ts";
import { withTextsKept } from "../cases/consequences.ts";
import { callFields } from "../cases/fields.ts";
import type { Deps } from "../deps.ts";
import { granted } from "../refusal.ts";
import { withNote } from "./note.ts";

const MAX_TEXT = 2000;

/** Others hear nothing of a note: it is no part of what is published. */
export function addNote(deps: Deps) {
  return async (request: AddNoteRequest, context: CallContext): Promise<AddNoteResponse> => {
    const { person } = callerOf(context);
    const { requestId, caseId, text } = request;
    gather({ ...callFields(request), text: () => requireText(text) });
    const noteId = derivedId("note", caseId, person, requestId);
    const body = AddNoteRequest.encode(request).finish();
    const call = { caller: person, method: "AddNote", requestId, body };
    const { document } = await changeOnce(deps.cases, caseId, call, (file) => {
      if (file === undefined) throw new Problem("NOT_FOUND");
      const now = deps.clock.now();
      const note = { noteId, text: deps.sealer.seal(text, "words", now), writtenBy: person, writtenTime: now };
      const state = withTextsKept(deps, granted(withNote(file, note)), now);
      return { state, answer: answerOf(state, now) };
    });
    const writtenTime = document.state.notes?.find((note) => note.noteId === noteId)?.writtenTime;
    return { note: { text, writtenBy: person, writtenTime } };
  };
}

function requireText(text: string): void {
  if (text.trim() !== "" && text.length <= MAX_TEXT) return;
  const description = `has ${text.trim() === "" ? "no" : text.length} characters; it takes 1 to ${MAX_TEXT}`;
  throw Problem.fields({ field: "text", description });
}
