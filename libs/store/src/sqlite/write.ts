import type { Client } from "./client.ts";
import type { Asks } from "./messages.ts";

/** Asks for a write; `ended` is called when it is answered, before anything is made of the answer. */
export function write<N extends "insert" | "save" | "remove" | "touch" | "refill", T = Asks[N]["answer"]>(
  client: Client,
  what: N,
  ask: Asks[N]["ask"],
  ended: () => void,
  made: (answer: Asks[N]["answer"]) => T = (answer) => answer as T,
): Promise<T> {
  const asked = client.ask(what, ask, (answer) => {
    ended();
    return made(answer);
  });
  asked.catch(ended);
  return asked;
}
