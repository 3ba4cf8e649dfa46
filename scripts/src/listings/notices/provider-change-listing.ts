import {
  ProviderChangeState,
  ProviderRole,
  type EarlierProviderWrite,
  type Provider,
  type ProviderChange,
} from "@ntd/proto/takedown/v1/provider_service";
import { Route } from "@ntd/proto/takedown/v1/notice";
import { listing, table } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";

/** A change for people: its state, what is before and after, whom it meets and what would go elsewhere. */
export function changeLines(change: ProviderChange): string {
  const { before, after, overlaps, persons } = change;
  const isDry = change.changeId === "";
  const facts = listing({
    change: change.changeId,
    provider: change.providerId,
    state: isDry ? "dry run: nothing was changed" : wordOf(ProviderChangeState, change.state),
    retires: change.retires ? "it gets nothing any more" : undefined,
    takes: persons === 2 ? "two persons" : "one person",
    "refused because": change.refusedBecause,
    "rejected by": change.rejectedBy,
    "rejected because": change.rejectedBecause,
    "approve until": isOpen(change) && !isDry ? change.expiresTime : undefined,
    "open addresses that would be another's": `${change.openElsewhere}${change.openElsewhereMore ? " or more" : ""}`,
  });
  const rows = [
    ["name", ...sides(before, after, (p) => p.displayName)],
    ["domains", ...sides(before, after, (p) => p.domains.join(", "))],
    ["prefixes", ...sides(before, after, (p) => p.prefixes.join(", "))],
    ["roles", ...sides(before, after, (p) => p.roles.map((role) => wordOf(ProviderRole, role)).join(", "))],
    ["identities", ...sides(before, after, (p) => p.identities.join(", "))],
    ["route", ...sides(before, after, (p) => (p.route === undefined ? "" : wordOf(Route, p.route)))],
    ["hotline of", ...sides(before, after, (p) => (p.countries?.countries ?? []).join(", "))],
  ].filter(([, ...values]) => values.some((value) => value !== ""));
  const shown = [facts, table(["", "before", "after"], rows)];
  if (change.goes.length > 0) {
    const goes = change.goes.map((one) => [
      one.providerId === "" ? "nobody: before a person" : one.providerId,
      one.count,
    ]);
    shown.push(table(["open addresses would go to", ""], goes));
  }
  if (overlaps.length > 0) {
    const met = overlaps.map((o) => [o.place, o.providerId, o.theirPlace, o.winner]);
    shown.push(table(["overlap", "with", "its", "wins"], met));
  }
  return shown.join("\n\n");
}

/** Changes for people, one a line. */
export function changeTable(changes: readonly ProviderChange[]): string {
  const rows = changes.map((c) => [
    { id: c.changeId },
    c.providerId,
    wordOf(ProviderChangeState, c.state),
    c.proposedBy,
    c.proposedTime,
    c.approvedBy,
    editWords(c),
    c.reason,
  ]);
  return table(["change", "provider", "state", "proposed by", "at", "approved by", "what", "why"], rows);
}

/** What became of one provider, one step a line, newest first. */
export function historyTable(changes: readonly ProviderChange[], earlier: readonly EarlierProviderWrite[]): string {
  const kept = changes.map((c) => [
    c.endedTime ?? c.proposedTime,
    wordOf(ProviderChangeState, c.state),
    whoOf(c),
    editWords(c),
    whyOf(c),
  ]);
  const before = earlier.map((e) => [e.writtenTime, "written", e.writtenBy, "before changes were kept", ""]);
  return table(["at", "state", "by", "what", "why"], [...kept, ...before], "nothing is known of this provider");
}

function whoOf({ proposedBy, approvedBy, rejectedBy }: ProviderChange): string {
  const others = [approvedBy && `approved by ${approvedBy}`, rejectedBy && `rejected by ${rejectedBy}`];
  return [proposedBy, ...others].filter(Boolean).join(", ");
}

function whyOf({ reason, refusedBecause, rejectedBecause }: ProviderChange): string {
  return [reason, refusedBecause, rejectedBecause].filter(Boolean).join("; ");
}

function isOpen({ state }: ProviderChange): boolean {
  return state === ProviderChangeState.PROPOSED;
}

function sides(before: Provider | undefined, after: Provider | undefined, of: (provider: Provider) => string) {
  return [before, after].map((provider) => (provider === undefined ? "" : of(provider)));
}

function editWords({ edit, retires }: ProviderChange): string {
  if (retires) return "retires";
  if (edit === undefined) return "";
  const [add, remove] = [edit.addCountries?.countries ?? [], edit.removeCountries?.countries ?? []];
  const added = [...edit.addDomains, ...edit.addPrefixes, ...edit.addIdentities, ...add].map((entry) => `+${entry}`);
  const gone = [...edit.removeDomains, ...edit.removePrefixes, ...edit.removeIdentities, ...remove];
  const removed = gone.map((entry) => `-${entry}`);
  const roles = [
    ...edit.addRoles.map((role) => `+${wordOf(ProviderRole, role)}`),
    ...edit.removeRoles.map((role) => `-${wordOf(ProviderRole, role)}`),
  ];
  return [...(edit.displayName === "" ? [] : [edit.displayName]), ...added, ...removed, ...roles].join(" ");
}
