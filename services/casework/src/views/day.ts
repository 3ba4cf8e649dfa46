/** The calendar day in which `time` lies, for example "2026-03-01". */
export function dayOf(time: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(time);
}

/** When the next day begins there: to the millisecond, also where clocks are changed. */
export function nextDay(time: Date, timeZone: string): Date {
  const today = dayOf(time, timeZone);
  let [within, beyond] = [time.getTime(), time.getTime() + LONGEST_DAY_MS];
  while (beyond - within > 1) {
    const middle = Math.floor((within + beyond) / 2);
    if (dayOf(new Date(middle), timeZone) === today) within = middle;
    else beyond = middle;
  }
  return new Date(beyond);
}

/** A day of 25 hours, and one more. */
const LONGEST_DAY_MS = 26 * 3_600_000;
