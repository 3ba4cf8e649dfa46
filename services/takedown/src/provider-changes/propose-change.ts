import { changeOnce, type RepeatableCall } from "@ntd/host";
import { derivedId, Problem, type FieldFault } from "@ntd/service";
import type { Document } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { applyChange } from "./apply-change.ts";
import { openElsewhere } from "./open-elsewhere.ts";
import { limitsOf, providerFaults, tooLongFaults } from "../providers/provider.ts";
import { conflicts, isDue, profileOf, propose, type ProviderChange } from "./provider-change.ts";
import { effective, edited, nobody, removalFaults, routeFaults, stepsOf, type Asked } from "./provider-edit.ts";
import { placeOf, type Provider } from "../providers/stored-provider.ts";

export interface Proposal {
  providerId: string;
  edit: Asked;
  over: readonly string[];
  reason: string;
  retires?: true;
}

/** A change as it would be, with everything that speaks against it. */
export interface Draft {
  change: ProviderChange;
  faults: FieldFault[];
  changesNothing: boolean;
}

/** Makes nothing. `found` is the provider as it is, undefined for a new one. */
export async function draftChange(
  deps: Deps,
  person: string,
  changeId: string,
  { providerId, edit, over, reason, retires }: Proposal,
  found: Document<Provider> | undefined,
): Promise<Draft> {
  const tooLong = tooLongFaults({ ...edit, over });
  if (tooLong.length > 0) throw Problem.fields(...tooLong);
  await deps.directory.refresh();
  const now = deps.clock.now();
  const before = found && profileOf(found.state);
  const real = effective(before ?? nobody, edit);
  const others = deps.directory.othersThan(providerId);
  const who = { changeId, providerId, proposedBy: person, base: found?.version ?? 0, ...(retires && { retires }) };
  const draft = { ...who, edit: real, over: [...over] };
  const isNew = found === undefined || found.state.retired !== undefined;
  const after = edited(before ?? nobody, real);
  const change = propose(
    {
      ...draft,
      before,
      isNew,
      openElsewhere: await openElsewhere(deps, placeOf({ providerId, ...after }), retires === true),
      ...(reason !== "" && { reason: deps.sealer.seal(reason, "words", now) }),
    },
    others,
    now,
  );
  const added = { ...nobody, displayName: after.displayName, domains: real.addDomains, prefixes: real.addPrefixes };
  const typed = {
    providerId,
    ...added,
    identities: real.addIdentities,
    roles: real.addRoles,
    countries: real.addCountries,
    wins: [],
    retiredTime: undefined,
  };
  const faults = [
    ...providerFaults(typed, limitsOf(deps.config)),
    ...routeFaults(after),
    ...removalFaults(before ?? nobody, edit),
    ...conflicts(draft, others),
  ];
  return { change, faults, changesNothing: stepsOf(real, isNew).length === 0 };
}

/** The id of what a call proposes: a repeat finds it. */
export function changeIdOf({ caller, method, requestId }: RepeatableCall): string {
  return derivedId("provider_change", caller, method, requestId);
}

/** Keeps a proposal, once for each request id, and applies what takes no second person. */
export async function keepProposal(
  deps: Deps,
  call: RepeatableCall,
  draft: () => Promise<ProviderChange>,
): Promise<ProviderChange> {
  const { document } = await changeOnce(deps.providerChanges, changeIdOf(call), call, async () => ({
    state: await draft(),
    answer: {},
  }));
  return isDue(document.state) ? await applyChange(deps, document.id) : document.state;
}

/** @throws Problem FIELD_INVALID with every fault. */
export function faultless({ change, faults }: Draft): ProviderChange {
  if (faults.length > 0) throw Problem.fields(...faults);
  return change;
}
