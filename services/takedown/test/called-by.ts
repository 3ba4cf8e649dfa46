import type { CallContext } from "@ntd/rpc";

/** The context of a call by a person, without a connection. */
export function calledBy(person: string): CallContext {
  const metadata = { get: (key: string) => (key === "x-ntd-caller" ? `spiffe://test/${person}` : undefined) };
  return { metadata, signal: new AbortController().signal } as unknown as CallContext;
}
