import type { Cause } from "@ntd/proto/casework/v1/impact";
import { Argument, type Command } from "commander";
import { idArgument } from "./short-ids.ts";

export type What = NonNullable<Cause["what"]>;

/** Commands of `group` that name what has caused many decisions: `entry SET ENTRY`, `release`, `set`, `rule`, `person`, `cluster`. */
export function causeCommands<O>(group: Command, run: (what: What, options: O) => Promise<void>): Command[] {
  const entry = group
    .command("entry")
    .description("of one entry of a set")
    .argument("<set>")
    .argument("<entry>")
    .action(async (setId: string, entryId: string, options: O) =>
      run({ $case: "entry", value: { setId, entryId } }, options),
    );
  const byId = (
    name: string,
    description: string,
    whatOf: (value: string) => What,
    id: Argument = new Argument("<id>"),
  ) =>
    group
      .command(name)
      .description(description)
      .addArgument(id)
      .action(async (value: string, options: O) => run(whatOf(value), options));
  return [
    entry,
    byId("release", "of one release", (value) => ({ $case: "releaseId", value }), idArgument("release")),
    byId("set", "of a whole set", (value) => ({ $case: "setId", value })),
    byId("rule", "of one kind of hit: sha256, md5+sha1, pdq", (value) => ({ $case: "rule", value })),
    byId(
      "cluster",
      "of a case and all that were decided with it",
      (value) => ({ $case: "clusterCaseId", value }),
      idArgument("case"),
    ),
    byId("person", "of the person of that name, under every kind of identity", (value) => ({ $case: "person", value })),
  ];
}
