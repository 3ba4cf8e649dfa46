import type { Classification } from "@ntd/proto/common/v1/common";
import { shown, type FieldFault } from "@ntd/service";
import type { Schemes } from "./schemes.ts";

/** What is wrong with what a decision says by its schemes. Where none is configured nothing is. */
export function schemeFaults(schemes: Schemes, said: readonly Classification[], isIllegal: boolean): FieldFault[] {
  const { all, national } = schemes;
  if (all.length === 0) return [];
  const faults = said.flatMap((one, index) => {
    const description = faultOf(schemes, one);
    return description === undefined ? [] : [{ field: `classifications[${index}]`, description }];
  });
  if (faults.length > 0 || !isIllegal || national === "") return faults;
  if (said.some((one) => one.scheme === national && schemes.codeOf(one)?.isIllegal === true)) return [];
  const codes = all.filter(({ scheme }) => scheme === national).flatMap((one) => one.codes);
  const takes = codes.flatMap(({ code, isIllegal: is }) => (is ? [code] : [])).join(", ");
  const description = `name no code of ${national} for what is illegal; ILLEGAL takes one of ${takes}`;
  return [{ field: "classifications", description }];
}

function namesOf({ all }: Schemes): string {
  return all.flatMap(({ scheme, version, isForLists }) => (isForLists ? [] : `${scheme} ${version}`)).join(", ");
}

function faultOf(schemes: Schemes, said: Classification): string | undefined {
  const { scheme, version, code } = said;
  const named = schemes.schemeOf(said);
  if (named === undefined) return `${shown(`${scheme} ${version}`)} is none of ${namesOf(schemes)}`;
  if (named.isForLists) return `${scheme} ${version} is for lists; a decision names a code of another scheme`;
  return schemes.codeOf(said) === undefined ? `${shown(code)} is no code of ${scheme} ${version}` : undefined;
}
