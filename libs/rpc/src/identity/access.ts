import { Problem, shown } from "@ntd/service";
import type { Caller } from "./caller.ts";
import { identityKinds, type IdentityKind } from "./identity-kinds.ts";

/**
 * Who may call what: full method path (`/ntd.intake.v1.ReportService/SubmitReport`) to kinds (`reporter`) or single
 * identities (`service/casework`). A method that is missing here is refused for everybody.
 */
export type Access = Readonly<Record<string, readonly IdentityKind[] | readonly string[]>>;

/** Whether `caller` may call `method`; the default is no. */
export function mayCall(access: Access, method: string, caller: Caller): boolean {
  const allowed = allowedFor(access, method);
  return allowed.includes(caller.kind) || allowed.includes(caller.person);
}

/** The refusal of `caller`, with what may call `method` instead. */
export function notAllowed(access: Access, method: string, caller: Caller): Problem {
  const allowed = allowedFor(access, method);
  const isKind = (name: string) => identityKinds.some((kind) => kind === name);
  const [kinds, single] = [allowed.filter(isKind), allowed.filter((name) => !isKind(name))];
  const who = [...(kinds.length > 0 ? [`an identity of kind ${kinds.join(", ")}`] : []), ...single];
  const mend = who.length > 0 ? `use ${who.join(" or ")}` : "nobody may call it";
  return new Problem("NOT_ALLOWED", `${caller.person} may not call ${method.split(".").at(-1)}; ${mend}`);
}

/** Refuses an allow-list that cannot mean what it says: a method nobody serves, a kind that is none. */
export function checkAccess(access: Access, served: ReadonlySet<string>): void {
  const faults: string[] = [];
  for (const [method, allowed] of Object.entries(access)) {
    if (!served.has(method)) faults.push(`${shown(method)} is no method of this server`);
    for (const name of allowed) {
      const kind = name.split("/", 1)[0];
      if (!identityKinds.some((k) => k === kind))
        faults.push(`${method}: ${shown(name)} is neither kind nor kind/name`);
    }
  }
  if (faults.length > 0) throw new Problem("CONFIG_INVALID", `The allow-list is not valid:\n  ${faults.join("\n  ")}`);
}

function allowedFor(access: Access, method: string): readonly string[] {
  return (Object.hasOwn(access, method) ? access[method] : undefined) ?? [];
}
