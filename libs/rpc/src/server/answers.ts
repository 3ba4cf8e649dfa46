import type { Logger } from "@ntd/service";
import type { CallContext, GrpcJsServiceDefinition, ServiceImplementation } from "nice-grpc";

type Method = GrpcJsServiceDefinition[string];
type Handler = (request: unknown, context: CallContext) => unknown;
type Stream = (request: unknown, context: CallContext) => AsyncIterable<unknown>;

/** An answer of a stream as it goes out: what waits for a slow reader waits as bytes, and not as thousands of objects. */
class Encoded {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

/** A service whose answers are encoded here: those of streams as soon as they are made. */
export function withAnswers<D extends GrpcJsServiceDefinition>(
  definition: D,
  implementation: ServiceImplementation<D>,
  log: Logger,
): { definition: D; implementation: ServiceImplementation<D> } {
  const methods: Record<string, Method> = {};
  const handlers: Record<string, Handler> = {};
  for (const [name, method] of Object.entries<Method>(definition)) {
    const encode = telling(method, log);
    methods[name] = {
      ...method,
      responseSerialize: (answer) => (answer instanceof Encoded ? answer.bytes : encode(answer)),
    };
    // Each by its name: an implementation may be of a class, whose methods are no properties of its own.
    const handler = (implementation as Record<string, Handler>)[name]?.bind(implementation);
    if (handler === undefined) throw new Error(`${method.path} has no handler`);
    handlers[name] = method.responseStream ? encodedBy(handler as Stream, encode) : handler;
  }
  return { definition: methods as D, implementation: handlers as ServiceImplementation<D> };
}

function encodedBy(stream: Stream, encode: (answer: unknown) => Buffer) {
  return async function* encoded(request: unknown, context: CallContext): AsyncGenerator<Encoded, void, undefined> {
    for await (const answer of stream(request, context)) yield new Encoded(encode(answer));
  };
}

// grpc-js answers "Error serializing response" and tells nobody why.
function telling({ path, responseSerialize }: Method, log: Logger): (answer: unknown) => Buffer {
  return (answer) => {
    try {
      return responseSerialize(answer);
    } catch (error) {
      log.error({ method: path, error }, "an answer cannot be encoded");
      throw error;
    }
  };
}
