import type { Collection, CollectionSpec, Document, FieldValue, OutboxEvent } from "@ntd/store";

/** Called around each step of a store: before it, and behind it, as on the way there and back. */
export type Turn = () => Promise<void>;

/** What a store does at each call, in memory; every call is one step, and `turn` says when. */
export class MemoryCollection<S> {
  readonly events: { id: string; event: OutboxEvent }[] = [];
  readonly documents = new Map<string, Document<S>>();
  readonly #spec: CollectionSpec<S, string, string>;

  constructor(spec: CollectionSpec<S, string, string>) {
    this.#spec = spec;
  }

  /** As one process sees it. */
  seenBy<F extends string, C extends string>(turn: Turn): Collection<S, F, C> {
    const step = async <T>(work: () => T): Promise<T> => {
      await turn();
      const done = work();
      await turn();
      return structuredClone(done);
    };
    const seen = {
      load: (id: string) => step(() => this.documents.get(id)),
      insert: (id: string, state: S, event?: OutboxEvent) =>
        step(() => (this.documents.has(id) ? undefined : this.#write(id, 1, state, event))),
      save: ({ id, version }: Document<S>, state: S, event?: OutboxEvent) =>
        step(() =>
          this.documents.get(id)?.version === version ? this.#write(id, version + 1, state, event) : undefined,
        ),
      remove: (...ids: string[]) => step(() => ids.forEach((id) => this.documents.delete(id))),
      find: ({ limit }: { limit: number }) => step(() => this.#matching({}).slice(0, limit)),
      pages: async function* (this: MemoryCollection<S>, { where = {} }: { where?: Where }) {
        yield await step(() => this.#matching(where));
      }.bind(this),
      count: (where: Where = {}) => step(() => ({ count: this.#matching(where).length, isMore: false })),
      touch: (where: Where) =>
        step(() => {
          for (const { id, version, state } of this.#matching(where)) this.#write(id, version + 1, state);
        }),
      project: ({ where, after, limit }: { where: Where; after?: { id: string }; limit?: number }, columns: object) =>
        step(() => {
          const found = this.#matching(where).filter(({ id }) => after === undefined || id > after.id);
          return this.#read(found.slice(0, limit), Object.keys(columns));
        }).then(({ length, columns: read }) => ({ length, columns: withBytes(read) })),
    };
    return seen as unknown as Collection<S, F, C>;
  }

  #write(id: string, version: number, state: S, event?: OutboxEvent): Document<S> {
    const document = { id, version, state: structuredClone(state) };
    this.documents.set(id, document);
    if (event !== undefined) this.events.push({ id, event });
    return document;
  }

  #matching(where: Where): Document<S>[] {
    const all = [...this.documents.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    return all.filter(({ state }) =>
      Object.entries(where).every(([field, condition]) => {
        const values = this.#values(field, state);
        if (typeof condition !== "object" || condition instanceof Date) return values.includes(condition);
        if ("in" in condition) return condition.in.some((one) => values.includes(one));
        return values.some((value) => value >= condition.gte);
      }),
    );
  }

  #values(field: string, state: S): FieldValue[] {
    const of = this.#spec.fields[field];
    if (typeof of === "object") return [...of.many(state)];
    const value = of?.(state);
    return value === undefined ? [] : [value];
  }

  #read(found: Document<S>[], names: string[]) {
    const of = (name: string, { id, state }: Document<S>) =>
      name === "id" ? id : (this.#spec.columns?.[name]?.(state) ?? this.#values(name, state)[0] ?? "");
    const columns = names.map((name) => [name, found.map((one) => of(name, one))] as const);
    return { length: found.length, columns: Object.fromEntries(columns) };
  }
}

type Where = Record<string, FieldValue | { in: FieldValue[] } | { gte: FieldValue }>;

function withBytes(columns: Record<string, unknown[]>) {
  return Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [
      name,
      name === "lookup" ? { at: (i: number) => values[i] } : values,
    ]),
  );
}
