import { once } from "node:events";
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http";
import type { Server, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createSecureContext, TLSSocket, type SecureContext } from "node:tls";
import type { Answer } from "@ntd/wayout";
import { Account, isMedium } from "./account.ts";
import { refusalOf, type AskRules } from "./asking.ts";
import type { OwnCertificate } from "./certificate.ts";
import { forwarded, type Ways } from "./forward.ts";
import { linesToBrowser, linesToHost } from "./header-lines.ts";

export interface ProxyOptions {
  /** What is looked at. */
  address: URL;
  rules: AskRules & { maxMedia: number };
  ways: Ways;
  certificate: OwnCertificate;
}

/** As many as no browser opens. */
const MOST_SOCKETS = 256;

/**
 * The one way out of a browser's sandbox, for one look: every request ends here, is judged, and is made anew from here. It
 * is no tunnel: what the browser says by https it says to this proxy, so that nothing goes by unseen, and no socket leads on.
 */
export class LookProxy implements Disposable {
  readonly account: Account;
  readonly #options: ProxyOptions;
  readonly #server: HttpServer;
  readonly #secure: SecureContext;
  readonly #sockets = new Set<Duplex>();
  /** Where the requests on a connection go that is encrypted. */
  readonly #origins = new WeakMap<object, string>();
  readonly #ended = new AbortController();
  #page: URL;

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#page = options.address;
    this.account = new Account(options.rules.maxMedia);
    this.#secure = createSecureContext(options.certificate);
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on("connect", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#encrypted(request, socket, head),
    );
    this.#server.on("upgrade", (_, socket: Duplex) => this.#refuse(socket));
    this.#server.on("clientError", (_, socket: Duplex) => socket.destroy());
  }

  /** Serves what listens inside the sandbox. */
  serve(listener: Server): void {
    listener.on("connection", (socket) => this.#take(socket));
  }

  [Symbol.dispose](): void {
    this.#ended.abort(ENDED);
    for (const socket of this.#sockets) socket.destroy();
  }

  #take(socket: Socket): void {
    if (this.#ended.signal.aborted || this.#sockets.size >= MOST_SOCKETS) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    this.#server.emit("connection", socket);
  }

  // By CONNECT a browser asks for TLS, or for a socket of a script; what is not TLS comes to nothing here.
  #encrypted({ url = "" }: IncomingMessage, socket: Duplex, head: Buffer): void {
    const host = URL.parse(`https://${url}`);
    if (host === null) {
      this.#refuse(socket);
      return;
    }
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    if (head.length > 0) socket.unshift(head);
    const options = { isServer: true, secureContext: this.#secure, ALPNProtocols: ["http/1.1"] };
    const tls = new TLSSocket(socket as Socket, options);
    tls.once("error", () => this.#refuse(socket));
    socket.once("error", () => tls.destroy());
    this.#origins.set(tls, host.origin);
    this.#server.emit("connection", tls);
  }

  #refuse(socket: Duplex): void {
    this.account.refused++;
    socket.destroy();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on("error", () => undefined);
    const url = this.#urlOf(request);
    if (url === undefined || !this.#mayAsk(request, url)) {
      this.account.refused++;
      if (url?.href === this.#page.href) this.account.failed = "forbidden";
      response.writeHead(403).end();
      return;
    }
    this.account.requests++;
    const gone = new AbortController();
    response.once("close", () => gone.abort(ENDED));
    const signal = AbortSignal.any([this.#ended.signal, gone.signal]);
    try {
      const found = await forwarded(url, linesToHost(request.rawHeaders), this.#options.ways, signal);
      if (found.is === "answer") await this.#pass(request, url, found.answer, response);
      else this.#fail(url, found.is, response);
    } catch {
      response.destroy();
    } finally {
      gone.abort(ENDED);
    }
  }

  #urlOf({ socket, url = "" }: IncomingMessage): URL | undefined {
    const origin = this.#origins.get(socket);
    if (origin === undefined) return URL.parse(url) ?? undefined;
    return url.startsWith("/") ? (URL.parse(`${origin}${url}`) ?? undefined) : undefined;
  }

  #mayAsk(request: IncomingMessage, url: URL): boolean {
    const { method = "", headers } = request;
    const isDocument = wantedAs(request) === "document";
    const asking = { method, url, userAgent: headers["user-agent"] ?? "", isDocument, page: this.#page };
    const refusal = refusalOf(asking, this.#options.rules, this.account);
    if (refusal === "too_much") this.account.truncated = true;
    return refusal === undefined;
  }

  #fail(url: URL, why: NonNullable<Account["failed"]>, response: ServerResponse): void {
    if (why === "forbidden") this.account.refused++;
    if (url.href === this.#page.href) this.account.failed = why;
    response.writeHead(why === "forbidden" ? 403 : 502).end();
  }

  async #pass(request: IncomingMessage, url: URL, answer: Answer, response: ServerResponse): Promise<void> {
    const { status, headers } = answer;
    if (status < 200) {
      this.#fail(url, "no_answer", response);
      return;
    }
    const wantedFor = wantedAs(request);
    if (wantedFor === "document") this.#went(url, answer);
    const isIcon = url.pathname === "/favicon.ico";
    const medium = !isIcon && isMedium(wantedFor, answer) ? this.account.medium(url.href, answer) : undefined;
    response.writeHead(status, linesToBrowser(headers));
    let isWhole = false;
    try {
      for await (const chunk of answer.body) {
        this.account.bytes += chunk.length;
        medium?.take(chunk);
        if (this.account.bytes > this.#options.rules.maxBytes) {
          this.account.truncated = true;
          throw ENDED;
        }
        if (!response.write(chunk)) await once(response, "drain", { signal: this.#ended.signal });
      }
      isWhole = true;
    } catch {
      // As browsers do: what has come is what there is.
    }
    medium?.end(isWhole);
    response.end();
  }

  #went(url: URL, { status, headers }: Answer): void {
    this.account.went({ url: url.href, status, headers });
    const to = status >= 300 && status < 400 ? URL.parse(headers.get("location")?.[0] ?? "", url.href) : null;
    if (url.href === this.#page.href && to !== null && to.href !== url.href) {
      const { userAgent } = this.#options.rules;
      const asking = { method: "GET", url: to, userAgent, isDocument: true, page: this.#page };
      if (refusalOf(asking, this.#options.rules, this.account) === undefined) this.#page = withoutFragment(to);
      else this.account.failed = "forbidden";
    }
  }
}

/** Made once: each new error would cost a stack trace. */
const ENDED = new Error("the look has ended");

export function withoutFragment(url: URL): URL {
  const bare = new URL(url);
  bare.hash = "";
  return bare;
}

/** What a browser wants an answer for. It says so by https alone; else what it would take tells. */
function wantedAs({ headers }: IncomingMessage): string {
  const said = headers["sec-fetch-dest"];
  if (typeof said === "string") return /^(?:iframe|frame)$/.test(said) ? "document" : said;
  const accepted = headers.accept ?? "";
  return accepted.startsWith("text/html") ? "document" : accepted.startsWith("image/") ? "image" : "";
}
