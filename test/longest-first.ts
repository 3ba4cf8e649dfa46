import { sep } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Whole stories come first, those on containers before all: a file of minutes that comes last has one worker alone, while
 * the others have nothing left. Without that, files begin with the largest, and the longest of these are short to read.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}

const wholeStories = `${import.meta.dirname}${sep}`;

function rank({ moduleId }: TestSpecification): number {
  if (!moduleId.startsWith(wholeStories)) return 2;
  return moduleId.includes("production") ? 0 : 1;
}
