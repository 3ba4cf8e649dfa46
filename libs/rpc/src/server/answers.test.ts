import type { Logger } from "@ntd/service";
import type { CallContext, GrpcJsServiceDefinition, ServiceImplementation } from "nice-grpc";
import { expect, test } from "vitest";
import { withAnswers } from "./answers.ts";

const method = (name: string, responseStream: boolean): GrpcJsServiceDefinition[string] => ({
  path: `/of/${name}`,
  requestStream: false,
  responseStream,
  requestSerialize: () => Buffer.alloc(0),
  requestDeserialize: () => "",
  responseSerialize: (answer) => Buffer.from(String(answer)),
  responseDeserialize: String,
});
const DEFINITION = { get: method("Get", false), watch: method("Watch", true) };
const log = {} as Logger;
const context = {} as CallContext;

type Handlers = Record<string, (request: unknown, context: CallContext) => unknown>;

test("handlers may be methods of a class, and what a stream tells is encoded as it is told", async () => {
  class OfAClass {
    word = "first";
    get() {
      return Promise.resolve(`got ${this.word}`);
    }
    async *watch() {
      yield this.word;
      this.word = "second";
      yield this.word;
    }
  }
  const { definition, implementation } = withAnswers(
    DEFINITION,
    new OfAClass() as unknown as ServiceImplementation<typeof DEFINITION>,
    log,
  );
  const { get, watch } = implementation as unknown as Handlers;
  const streamed = await Array.fromAsync(watch?.("", context) as AsyncIterable<unknown>);
  expect(streamed.map((answer) => definition.watch.responseSerialize(answer).toString())).toEqual(["first", "second"]);
  expect(definition.get.responseSerialize(await get?.("", context)).toString()).toBe("got second");
});

test("a method without a handler is told when the service is made, by its name", () => {
  const none = {} as unknown as ServiceImplementation<typeof DEFINITION>;
  expect(() => withAnswers(DEFINITION, none, log)).toThrow("/of/Get has no handler");
});
