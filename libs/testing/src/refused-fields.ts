import { glob } from "node:fs/promises";
import { basename, join } from "node:path";

type Handler = (request: object, context: object) => Promise<unknown>;
type Made = (deps: object) => Handler;
type Definition = Readonly<Record<string, { requestDeserialize: (bytes: Buffer) => object }>>;

/** What a test says of one method: who calls it with what, and which fields are to be refused. */
export interface FaultyCall {
  by: string;
  /** Beside this nothing is set. */
  set?: object;
  refused: readonly string[];
}

/**
 * The handlers in a service's folder by the names of their methods: `rpc-decide-case.ts` exports `decideCase`, which makes
 * one of what handlers work with.
 */
export async function handlersIn(src: string): Promise<Map<string, Made>> {
  const found = new Map<string, Made>();
  for await (const file of glob("**/rpc-*.ts", { cwd: src })) {
    const name = basename(file, ".ts")
      .slice("rpc-".length)
      .replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    const module = (await import(join(src, file))) as Record<string, Made | undefined>;
    const made = module[name];
    if (made === undefined) throw new Error(`${file} exports no ${name}`);
    found.set(name, made);
  }
  return found;
}

/** The fields that a handler refuses, in order; none where it takes the request. */
export async function refusedFields(
  method: string,
  handler: Handler,
  definitions: readonly Definition[],
  { by, set = {} }: FaultyCall,
): Promise<string[]> {
  const definition = definitions.find((one) => method in one)?.[method];
  if (definition === undefined) throw new Error(`${method} is in no definition`);
  const request = { ...definition.requestDeserialize(Buffer.alloc(0)), ...set };
  const metadata = { get: (key: string) => (key === "x-ntd-caller" ? `spiffe://test/${by}` : undefined) };
  try {
    await handler(request, { metadata, signal: new AbortController().signal });
    return [];
  } catch (error) {
    const { fields } = error as { fields?: readonly { field: string }[] };
    if (fields === undefined) throw error;
    return fields.map(({ field }) => field);
  }
}
