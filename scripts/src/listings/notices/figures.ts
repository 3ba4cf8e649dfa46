import type { Figure } from "@ntd/proto/compliance/v1/compliance_service";
import { spoken, table } from "../../cli/output.ts";

/** More kinds than these are not shown beside each other. */
const MAX_KINDS = 9;
const ALL = "all";

/** Figures as tables, one for each group; those of lanes, channels or countries stand beside those of all. */
export function figureTables(figures: readonly Figure[]): string {
  const groups = new Map<string, Figure[]>();
  for (const figure of figures) {
    const group = figure.group ?? "";
    groups.set(group, [...(groups.get(group) ?? []), figure]);
  }
  const shown = [...groups].filter(([, some]) => !isEmpty(some));
  return shown
    .map(([group, some]) => (group === "" ? groupTable("figure", some) : groupTable(group, some)))
    .join("\n\n");
}

/** A group of nothing but zeros and of what no zero can reach says nothing. */
function isEmpty(figures: readonly Figure[]): boolean {
  return figures.every(({ value }) => {
    return value?.$case === "notReached" || (value?.$case === "count" && value.value === 0n);
  });
}

function groupTable(group: string, figures: readonly Figure[]): string {
  const kinds = kindsOf(figures);
  const names = [...new Set(figures.map(({ name }) => name))];
  const rows = names.map((name) => {
    const ofKind = (kind?: string) => figures.find((figure) => figure.name === name && figure.of === kind);
    return [name.replaceAll("_", " "), ...[undefined, ...kinds.shown].map((kind) => valueOf(ofKind(kind)))];
  });
  const head = kinds.shown.length === 0 ? [group, "value"] : [group, ALL, ...kinds.shown];
  const more = kinds.more === 0 ? "" : `\n${kinds.more} more: --json`;
  return `${table(head, rows)}${more}`;
}

// The largest by their first count.
function kindsOf(figures: readonly Figure[]): { shown: string[]; more: number } {
  const sizes = new Map<string, bigint>();
  for (const { of, value } of figures) {
    if (of === undefined || sizes.has(of)) continue;
    sizes.set(of, value?.$case === "count" ? value.value : 0n);
  }
  const kinds = [...sizes.keys()];
  if (kinds.length <= MAX_KINDS) return { shown: kinds, more: 0 };
  const largest = kinds.toSorted((a, b) => Number((sizes.get(b) ?? 0n) - (sizes.get(a) ?? 0n)));
  return { shown: largest.slice(0, MAX_KINDS), more: kinds.length - MAX_KINDS };
}

function valueOf(figure: Figure | undefined): string {
  if (figure === undefined) return "";
  const { value } = figure;
  switch (value?.$case) {
    case "count":
      return String(value.value);
    case "duration":
      return spoken(value.value);
    case "share":
      return `${(value.value * 100).toFixed(1)} %`;
    case "notReached":
      return "not reached";
    case undefined:
      return "unknown to this release";
  }
}
