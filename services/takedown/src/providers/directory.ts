import type { Collection, Document } from "@ntd/store";
import type { Provider } from "../store.ts";

/** How long a stream may go on for a provider that it was taken from. */
const FRESH_MS = 1000;

/** Which providers an identity speaks for, read again once a second at most however many streams ask. */
export class Directory {
  readonly #providers: Collection<Provider>;
  #read: Promise<Provider[]> | undefined;
  #readAt = 0;

  constructor(providers: Collection<Provider>) {
    this.#providers = providers;
  }

  async providersOf(identity: string): Promise<string[]> {
    if (this.#read === undefined || performance.now() - this.#readAt > FRESH_MS) {
      this.#readAt = performance.now();
      this.#read = allProviders(this.#providers);
      // A failure is told to who waits for it now, and forgotten.
      this.#read.catch(() => this.forget());
    }
    const providers = await this.#read;
    return providers.filter((p) => p.identities.includes(identity)).map((p) => p.providerId);
  }

  forget(): void {
    this.#read = undefined;
  }
}

export async function allProviders(collection: Collection<Provider>): Promise<Provider[]> {
  const found: Provider[] = [];
  for (let page: Document<Provider>[] = [], last: string | undefined; ; last = page.at(-1)?.id) {
    page = await collection.find({ limit: 200, ...(last === undefined ? {} : { after: { id: last } }) });
    found.push(...page.map((p) => p.state));
    if (page.length < 200) return found;
  }
}
