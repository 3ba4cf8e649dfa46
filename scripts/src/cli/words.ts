import { InvalidArgumentError, Option } from "commander";

/** An enum of the contracts as generated: names to values. */
type Enum = Readonly<Record<string, string>>;

/** The word of an enum's value on the command line: NOT_ILLEGAL is "not-illegal", nothing said is "". */
export function wordOf(values: Enum, value: string): string {
  const name = Object.keys(values).find((n) => values[n] === value) ?? "UNRECOGNIZED";
  return name === "UNSPECIFIED" ? "" : wordFor(name);
}

/** An option that takes one of an enum's words and gives its value. */
export function choice(flags: string, description: string, values: Enum): Option {
  const words = new Map(
    Object.entries(values)
      .filter(([name]) => name !== "UNSPECIFIED" && name !== "UNRECOGNIZED")
      .map(([name, value]) => [wordFor(name), value]),
  );
  const all = [...words.keys()].join(", ");
  return new Option(flags, `${description} (${all})`).argParser((word: string) => {
    const value = words.get(word);
    if (value === undefined) throw new InvalidArgumentError(`It is none of ${all}.`);
    return value;
  });
}

/** Like `choice`, for an option that may be given several times. */
export function choices(flags: string, description: string, values: Enum): Option {
  const one = choice(flags, description, values);
  const parse = one.parseArg as (word: string, previous: unknown) => string;
  return one.argParser((word: string, previous: string[] | undefined) => [...(previous ?? []), parse(word, undefined)]);
}

function wordFor(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}
