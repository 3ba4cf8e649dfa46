import type { ConnectQuestion } from "@ntd/proto/browser/v1/browser_service";

/** What may be connected to is said by whoever called. While nobody answers nothing is connected to. */
export class Questions implements Disposable {
  readonly #ask: (question: ConnectQuestion) => void;
  readonly #open = new Map<number, (mayConnect: boolean) => void>();
  #count = 0;
  #isOver = false;

  constructor(ask: (question: ConnectQuestion) => void) {
    this.#ask = ask;
  }

  readonly mayConnect = ({ url, ips }: { url: string; ips: readonly string[] }): Promise<boolean> => {
    if (this.#isOver) return Promise.resolve(false);
    const number = ++this.#count;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#open.set(number, resolve);
    this.#ask({ number, url, ips: [...ips] });
    return promise;
  };

  /** An answer to what was not asked, or was answered already, says nothing. */
  answer(number: number, mayConnect: boolean): void {
    this.#open.get(number)?.(mayConnect);
    this.#open.delete(number);
  }

  /** Nobody answers any more. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    for (const resolve of this.#open.values()) resolve(false);
    this.#open.clear();
  }
}
