import { packing } from "./packed.ts";
import type { Part } from "./parts.ts";
import type { Sheet } from "./sheet.ts";
import { pausedMs, type Suspended } from "../timelines/suspended.ts";
import { timesOf, type Timeline } from "../timelines/timeline.ts";

/** What is kept of a notice whose case was held, as columns of its timeline. */
export const HELD_COLUMNS = ["policeWait", "firstWait", "heldFacts"] as const;
export type HeldColumn = (typeof HELD_COLUMNS)[number];

const facts = packing({ keptByPolice: 2, keptByFirst: 2, heldNow: 2, afterSending: 2 });

/** Waits in ms, Infinity while one goes on; NaN: it kept nothing back. */
export interface HeldRow {
  policeWait: number;
  firstWait: number;
  facts: number;
}

/** A wait that goes on, as it is stored. */
const GOES_ON = -1;

/** Undefined of a notice whose case never was held. */
export function heldColumnsOf(timeline: Timeline): Record<HeldColumn, number | undefined> | undefined {
  if (timeline.holds === undefined || timeline.holds.length === 0) return undefined;
  const { issuedTime, keptByPolice, keptByFirst, keptBack, heldAfterSending } = timesOf(timeline);
  const [policeWait, firstWait] = [waitOf(keptByPolice, issuedTime), waitOf(keptByFirst, issuedTime)];
  const heldFacts = facts.pack({
    keptByPolice: Number(policeWait !== undefined),
    keptByFirst: Number(firstWait !== undefined),
    heldNow: Number(keptBack),
    afterSending: Number(heldAfterSending),
  });
  return { policeWait, firstWait, heldFacts };
}

function waitOf(kept: readonly Suspended[], issuedTime: Date): number | undefined {
  if (kept.length === 0) return undefined;
  if (kept.some(({ to }) => to === undefined)) return GOES_ON;
  return pausedMs(kept, issuedTime, new Date(Math.max(...kept.map(({ to }) => Number(to)))));
}

export function heldRow({ columns }: Part<HeldColumn>, at: number): HeldRow {
  const wait = (waits: Float64Array) => (waits[at] === GOES_ON ? Infinity : (waits[at] ?? NaN));
  return {
    facts: columns.heldFacts[at] ?? NaN,
    policeWait: wait(columns.policeWait),
    firstWait: wait(columns.firstWait),
  };
}

const is = (fact: Parameters<typeof facts.factOf>[1]) => (row: HeldRow) => facts.factOf(row.facts, fact) === 1;

const WAIT =
  "from when the decision was told and the notice made, or from when the hold began if that was later, to its release, or to when the notice left or ended.";
const OVER = "Those that still wait count as not yet released.";

/** How long notices waited for police. No time of a provider has any of it, and no time from report or decision is without it. */
export const heldSheets: readonly Sheet<HeldRow>[] = [
  {
    group: "held for police",
    over: () => true,
    definition: "",
    counts: [
      {
        name: "held_notices",
        definition: "Notices issued in the range whose case was held for police, whether that kept them back or not.",
        when: () => true,
      },
      {
        name: "kept_back_now",
        definition: "Of held_notices, those that are not sent now because of a hold.",
        when: is("heldNow"),
      },
      {
        name: "already_sent",
        definition: "Of held_notices, those that had been sent when a hold came: that hold kept nothing back.",
        when: is("afterSending"),
      },
    ],
  },
  {
    group: "waits for officers and marks",
    over: is("keptByPolice"),
    definition: OVER,
    counts: [
      {
        name: "kept_back_by_police",
        definition: "Notices issued in the range that an officer's hold, or one of a mark, kept back.",
        when: () => true,
      },
    ],
    times: [
      {
        name: "police_hold_wait_{share}",
        definition: `the wait for officers and marks: ${WAIT}`,
        ms: (row) => row.policeWait,
      },
    ],
  },
  {
    group: "waits by the rule that police hear first",
    over: is("keptByFirst"),
    definition: OVER,
    counts: [
      {
        name: "kept_back_by_police_first",
        definition: "Notices issued in the range that the rule kept back by which police hear first.",
        when: () => true,
      },
    ],
    times: [
      {
        name: "police_first_wait_{share}",
        definition: `the wait by the rule that police hear first: ${WAIT}`,
        ms: (row) => row.firstWait,
      },
    ],
  },
];
