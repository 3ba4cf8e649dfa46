import { AssessmentServiceService } from "@ntd/proto/casework/v1/assessment_service";
import { Verdict } from "@ntd/proto/casework/v1/case";
import type { Classification } from "@ntd/proto/common/v1/common";
import { classifications } from "../../cli/arguments.ts";
import type { Cli } from "../../cli/cli.ts";
import { UsageError } from "../../cli/failure.ts";
import { table } from "../../cli/output.ts";

interface Given {
  classification?: Classification[];
  basis?: string;
  reason?: string;
}

interface Said {
  classifications: Classification[];
  basis: string;
  reason: string;
}

/** What a verdict needs: said by options, else asked for; where nobody sits there, the failure says which option. */
export async function decisionFields(cli: Cli, verdict: Verdict, given: Given): Promise<Said> {
  const isIllegal = verdict === Verdict.ILLEGAL;
  const needsReason = verdict !== Verdict.OUT_OF_SCOPE;
  if (!cli.isAttended)
    requireSaid({
      ...(isIllegal && { "--basis TEXT": given.basis }),
      ...(needsReason && { "--reason TEXT": given.reason }),
    });
  const codes = given.classification ?? (isIllegal && cli.isAttended ? await askedCodes(cli) : []);
  const basis = given.basis ?? (isIllegal ? await cli.askFor("The legal basis", "--basis TEXT") : "");
  const why = "Why, for those who look at it later";
  const reason = given.reason ?? (needsReason ? await cli.askFor(why, "--reason TEXT") : "");
  return { classifications: codes, basis, reason };
}

/** All that is missing at once, not one after the other. */
function requireSaid(needed: Readonly<Record<string, string | undefined>>): void {
  const missing = Object.entries(needed).flatMap(([flag, said]) => (said === undefined ? [flag] : []));
  if (missing.length > 0) throw new UsageError(`say ${missing.join(" and ")}: nobody is there to ask`);
}

// Unattended the service says what it takes.
async function askedCodes(cli: Cli): Promise<Classification[]> {
  const { schemes } = await cli.call("casework", AssessmentServiceService, (casework) => casework.listSchemes({}));
  const national = schemes.filter(({ isNational }) => isNational);
  const rows = national.flatMap(({ scheme, version, codes }) =>
    codes.filter(({ isIllegal }) => isIllegal).map(({ code, title }) => [`${scheme}:${version}:${code}`, title]),
  );
  if (rows.length === 0) return [];
  const typed = await cli.askFor(`${table(["code", "title"], rows)}\nIts code`, "--classification SCHEME:VERSION:CODE");
  const short = national.flatMap(({ scheme, version, codes }) =>
    codes.filter(({ code }) => code === typed).map(({ code }) => ({ scheme, version, code })),
  );
  return short.length > 0 ? short : classifications(typed);
}
