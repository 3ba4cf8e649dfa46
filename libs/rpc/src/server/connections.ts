import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { X509Certificate } from "node:crypto";
import { constants, type Http2SecureServer, type ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { pemsIn, Problem, type Reason } from "@ntd/service";
import { identityInNames, type Caller } from "../identity/caller.ts";
import type { Usage } from "../quotas/usage.ts";
import { Handshakes } from "./handshakes.ts";
import { lifetimeOf, type ConnectionAge } from "./lifetime.ts";
import type { Notes } from "./notes.ts";
import { isTrusted } from "./trusted.ts";
import type { OpenCall } from "./open-calls.ts";

export interface ConnectionOptions {
  usage: Usage;
  age: ConnectionAge;
  /** Connections of everybody together; those beyond are closed before their handshake. */
  most: () => number;
  /** This server's own certificate. */
  certificate: () => Buffer;
  denied: (id: string) => boolean;
  notes: Notes;
  endCalls: (problem: Problem, which: (call: OpenCall) => boolean) => void;
}

/** What a client is still told on a connection that is to end: less than the second in which it has to be gone. */
const LAST_WORDS_MS = 500;

/** setTimeout takes no more, and no connection lasts that long. */
const MOST_TIMER_MS = 2 ** 31 - 1;

const CHANNEL = "net.server.socket";

/**
 * The connections of a server: bounded in all and by identity, of limited age, none that outlives its certificate or the
 * deny-list, and none for a while of who has misused several. grpc-js keeps its HTTP/2 server to itself; node tells of it when it takes its first socket, before
 * anything was said on it.
 */
export class Connections implements Disposable {
  readonly #options: ConnectionOptions;
  readonly #open = new Map<ServerHttp2Session, { caller: Caller | undefined; refusal: Problem | undefined }>();
  readonly #handshakes = new Handshakes();
  #server: Http2SecureServer | undefined;
  #port = 0;
  readonly #onSocket = (message: unknown) => this.#notice((message as { socket: Socket }).socket);

  constructor(options: ConnectionOptions) {
    this.#options = options;
    subscribe(CHANNEL, this.#onSocket);
  }

  /** Connections to that port are this server's. */
  listening(port: number): void {
    this.#port = port;
  }

  /** Why calls of this connection are refused, which is about to end. */
  refusalOf(connection: object): Problem | undefined {
    return this.#open.get(connection as ServerHttp2Session)?.refusal;
  }

  /** Ends the connections of identities that are denied by now. */
  endDenied(): void {
    for (const [session, { caller }] of this.#open) {
      if (caller !== undefined && this.#options.denied(caller.id)) this.#end(session, "IDENTITY_DENIED");
    }
  }

  /** Ends the connections whose certificate no authority of `bundle` has issued: what was trusted and is no more. */
  endUntrusted(bundle: Buffer): void {
    const authorities = pemsIn(bundle.toString("latin1")).map((pem) => new X509Certificate(pem));
    for (const session of this.#open.keys()) {
      if (isTrusted((session.socket as TLSSocket).getPeerCertificate(true), authorities)) continue;
      this.#end(session, "IDENTITY_EXPIRED", UNTRUSTED);
    }
  }

  [Symbol.dispose](): void {
    unsubscribe(CHANNEL, this.#onSocket);
  }

  #notice(socket: Socket): void {
    // Node sets `server` on what a server took; its types do not say so.
    const { server } = socket as Socket & { server?: Http2SecureServer };
    if (server === undefined || socket.localPort !== this.#port) return;
    const most = this.#options.most();
    server.maxConnections = most + this.#handshakes.most;
    if (this.#open.size >= most) socket.destroy();
    else this.#handshakes.begin(socket);
    if (server === this.#server) return;
    this.#server = server;
    server.on("session", (session) => this.#begin(session));
  }

  #begin(session: ServerHttp2Session): void {
    const { usage, denied, age, most } = this.#options;
    this.#handshakes.known(session.socket);
    if (this.#open.size >= most()) return session.destroy();
    const peer = (session.socket as TLSSocket).getPeerCertificate();
    const caller = identityInNames(peer.subjectaltname);
    const use = caller && usage.connect(caller, performance.now());
    const entry = { caller, refusal: use?.refusal };
    this.#open.set(session, entry);
    const timers = new Set<NodeJS.Timeout>();
    session.once("error", (error) => caller && isMisuse(error) && this.#misused(caller));
    session.once("close", () => {
      for (const timer of timers) clearTimeout(timer);
      use?.[Symbol.dispose]();
      this.#open.delete(session);
    });
    const at = (ms: number, act: () => void) => timers.add(setTimeout(act, Math.min(ms, MOST_TIMER_MS)).unref());
    if (use?.isBarred === true) return session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
    if (caller === undefined) return void at(0, () => this.#end(session, "IDENTITY_UNKNOWN"));
    if (denied(caller.id)) return void at(0, () => this.#end(session, "IDENTITY_DENIED"));
    if (entry.refusal !== undefined) return void at(0, () => this.#end(session, "RATE_LIMITED"));
    const { goodbyeMs, endMs, reason } = lifetimeOf(age, this.#leftMs(peer.valid_to), Math.random());
    at(goodbyeMs, () => session.close());
    at(endMs, () => {
      if (reason === "IDENTITY_EXPIRED") entry.refusal = new Problem(reason);
      this.#end(session, reason);
    });
  }

  #misused(caller: Caller): void {
    const { usage, notes } = this.#options;
    usage.misuse(caller, performance.now());
    notes.misused(caller);
  }

  #leftMs(peerUntil: string): number {
    const own = new X509Certificate(this.#options.certificate()).validToDate.getTime();
    const peer = Date.parse(peerUntil);
    return Math.min(own, Number.isNaN(peer) ? own : peer) - Date.now();
  }

  /** Its calls end with a reason at once, and the connection once that is said. */
  #end(session: ServerHttp2Session, reason: Reason, words = LAST_WORDS[reason]): void {
    this.#options.endCalls(new Problem(reason, words), ({ connection }) => connection === session);
    setTimeout(() => session.destroy(), LAST_WORDS_MS).unref();
  }
}

/** What node ends a connection for: floods of frames, streams beyond the agreed number, endless headers. */
function isMisuse(error: Error & { code?: string }): boolean {
  return error.code?.startsWith("ERR_HTTP2_") === true;
}

const UNTRUSTED =
  "The authority of this certificate is trusted no more. Bring one of the new authority, and connect again.";

const LAST_WORDS: Partial<Record<Reason, string>> = {
  SHUTTING_DOWN: "This connection has lasted as long as one may. Connect again.",
};
