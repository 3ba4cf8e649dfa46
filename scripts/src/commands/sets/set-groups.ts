import type { Command } from "commander";

/** By what somebody is about to do: more than thirty commands in one list are not read. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  "A set and who may do what in it:": [
    "create",
    "list",
    "show",
    "change",
    "changes",
    "approve-change",
    "reject-change",
    "share",
    "retire",
  ],
  "From a file to a list in force:": [
    "upload",
    "refused",
    "compare",
    "approve",
    "reject",
    "activate",
    "releases",
    "rollback",
    "innocent",
    "approve-innocent",
  ],
  "What a list holds, and what became of it:": ["entries", "search", "diff", "history", "conflicts", "export"],
  "Taking entries back, and giving them back:": [
    "revoke",
    "approve-revocation",
    "withdraw-revocation",
    "restore",
    "approve-restore",
    "withdraw-restore",
    "revocations",
    "revocation",
  ],
  "What members say of entries:": ["opinion", "opinions", "note", "disable", "enable"],
};

export function groupInHelp(set: Command): void {
  for (const [heading, names] of Object.entries(GROUPS)) {
    for (const command of set.commands.filter((one) => names.includes(one.name()))) command.helpGroup(heading);
  }
  set.addHelpText("after", "\nThe first hour in ten commands: services/hashlists/MAINTAINERS.md");
}
