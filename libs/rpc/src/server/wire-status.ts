import { Metadata as WireMetadata, type ServerInterceptingCall } from "@grpc/grpc-js";
import { Metadata, type CallContext, type ServerMiddlewareCall } from "nice-grpc";
import { errorDetailsServerMiddleware } from "nice-grpc-error-details";
import type { Problem } from "@ntd/service";
import { statusOf } from "../status.ts";

type WireStatus = Parameters<ServerInterceptingCall["sendStatus"]>[0];

const DETAILS = "grpc-status-details-bin";

const made = new WeakMap<Problem, Promise<WireStatus>>();

/** A problem as grpc-js sends it where no handler has begun: what the middlewares would make of it. */
export function wireStatus(problem: Problem): Promise<WireStatus> {
  const known = made.get(problem);
  if (known !== undefined) return known;
  const status = encoded(problem);
  made.set(problem, status);
  return status;
}

async function encoded(problem: Problem): Promise<WireStatus> {
  const error = statusOf(problem);
  const trailer = Metadata();
  // The encoding of the details is the middleware's own, and this is its only door.
  const next = () => failing(error);
  const refused = { request: undefined, next } as unknown as ServerMiddlewareCall<unknown, never>;
  await errorDetailsServerMiddleware(refused, { trailer } as CallContext)
    .next()
    .catch(() => undefined);
  const metadata = new WireMetadata();
  metadata.set(DETAILS, Buffer.from(trailer.get(DETAILS) ?? []));
  return { code: error.code, details: error.details, metadata };
}

function failing(error: Error): AsyncIterator<never> & AsyncIterable<never> {
  return { next: () => Promise.reject(error), [Symbol.asyncIterator]: () => failing(error) };
}
