import { randomUUID } from "node:crypto";
import type { Clock } from "@ntd/service";
import type { Collection } from "@ntd/store";
import { pagesOf, type Request, type RequestPage } from "./requests.ts";

/** The register as it is stored; asked for by the end of its pages. */
export type Requests = Collection<RequestPage, "end">;

export interface RegisterDeps {
  requests: Requests;
  clock: Clock;
  hostDigest: (hostname: string) => string;
}

/**
 * Every request of ours, for disputes. Noted in memory before it is made and written each second, all of a second
 * together: a look costs no write of its own, and a crash loses the last second at most. Disposing writes the rest.
 */
export class Register implements AsyncDisposable {
  readonly #deps: RegisterDeps;
  #noted: Request[] = [];
  /** With the ids that they keep when writing them has to be tried again. */
  #unwritten: { id: string; state: RequestPage }[] = [];

  constructor(deps: RegisterDeps) {
    this.#deps = deps;
  }

  note(eye: string, url: string): void {
    const { clock, hostDigest } = this.#deps;
    this.#noted.push({ time: clock.now(), eye, host: hostDigest(new URL(url).hostname) });
  }

  async write(): Promise<void> {
    const pages = pagesOf(this.#noted);
    this.#noted = [];
    this.#unwritten = [...this.#unwritten, ...pages.map((state) => ({ id: randomUUID(), state }))];
    if (this.#unwritten.length === 0) return;
    const writing = this.#unwritten;
    await this.#deps.requests.insertMany(writing);
    this.#unwritten = this.#unwritten.filter((page) => !writing.includes(page));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.write();
  }
}
