import type { LookProblem } from "@ntd/proto/browser/v1/browser_service";
import { counter } from "@ntd/service";

const looks = counter("ntd_browser_looks", "Pages that were looked at, by problem.");

export function countLook(problem: LookProblem): void {
  looks({ problem });
}
