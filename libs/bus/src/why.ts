import { readFileSync } from "node:fs";
import { join } from "node:path";
import { observe, whyNot, type Logger, type Why } from "@ntd/service";
import type { BusOptions } from "./connection.ts";

type Where = Pick<BusOptions, "natsUrl" | "identityDir">;

/** While the bus is away it is looked at this often; a step of a look takes as long at most. */
const LOOK_MS = 1000;

/** Why the bus cannot be reached, with the mend: each server of the URL is looked at; undefined when one answers well. */
export async function whyNoBus({ natsUrl, identityDir }: Where): Promise<Why | undefined> {
  const identity = pemsOf(identityDir);
  let last: Why | undefined;
  for (const server of natsUrl.split(",")) {
    const { hostname, port } = new URL(server.includes("://") ? server : `tls://${server}`);
    const to = { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 4222) };
    // nats.js knows no proxies.
    const glance = { to, way: { is: "direct" }, speaks: "nats", timeoutMs: LOOK_MS } as const;
    last = whyNot(await observe({ ...glance, identity }), { ...glance, cert: identity.cert }, new Date());
    if (last === undefined) return undefined;
  }
  return last;
}

function pemsOf(identity: BusOptions["identityDir"]) {
  if (typeof identity !== "string") return identity.value;
  const file = (name: string) => readFileSync(join(identity, name));
  return { ca: file("ca.pem"), cert: file("cert.pem"), key: file("key.pem") };
}

/** Whoever retries for ever says why: once at each change, and once that the bus is back. */
export class Away implements Disposable {
  readonly #where: Where;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #said: string | undefined;

  constructor(where: Where, log: Logger) {
    this.#where = where;
    this.#log = log;
  }

  begins(): void {
    this.#timer ??= setTimeout(() => void this.#look(), LOOK_MS).unref();
  }

  ends(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#said !== undefined) this.#log.info("the bus is within reach again");
    this.#said = undefined;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    const timer = this.#timer;
    const why = await whyNoBus(this.#where).catch(() => undefined);
    // It is back meanwhile.
    if (this.#timer !== timer || timer === undefined) return;
    this.#timer = undefined;
    this.begins();
    if (why === undefined || why.sentence === this.#said) return;
    this.#said = why.sentence;
    this.#log.warn({ reason: why.why, why: why.sentence }, "the bus is out of reach; it is tried again");
  }
}
