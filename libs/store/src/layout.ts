import type { CollectionSpec, ColumnValue, FieldValue, Many } from "./port.ts";

/** A collection's shape as data: what an adapter needs to make tables and indexes and to write queries. */
export interface Layout {
  readonly name: string;
  readonly fields: readonly string[];
  /** Fields of several values. */
  readonly many: readonly string[];
  readonly columns: readonly string[];
  /** All of them, those of single fields too. */
  readonly indexes: readonly { readonly fields: readonly string[]; readonly covers: readonly string[] }[];
}

export function layoutOf<S, F extends string, C extends string>(spec: CollectionSpec<S, F, C>): Layout {
  const fields = Object.keys(spec.fields) as F[];
  const isMany = (field: F) => typeof spec.fields[field] !== "function";
  const single = fields.filter((field) => !isMany(field));
  const compound = (spec.indexes ?? []).map((index) => ({ fields: index.fields, covers: index.covers ?? [] }));
  const columns = Object.keys(spec.columns ?? {});
  for (const index of compound) {
    const unknown = index.fields.filter((field) => !single.includes(field));
    unknown.push(...(index.covers.filter((name) => ![...single, ...columns].includes(name)) as F[]));
    if (unknown.length > 0) throw new Error(`an index of ${spec.name} names ${unknown.join(", ")}`);
  }
  const alone = single.filter((field) => !compound.some((index) => index.fields[0] === field));
  return {
    name: spec.name,
    fields: single,
    many: fields.filter(isMany),
    columns,
    indexes: [...alone.map((field) => ({ fields: [field], covers: [] })), ...compound],
  };
}

/** The values of fields and columns in a state, in the layout's order. */
export function valuesOf<S, F extends string, C extends string>(spec: CollectionSpec<S, F, C>, layout: Layout) {
  const fields = layout.fields.map((f) => spec.fields[f as F] as (state: S) => FieldValue | undefined);
  const columns = layout.columns.map((c) => spec.columns?.[c as C] as (state: S) => ColumnValue | undefined);
  const several = layout.many.map((f) => (spec.fields[f as F] as Many<S>).many);
  return (state: S) => ({
    fields: fields.map((value) => value(state)),
    columns: columns.map((value) => value(state)),
    many: several.map((values) => values(state)),
  });
}
