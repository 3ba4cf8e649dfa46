import { Problem } from "@ntd/service";
import { quarantineText, type Comparison } from "../comparison/comparison.ts";
import type { approve, ApprovalGiven } from "./approval.ts";
import { counted } from "./counted.ts";
import type { Lately } from "./let-in.ts";
import { refusedIn, type ReleaseState } from "./release.ts";

type Said = "confirmRemoved" | "confirmTakenBack" | "confirmRefused" | "confirmClassColumns";
type Confirmed = Pick<ApprovalGiven, Said> & {
  comparison?: Comparison | undefined;
  lately?: Lately | undefined;
};

const THIRD_PERSON = "takes a third person: neither who uploaded it nor who approved it first can approve it now.";

/** Why a release is not approved, and what to do. */
export function approvalProblem(
  name: Extract<ReturnType<typeof approve>, string>,
  release: ReleaseState,
  { comparison, lately, confirmRemoved, confirmTakenBack, confirmRefused, confirmClassColumns }: Confirmed,
): Problem {
  const why = comparison === undefined ? "" : quarantineText(comparison, lately);
  switch (name) {
    case "SAME_PERSON":
      return new Problem(
        "SAME_PERSON",
        why === "" || release.stage.name !== "quarantined" ? undefined : `This ${why} and ${THIRD_PERSON}`,
      );
    case "WRONG_STATE":
      return new Problem("WRONG_STATE", ended(release.stage));
    case "UNCONFIRMED":
      return unconfirmed(
        "confirm_removed",
        why,
        `removes ${counted(comparison?.removed ?? 0, "entries")}`,
        confirmRemoved,
      );
    case "UNCONFIRMED_TAKEN_BACK": {
      const does = `takes ${counted(comparison?.takenBack ?? 0, "entries")} back for good`;
      return unconfirmed("confirm_taken_back", why, does, confirmTakenBack);
    }
    case "UNCONFIRMED_REFUSED":
      return unconfirmedRefused(release, confirmRefused);
    case "UNCONFIRMED_CLASS_COLUMNS":
      return unconfirmedClassColumns(release, confirmClassColumns);
    default:
      return name satisfies never;
  }
}

function ended(stage: ReleaseState["stage"]): string {
  if (stage.name === "approved") return `This release is approved already, by ${stage.approvedBy}.`;
  return `A release that is ${stage.name} cannot be approved.`;
}

function unconfirmedRefused({ stage }: ReleaseState, said: number | undefined): Problem {
  const given = said === undefined ? "is missing" : `is ${said}`;
  const refused = refusedIn("report" in stage ? stage.report : undefined);
  const they = refused === 1 ? "was refused and is" : "were refused and are";
  const rows = `${counted(refused, "rows of the file")} ${they} not listed`;
  const description = `${given}; ${rows}: look at ${refused === 1 ? "it" : "them"}, and send that`;
  return Problem.fields({ field: "confirm_refused", description });
}

function unconfirmedClassColumns({ stage }: ReleaseState, said: number | undefined): Problem {
  const given = said === undefined ? "is missing" : `is ${said}`;
  const columns = counted(("classColumns" in stage ? stage.classColumns : undefined) ?? 0, "columns of the file");
  const lost = "may have classes, which are lost, and what they may call harmless is listed";
  const mend =
    'upload the file anew with "category" in its header, or look at the remarks of the release, and send that';
  return Problem.fields({ field: "confirm_class_columns", description: `${given}; ${columns} ${lost}: ${mend}` });
}

function unconfirmed(field: string, why: string, does: string, said: number | undefined): Problem {
  const given = said === undefined ? "is missing" : `is ${said}`;
  const quarantine = `this release is in quarantine, since it ${why}`;
  const description = `${given}; ${quarantine}. It ${does}: look at the comparison, and send that`;
  return Problem.fields({ field, description });
}
