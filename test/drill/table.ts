import type { Lane } from "@ntd/proto/casework/v1/case";
import { quantile } from "../bench/report.ts";
import type { Course } from "./course.ts";

/** The times of a drill as tables in Markdown, in minutes. */
export function tables(courses: readonly Course[]): string {
  const illegal = courses.filter(({ noticed }) => noticed !== undefined);
  return [
    "## From report to notice to gone, by lane",
    row(["lane", "reports", "report → notice", "notice → gone", "report → gone", "not gone"]),
    row(Array.from({ length: 6 }, () => "---")),
    ...groups(illegal, laneOf).map(([lane, all]) => laneRow(lane, all)),
    "",
    "## Where the time to gone goes",
    row(["part", "p50", "p95", "max"]),
    row(Array.from({ length: 4 }, () => "---")),
    ...PARTS.map((part) => row([part, ...three(illegal.map((course) => course[part]))])),
    "",
    "## By when it was reported",
    row(["hours of the week", "reports", "report → notice", "report → gone"]),
    row(Array.from({ length: 4 }, () => "---")),
    ...groups(illegal, timeOf).map(([when, all]) =>
      row([when, String(all.length), times(all, "noticed"), times(all, "gone")]),
    ),
    "",
  ].join("\n");
}

const PARTS = ["look", "person", "secondLook", "police", "provider"] as const;

function laneRow(lane: string, all: readonly Course[]): string {
  const gone = all.filter((course) => course.gone !== undefined);
  const between = gone.map((course) => (course.gone ?? 0) - (course.noticed ?? 0));
  const count = String(all.length);
  return row([
    lane,
    count,
    times(all, "noticed"),
    cell(between),
    times(gone, "gone"),
    String(all.length - gone.length),
  ]);
}

function laneOf({ lane }: Course): string {
  return lane === undefined ? "decided by a machine" : words(lane);
}

function words(lane: Lane): string {
  return lane.replace("LANE_", "").toLowerCase().replaceAll("_", " ");
}

// Assessors are there from 8 to 20 on weekdays, from 9 to 17 at the weekend.
function timeOf({ minute }: Course): string {
  const [day, hour] = [Math.floor(minute / 1440) % 7, Math.floor(minute / 60) % 24];
  if (day > 4) return hour >= 9 && hour < 17 ? "weekend, somebody there" : "weekend, nobody there";
  return hour >= 8 && hour < 20 ? "weekday, somebody there" : "weekday, nobody there";
}

function groups(courses: readonly Course[], key: (course: Course) => string): [string, Course[]][] {
  return Object.entries(Object.groupBy(courses, key)).map(([name, all]) => [name, all ?? []]);
}

function times(all: readonly Course[], which: "noticed" | "gone"): string {
  return cell(all.flatMap((course) => course[which] ?? []));
}

function cell(values: number[]): string {
  return values.length === 0 ? "–" : three(values).join(" / ");
}

/** Median, 95th percentile and the most. */
function three(values: number[]): string[] {
  if (values.length === 0) return ["–", "–", "–"];
  return [quantile(values, 0.5), quantile(values, 0.95), Math.max(...values)].map((value) => value.toFixed(0));
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
