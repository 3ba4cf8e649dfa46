import {
  AssessmentServiceService,
  type ListSchemesResponse,
  type Scheme,
} from "@ntd/proto/casework/v1/assessment_service";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { UsageError } from "../../cli/failure.ts";
import { table } from "../../cli/output.ts";
import { codeText, neighbourTable } from "../../listings/cases/neighbour-table.ts";

export function schemesCommand(program: Command, cli: Cli): void {
  const schemes = program
    .command("schemes")
    .description("the codes that a decision may name, and what others say beside them")
    .action(async () => {
      const answer = await asked(cli);
      cli.print(answer, () => decisionsTable(answer));
    });
  schemes
    .command("show")
    .description("all codes, also those of lists alone, with who published them")
    .argument("[scheme]", "of one scheme")
    .action(async (name?: string) => {
      const answer = await asked(cli);
      const named = answer.schemes.filter(({ scheme }) => name === undefined || scheme === name);
      if (named.length === 0 && name !== undefined) throw new UsageError(`"${name}" is none of ${namesOf(answer)}`);
      cli.print({ schemes: named }, () => named.map(codesTable).join("\n"));
    });
  schemes
    .command("map")
    .description("what codes of other schemes say beside one: never in its place")
    .argument("<code>", "scheme:version:code, or scheme:code")
    .action(async (text: string) => {
      const answer = await asked(cli);
      const codes = codesNamed(answer, text);
      const neighbours = answer.neighbours.filter(({ of }) => of !== undefined && codes.includes(codeText(of)));
      cli.print({ neighbours }, () => neighbourTable(neighbours, "no scheme says anything beside it"));
    });
}

function asked(cli: Cli): Promise<ListSchemesResponse> {
  return cli.call("casework", AssessmentServiceService, (casework) => casework.listSchemes({}));
}

function decisionsTable({ schemes }: ListSchemesResponse): string {
  const rows = schemes.flatMap(({ scheme, version, isNational, isForLists, codes }) =>
    (isForLists ? [] : codes).map(({ code, title, isIllegal }) => {
      const said = [isIllegal ? "illegal" : "", isNational ? "national" : ""].filter(Boolean).join(", ");
      return [`${scheme}:${version}:${code}`, title, said];
    }),
  );
  return table(["--classification", "title", "says"], rows, "no scheme is configured: any code may be named");
}

function codesTable({ scheme, version, title, source, unverified, isForLists, codes }: Scheme): string {
  const marks = [isForLists ? "of lists alone" : "", unverified && `NOT VERIFIED: ${unverified}`].filter(Boolean);
  const about = [title, source, ...marks].filter(Boolean).join("; ");
  const rows = codes.map(({ code, title: what, isIllegal, urgency }) => [
    `${scheme}:${version}:${code}`,
    what,
    isIllegal ? "illegal" : "",
    urgency ?? "",
  ]);
  return `${about}\n${table(["code", "title", "says", "urgency (0: first)"], rows)}`;
}

/** All that the text names, by whatever version. */
function codesNamed({ schemes }: ListSchemesResponse, text: string): string[] {
  const parts = text.split(":");
  const [scheme = "", second = "", third] = parts;
  const [version, code] = third === undefined ? [undefined, second] : [second, third];
  const all = schemes
    .filter((one) => one.scheme === scheme && (version === undefined || one.version === version))
    .flatMap((one) => one.codes.map((named) => ({ scheme, version: one.version, code: named.code })));
  const found = parts.length > 3 ? [] : all.filter((one) => one.code === code);
  if (found.length === 0) throw new UsageError(`"${text}" is no scheme:version:code that \`ntd schemes show\` lists`);
  return found.map(codeText);
}

function namesOf({ schemes }: ListSchemesResponse): string {
  return [...new Set(schemes.map(({ scheme }) => scheme))].join(", ");
}
