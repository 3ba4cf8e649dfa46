import type { Sandbox } from "@ntd/sandbox";
import { Turns } from "@ntd/service";
import type { PortRange } from "@ntd/wayout";
import type { BrowserConfig } from "../config.ts";
import type { OwnCertificate } from "../proxy/certificate.ts";
import { refusalOf } from "../proxy/asking.ts";
import { LookProxy, withoutFragment, type ProxyOptions } from "../proxy/look-proxy.ts";
import { lookOf, REFUSED, type Look } from "./look.ts";
import { ShutInBrowser } from "./shut-in-browser.ts";

export interface EyeDeps {
  config: BrowserConfig;
  sandbox: Sandbox;
  ways: Omit<ProxyOptions["ways"], "mayConnect">;
  certificate: OwnCertificate;
}

/** What is looked at, and who says what may be connected to for it. */
export interface Asked extends Pick<ProxyOptions["ways"], "mayConnect"> {
  address: URL;
  acceptLanguage: string;
}

/** As the contract says of `Document.markup`. */
const MAX_MARKUP = 1024 * 1024;
const TOO_MANY = "Too many pages wait to be looked at. Try again later.";

/** Looks at pages, each in a browser of its own that ends with the look. */
export class Eye implements AsyncDisposable {
  readonly #deps: EyeDeps;
  readonly #turns: Turns;
  readonly #ports: readonly PortRange[];
  readonly #closing = new AbortController();
  readonly #looks = new Set<Promise<Look>>();

  constructor(deps: EyeDeps) {
    this.#deps = deps;
    this.#ports = [[80, 80], [443, 443], ...deps.config.allowPorts];
    this.#turns = new Turns(deps.config.atOnce, deps.config.maxWaiting, TOO_MANY);
  }

  /**
   * @throws Problem RATE_LIMITED when too many wait, PEER_UNAVAILABLE when no browser starts; what `signal` says while it
   * waits for its turn.
   */
  async look(asked: Asked, signal: AbortSignal): Promise<Look> {
    const { address } = asked;
    const itself = { method: "GET", url: address, userAgent: "", isDocument: true, page: address };
    const rules = { ...this.#deps.config, ports: this.#ports, userAgent: "" };
    if (refusalOf(itself, rules, { requests: 0, bytes: 0 }) !== undefined) return REFUSED;
    const either = AbortSignal.any([signal, this.#closing.signal]);
    const look = this.#turns.take(either, () => this.#lookNow(asked, either));
    this.#looks.add(look);
    return look.finally(() => this.#looks.delete(look));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#looks);
  }

  async #lookNow({ address, acceptLanguage, mayConnect }: Asked, signal: AbortSignal): Promise<Look> {
    const { config, sandbox, certificate } = this.#deps;
    const ways = { ...this.#deps.ways, mayConnect };
    await using browser = await ShutInBrowser.start(sandbox, MAX_MARKUP, signal);
    const userAgent = userAgentOf(browser.version);
    const rules = { ...config, ports: this.#ports, userAgent };
    using proxy = new LookProxy({ address: withoutFragment(address), rules, ways, certificate });
    proxy.serve(browser.listener);
    // The part behind # is for the page's scripts.
    const task = { url: address.href, acceptLanguage, userAgent };
    return lookOf(await browser.open(task, { ...config, maxMarkup: MAX_MARKUP }, signal), proxy.account);
  }
}

/** As Chrome of that version names itself here; the browser's own business goes by the name of a headless one. */
function userAgentOf(version: string): string {
  const [major = "0"] = /^\d+/.exec(version) ?? [];
  return `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`;
}
