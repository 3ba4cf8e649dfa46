import type { Logger } from "@ntd/service";
import { createClientFactory, type Client, type ClientMiddleware, type GrpcJsServiceDefinition } from "nice-grpc";
import { deadlineMiddleware, type DeadlineOptions } from "nice-grpc-client-middleware-deadline";
import { errorDetailsClientMiddleware } from "nice-grpc-error-details";
import { callSignal } from "@ntd/service";
import { openChannel, type ChannelSettings } from "./channel.ts";
import { CUT_HEADER } from "../requests/paging.ts";
import { sayingWhy } from "./saying-why.ts";

export interface RpcClientOptions extends ChannelSettings {
  /** Time limit of a unary call; default 5,000 ms. A call may carry its own `deadline` (Date, or ms from now). */
  deadlineMs?: number;
  /** Is told when a page holds at most so many, and fewer than were asked for. */
  onCut?: (mostOfPage: number) => void;
  /** Told once that the server cannot be reached and why, at each change of the reason, and once that it can be again. */
  log?: Logger;
}

/** A method per RPC, typed by the definition. Every error that a method rejects with is a Problem. */
export type RpcClient<D extends GrpcJsServiceDefinition> = Client<D, DeadlineOptions> & AsyncDisposable;

/** An upload may take longer than a question, but not for ever. */
const UPLOAD_DEADLINE_MS = 600_000;

/**
 * A client over mutual TLS; it connects at the first call and again by itself. Unary calls and uploads have a time
 * limit; a stream of answers takes a `signal` and lasts. Disposing closes the connection and fails what is under way.
 *
 * @throws Problem CONFIG_INVALID when the identity folder is not usable.
 */
export function connect<D extends GrpcJsServiceDefinition>(definition: D, options: RpcClientOptions): RpcClient<D> {
  const opened = openChannel(options);
  const { channel } = opened;
  const client = createClientFactory()
    .use(errorDetailsClientMiddleware)
    .use(deadlineMiddleware)
    .use(defaultDeadline(options.deadlineMs ?? 5000))
    .use(endingWithItsCall)
    .use(tellingOfCuts(options.onCut))
    .use(sayingWhy(opened, options))
    .create<D>(definition, channel);
  return Object.assign(client as Client<D, DeadlineOptions>, {
    async [Symbol.asyncDispose]() {
      channel.close();
    },
  });
}

function defaultDeadline(deadlineMs: number): ClientMiddleware<DeadlineOptions, DeadlineOptions> {
  return (call, options) => {
    if (call.responseStream || options.deadline !== undefined) return call.next(call.request, options);
    return call.next(call.request, { ...options, deadline: call.requestStream ? UPLOAD_DEADLINE_MS : deadlineMs });
  };
}

// What a handler asks of a peer nobody waits for once its own call is over.
const endingWithItsCall: ClientMiddleware<DeadlineOptions, DeadlineOptions> = (call, options) => {
  const [signals, own] = [options.signal === undefined ? [] : [options.signal], callSignal()];
  if (own === undefined) return call.next(call.request, options);
  return call.next(call.request, { ...options, signal: AbortSignal.any([own, ...signals]) });
};

function tellingOfCuts(onCut: (mostOfPage: number) => void = () => undefined): ClientMiddleware {
  return (call, options) => {
    const onHeader: typeof options.onHeader = (header) => {
      const most = Number(header.get(CUT_HEADER));
      if (most > 0) onCut(most);
      options.onHeader?.(header);
    };
    return call.next(call.request, { ...options, onHeader });
  };
}
