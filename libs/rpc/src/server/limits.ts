/** How long calls may take, as data. */
export interface CallLimits {
  /** Of a unary call. Default 30,000 ms. */
  maxCallMs?: number;
  /** Of an upload. Default 600,000 ms. A stream of answers lasts, as long as its connection does. */
  maxUploadMs?: number;
  /** Methods with a limit of their own, by full path. */
  callMs?: Readonly<Record<string, number>>;
}

const DEFAULT_MS = 30_000;
const UPLOAD_MS = 600_000;

/** The longest that a call may take, whatever its client allows. */
export function limitOf(
  { maxCallMs = DEFAULT_MS, maxUploadMs = UPLOAD_MS, callMs = {} }: CallLimits,
  method: { path: string; requestStream: boolean; responseStream: boolean },
): number {
  const own = Object.hasOwn(callMs, method.path) ? callMs[method.path] : undefined;
  if (own !== undefined) return own;
  if (method.responseStream) return Infinity;
  return method.requestStream ? maxUploadMs : maxCallMs;
}
