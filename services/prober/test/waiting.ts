import { eventually } from "@ntd/testing";
import type { ProberBed } from "./bed.ts";

/** Waits for what is told of a path. */
export function waiting(told: ProberBed["told"]): Pick<ProberBed, "until" | "restored"> {
  const last = async (path: string) => (await told(path)).at(-1);
  return {
    until: (path, verb, episode = 1) =>
      eventually(`${path} ${verb}`, async () => {
        const newest = await last(path);
        return newest?.verb === verb && newest.data.episode === episode && newest.data;
      }),
    restored: (path) =>
      eventually(`${path} restored`, async () => {
        const newest = await last(path);
        return newest?.data.restoredTime !== undefined && newest.data;
      }),
  };
}
