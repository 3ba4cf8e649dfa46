import { Problem } from "../problem/problem.ts";

/** What `work` resolves to; TIMED_OUT when it takes longer. The work itself goes on: it is no longer waited for. */
export async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const tooLate = () => late.reject(new Problem("TIMED_OUT", `It does not answer within ${timeoutMs} ms.`));
  const timer = setTimeout(tooLate, timeoutMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
