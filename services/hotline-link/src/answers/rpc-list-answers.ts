import type {
  HotlineAnswer,
  ListAnswersRequest,
  ListAnswersResponse,
} from "@ntd/proto/hotline/v1/hotline_link_service";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { said } from "../stub.ts";
import { giveDue, type GivenAnswer } from "./give-due.ts";

const MOST = 1000;

/** What came after the last answer that was taken, oldest first. */
export function listAnswers(deps: Deps) {
  return async ({ after, pageSize }: ListAnswersRequest): Promise<ListAnswersResponse> => {
    const isPlace = /^\d{0,12}$/.test(after);
    const isSize = pageSize >= 1 && pageSize <= MOST;
    const faults = [
      ...(isPlace ? [] : [{ field: "after", description: "is the place of no answer" }]),
      ...(isSize ? [] : [{ field: "page_size", description: `is not 1 to ${MOST}` }]),
    ];
    if (faults.length > 0) throw Problem.fields(...faults);
    await giveDue(deps);
    const found = await deps.answers.find({ where: { place: { gt: after } }, orderBy: "place", limit: pageSize + 1 });
    const answers = found.slice(0, pageSize).map(({ state }) => shown(state));
    return { answers, isCut: found.length > pageSize, ...said };
  };
}

function shown({ place, reference, revision, action, reason, actedTime, hotline }: GivenAnswer): HotlineAnswer {
  return { place, reference, revision, action, reason, actedTime, ...(hotline !== undefined && { hotline }) };
}
