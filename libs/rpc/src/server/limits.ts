/** How long calls may take, as data. */
export interface CallLimits {
  /** Of a unary call. Default 30,000 ms. */
  maxCallMs?: number;
  /** Unary methods with a limit of their own, by full path; Infinity for none. Streams have none. */
  callMs?: Readonly<Record<string, number>>;
}

const DEFAULT_MS = 30_000;

/** The longest that a call may take. */
export function limitOf(
  { maxCallMs = DEFAULT_MS, callMs = {} }: CallLimits,
  method: { path: string; requestStream: boolean; responseStream: boolean },
): number {
  if (method.requestStream || method.responseStream) return Infinity;
  return (Object.hasOwn(callMs, method.path) ? callMs[method.path] : undefined) ?? maxCallMs;
}
