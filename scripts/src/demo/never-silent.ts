/** Who waits is told by then that it goes on; a machine with more to do may be two seconds late. */
const SILENT_MS = 3000;

/**
 * Says what is said, and when nothing was for three seconds that it goes on, and with what: the newest line that told of
 * a step.
 */
export function neverSilent(print: (line: string) => void) {
  let doing = "starting";
  let timer: NodeJS.Timeout | undefined;
  function say(line: string): void {
    print(line);
    clearTimeout(timer);
    timer = setTimeout(() => say(`  ... still ${doing}`), SILENT_MS);
    // It must keep nobody from ending.
    timer.unref();
  }
  return {
    say,
    /** From now on this is what goes on. */
    begin(what: string): void {
      doing = what;
    },
    /** Nothing goes on, and nobody waits, until something is said again. */
    rest(): void {
      clearTimeout(timer);
    },
    [Symbol.dispose](): void {
      clearTimeout(timer);
    },
  };
}
