import { failpoint, Problem } from "@ntd/service";
import { comparisonWith } from "../comparison/compare.ts";
import { quarantineReasons, type Comparison } from "../comparison/comparison.ts";
import type { Deps } from "../deps.ts";
import { EntryWriter } from "../entries/store-entries.ts";
import { chunkCount } from "../entries/whole-parts.ts";
import { writeDelta, type WrittenDelta } from "../entries/write-delta.ts";
import { unpacked } from "../reading/unpacked.ts";
import { counted } from "../releases/counted.ts";
import { latelyIn } from "../releases/let-in.ts";
import {
  incomingOf,
  layersOf,
  type LineFault,
  type Outcome,
  type Read,
  type Report,
  type Tombstones,
} from "../releases/release.ts";
import type { ReleaseReader } from "../reading/release-reader.ts";
import { TombstoneLines } from "../releases/tombstones.ts";
import { loadSet } from "../sets/load-set.ts";
import { RefusedWriter } from "./refused-rows.ts";
import { settleRepeats, type Settled } from "./settle-repeats.ts";
import type { Base } from "./upload-base.ts";

export interface Attempt {
  setId: string;
  part: string;
  /** Of a delta. */
  base: Base | undefined;
  /** It is the service's own, of entries that have two persons' word each. */
  isSingle?: boolean;
  /** Throws when it is not to go on. */
  proceed: () => void;
}

type Undigested<O = Outcome> = O extends Outcome ? Omit<O, "digest"> : never;

/** What an attempt comes to, but for the digests of its file. */
export interface Taken {
  outcome: Undigested;
  comparison?: Comparison;
}

/**
 * Reads a file and writes what it lists, as the layers of a release that nobody sees yet, and compares it with what is in
 * force.
 *
 * @throws Problem for a file that cannot be read as a whole.
 */
export async function takeUpload(
  deps: Deps,
  attempt: Attempt,
  reader: ReleaseReader,
  packed: AsyncIterable<Uint8Array>,
): Promise<Taken> {
  const { setId, part, base, proceed } = attempt;
  const into = base === undefined ? part : incomingOf(part);
  await using writer = new EntryWriter(deps, setId, into);
  const refused = new RefusedWriter(deps, part);
  const tombstones = new TombstoneLines(setId);
  const keepFaults = () => refused.add(reader.takeFaults());
  for await (const piece of unpacked(packed, deps.maxReleaseBytes)) {
    await writer.add(tombstones.take(reader.push(piece)));
    await keepFaults();
  }
  await writer.add(tombstones.take(reader.end()));
  await writer.end();
  await keepFaults();
  const refuse = (fault: LineFault) => {
    reader.refuseEntry(fault);
    return keepFaults();
  };
  const settled = await settleRepeats(deps, into, reader, { proceed, refuse });
  const told = writer.count - settled.duplicates - settled.contradicting - settled.withdrawn;
  requireReadable(reader, base);
  const { removed } = tombstones;
  const written = { incoming: into, told, removed, part, proceed, refuse };
  const delta = base && (await writeDelta(deps, { ...written, base: base.layers }));
  const { notListed = 0 } = delta ?? {};
  if (notListed > 0) reader.remark(counted(notListed, "removals of what its base does not list"));
  await refused.end();
  if (told + tombstones.count + removed.count === 0) {
    if (reader.faultCount === 0) throw nothingListed(reader);
    const problems = reader.faults.toSorted((a, b) => a.line - b.line);
    return { outcome: { name: "rejected", problems, ...readBy(reader, attempt, reportOf(reader, settled)) } };
  }
  return validated(deps, attempt, { reader, settled, told, delta, frozen: await tombstones.freeze(deps, part) });
}

interface Counted {
  reader: ReleaseReader;
  settled: Settled;
  told: number;
  delta: WrittenDelta | undefined;
  frozen: Tombstones[];
}

async function validated(deps: Deps, attempt: Attempt, counted: Counted): Promise<Taken> {
  const { setId, part, base } = attempt;
  const { reader, settled, told, delta, frozen } = counted;
  const entryCount = base && delta ? base.entryCount + delta.added - delta.removed : told;
  if (entryCount === 0 && base === undefined) throw nothingListed(reader);
  const chunks = await chunkCount(deps, part);
  const layer = { ...(delta && { below: delta.below, rows: delta.rows }), chunks };
  const { state: set } = await loadSet(deps, setId);
  const whole = { layers: layersOf({ part, ...layer }), tombstones: frozen };
  const comparison = await comparisonWith(deps, whole, set);
  failpoint("hashlists.compared");
  const { added, changed, removed } = comparison;
  const unchanged = delta ? delta.unchanged : Math.max(0, told - added - changed);
  // A single entry that is proposed as innocent is never in it, however much came into force on that day.
  const lately = attempt.isSingle === true ? undefined : latelyIn(set, deps.clock.now(), "");
  const quarantine = quarantineReasons(comparison, lately);
  const report = {
    ...reportOf(reader, settled),
    added,
    changed,
    removed,
    unchanged,
    inForce: comparison.activeReleaseId,
    ...(quarantine.length > 0 && { quarantine }),
  };
  const tombstones = frozen.length > 0 ? { tombstones: frozen } : {};
  return {
    outcome: { name: "validated", entryCount, ...layer, ...tombstones, ...readBy(reader, attempt, report) },
    comparison,
  };
}

function reportOf({ rows, refused }: ReleaseReader, { duplicates, withdrawn }: Settled): Report {
  const byReason = Array.from(refused, ([reason, count]) => ({ reason, count }));
  const nothing = { added: 0, changed: 0, removed: 0, unchanged: 0, inForce: "" };
  return { rows: rows - withdrawn, duplicate: duplicates, refused: byReason, ...nothing };
}

function readBy(
  { format, remarks, faultCount, classColumnCount }: ReleaseReader,
  { part, base }: Attempt,
  report: Report,
): Read {
  return {
    ...(format !== undefined && { format: format.name }),
    remarks,
    ...(classColumnCount > 0 && { classColumns: classColumnCount }),
    ...(base !== undefined && { delta: { baseReleaseId: base.releaseId } }),
    report,
    problemCount: faultCount,
    ...(faultCount > 0 && { refusedIn: part }),
  };
}

// Which entries of the base they are nobody could say: a base knows its hashes, not who withdrew what.
function requireReadable({ withdrawn, format }: ReleaseReader, base: Base | undefined): void {
  if (base === undefined || withdrawn.size === 0) return;
  const what = `it takes back ${counted(withdrawn.size, "entries by their ids")} in ${format?.title ?? "its format"}`;
  throw Problem.fields({ field: "chunk", description: `${what}, which a delta cannot; upload the whole list` });
}

// Nothing of it is kept that could say it later.
function nothingListed({ leftOut }: ReleaseReader): Problem {
  const what = leftOut.length === 0 ? "" : ` that is kept (left out: ${leftOut.join("; ")})`;
  const description = `the file lists nothing${what}; a list has at least one entry`;
  return Problem.fields({ field: "chunk", description });
}
