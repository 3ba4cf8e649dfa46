import { MongoError, MongoServerError } from "mongodb";
import { Problem } from "@ntd/service";

const DUPLICATE_KEY = 11_000;
const OUT_OF_DISK = 14_031;

export function isDuplicate(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/**
 * Runs a call of the driver. What the driver reports, a refused command aside, means that the store did not answer or
 * did not confirm: it may be repeated, since every write is guarded by a version or an id.
 */
export async function answered<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof MongoServerError && cause.code === OUT_OF_DISK)
      throw new Problem("STORE_FULL", undefined, { cause });
    const silent = cause instanceof MongoError && (!(cause instanceof MongoServerError) || retryable(cause));
    throw silent ? new Problem("STORE_UNAVAILABLE", undefined, { cause }) : cause;
  }
}

function retryable(error: MongoServerError): boolean {
  const labelled = ["RetryableWriteError", "TransientTransactionError", "RetryableError"];
  return labelled.some((label) => error.hasErrorLabel(label)) || AWAY.has(Number(error.code));
}

// A member that steps down, recovers, shuts down or cannot be reached (MongoDB's error codes).
const AWAY = new Set([6, 7, 89, 91, 189, 10_107, 11_600, 11_602, 13_435, 13_436]);
