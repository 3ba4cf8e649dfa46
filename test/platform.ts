import { startPlatform, type Platform, type PlatformOptions } from "@ntd/scripts/platform";
import { startTestBed, type TestBed, type TestBedOptions } from "@ntd/testing";

/** The platform's processes on a test bed. */
export type TestPlatform = Platform<TestBed>;

export type TestPlatformOptions = TestBedOptions & PlatformOptions;

/** Starts a test bed and the platform's services on it; both end together. */
export async function startTestPlatform(options: TestPlatformOptions = {}): Promise<TestPlatform> {
  await using stack = new AsyncDisposableStack();
  const bed = stack.use(await startTestBed(options));
  const platform = stack.use(await startPlatform(bed, options));
  const running = stack.move();
  return { ...platform, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}
