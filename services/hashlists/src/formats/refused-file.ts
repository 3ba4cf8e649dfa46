import { Problem } from "@ntd/service";

/** A file that is no list which can be read, whatever its lines are: none of it is taken. */
export function refusedFile(description: string): Problem {
  return Problem.fields({ field: "chunk", description });
}
