import { ServerInterceptingCall, type Metadata, type ServerInterceptor } from "@grpc/grpc-js";
import { constants, type ServerHttp2Stream } from "node:http2";
import { Problem, type Health } from "@ntd/service";
import { mayCall, notAllowed, type Access } from "../identity/access.ts";
import { CALLER, callerOn, type Caller } from "../identity/caller.ts";
import { quotaNames } from "../quotas/quotas.ts";
import type { Usage, Use } from "../quotas/usage.ts";
import type { Connections } from "./connections.ts";
import { limitOf, type CallLimits } from "./limits.ts";
import { callEnded } from "./metrics.ts";
import type { Notes } from "./notes.ts";
import type { OpenCall, OpenCalls } from "./open-calls.ts";
import { wireStatus } from "./wire-status.ts";

export interface DoorOptions {
  access: Access;
  health: Health;
  notes: Notes;
  calls: OpenCalls;
  connections: Connections;
  usage: Usage;
  limits: CallLimits;
  trustDomain: string;
  /** Whether this SPIFFE id is on the deny-list. */
  denied: (id: string) => boolean;
  /** True once the server has begun to stop. */
  stopping: () => boolean;
}

/** Methods of the standard health service: open to every identity that is not denied, and while draining. */
export const HEALTH = "/grpc.health.v1.Health/";

/** The call's name among `OpenCalls`, in its metadata beside its caller. */
export const CALL = "x-ntd-call";

/** Who is over its rate is answered no faster than this: its next call waits for the answer to its last. */
const REFUSED_AFTER_MS = 250;

type Call = Parameters<ServerInterceptor>[1];
type Method = Parameters<ServerInterceptor>[0];

/**
 * What every call passes on its first header, before a byte of its message is read: identity, deny-list, quotas,
 * allow-list, drain. From here on it has a time limit and can be ended, also when its message never comes.
 */
export function frontDoor(options: DoorOptions): ServerInterceptor {
  return (method, call) =>
    new ServerInterceptingCall(call, {
      start(next) {
        const visit = new Visit(options, method, call);
        next({
          onReceiveMetadata: (metadata, forward) => visit.enter(metadata, forward),
          onReceiveMessage(message, forward) {
            visit.read();
            forward(message);
          },
          onCancel: () => visit.leave(),
        });
      },
    });
}

// grpc-js has no door to the stream; should the field go, bytes are not counted and certificates read at each call.
function streamOf(call: Call): ServerHttp2Stream | undefined {
  return (call as unknown as { stream?: ServerHttp2Stream }).stream;
}

/** One call, from its first header until its stream is closed. */
class Visit {
  readonly #options: DoorOptions;
  readonly #method: Method;
  readonly #call: Call;
  readonly #stream: ServerHttp2Stream | undefined;
  #open: OpenCall | undefined;
  #use: Use | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DoorOptions, method: Method, call: Call) {
    this.#options = options;
    this.#method = method;
    this.#call = call;
    this.#stream = streamOf(call);
  }

  enter(metadata: Metadata, forward: (metadata: Metadata) => void): void {
    metadata.remove(CALLER);
    metadata.remove(CALL);
    const { calls, limits, trustDomain } = this.#options;
    const { path, requestStream, responseStream } = this.#method;
    const connection = this.#stream?.session;
    const caller = callerOn(this.#call, connection, trustDomain);
    try {
      const use = this.#admit(caller, connection);
      const kind = requestStream || responseStream ? "stream" : "unary";
      const open = calls.add({ caller: use.caller, method: path, kind, connection }, limitOf(limits, this.#method));
      this.#open = open;
      open.signal.addEventListener("abort", () => this.#ended(open.signal.reason), { once: true });
      this.#stream?.on("data", (bytes: Buffer) => this.#received(bytes.length));
      metadata.set(CALLER, use.caller.id);
      metadata.set(CALL, open.key);
      if (use.waitMs === 0) forward(metadata);
      else this.#timer = setTimeout(() => forward(metadata), use.waitMs);
    } catch (error) {
      this.#refuse(Problem.from(error), caller);
    }
  }

  /** A message was read whole. */
  read(): void {
    // Of a question its bytes are in hand until it is answered.
    if (this.#method.requestStream) this.#use?.release();
  }

  leave(): void {
    clearTimeout(this.#timer);
    this.#use?.[Symbol.dispose]();
    if (this.#open?.isHandled !== true) this.#open?.end("CANCELLED");
  }

  #admit(caller: Caller | undefined, connection: object | undefined): { caller: Caller; waitMs: number } {
    const { access, health, denied, stopping, usage, connections } = this.#options;
    const { path, requestStream } = this.#method;
    if (caller === undefined) throw new Problem("IDENTITY_UNKNOWN");
    if (denied(caller.id)) throw new Problem("IDENTITY_DENIED");
    const over = connection && connections.refusalOf(connection);
    if (over !== undefined) throw over;
    const use = usage.begin(caller, requestStream, performance.now());
    if (use instanceof Problem) throw use;
    this.#use = use;
    if (path.startsWith(HEALTH)) return { caller, waitMs: use.waitMs };
    if (!mayCall(access, path, caller)) throw notAllowed(access, path, caller);
    if (health.draining || stopping()) throw new Problem("SHUTTING_DOWN");
    return { caller, waitMs: use.waitMs };
  }

  #received(bytes: number): void {
    const over = this.#use?.receive(bytes);
    if (over !== undefined) this.#open?.stop(over);
  }

  /** Something ended it. Once its handler has begun it is the guard who answers. */
  #ended(problem: Problem): void {
    if (this.#open?.isHandled === true) return;
    clearTimeout(this.#timer);
    this.#refuse(problem, this.#open?.caller);
  }

  #refuse(problem: Problem, caller: Caller | undefined): void {
    const { notes } = this.#options;
    const { path } = this.#method;
    if (this.#open !== undefined) this.#open.end(problem.reason);
    else if (caller !== undefined) callEnded(path)(problem.reason);
    notes.failed(problem, path, caller);
    const say = () => void this.#say(problem);
    if (problem.metadata["quota"] === quotaNames.callsPerSecond) this.#timer = setTimeout(say, REFUSED_AFTER_MS);
    else say();
  }

  async #say(problem: Problem): Promise<void> {
    this.#call.sendStatus(await wireStatus(problem));
    // Said, and nothing more is read: a client may go on sending for as long as it likes.
    this.#stream?.close(constants.NGHTTP2_NO_ERROR);
  }
}
