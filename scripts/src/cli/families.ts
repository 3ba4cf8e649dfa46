import type { Command } from "commander";
import type { Cli } from "./cli.ts";

/** Commands that one file brings. It is loaded when one of them is used; help says these words until then. */
export interface Family {
  names: Readonly<Record<string, string>>;
  /** The arguments of a command that has no commands below it. */
  takes?: readonly string[];
  load: () => Promise<(program: Command, cli: Cli) => void>;
}

export const families: readonly Family[] = [
  {
    names: {
      report: "report addresses or words, and see what became of a report",
    },
    load: async () => (await import("../commands/reports/command-report.ts")).reportCommands,
  },
  {
    names: {
      complaint: "complain about what was decided or taken down",
    },
    load: async () => (await import("../commands/cases/command-complaint.ts")).complaintCommands,
  },
  {
    names: {
      set: "hash lists: sets and their releases",
    },
    load: async () => (await import("../commands/sets/command-set.ts")).setCommands,
  },
  {
    names: {
      national: "what was decided illegal and may go to the national list",
    },
    load: async () => (await import("../commands/sets/command-national.ts")).nationalCommands,
  },
  {
    names: {
      check: "whether hashes are known to lists that answer industry; and who asked how much",
    },
    takes: ["[hash...]"],
    load: async () => (await import("../commands/partners/command-check.ts")).checkCommands,
  },
  {
    names: {
      exchange: "lists that are pulled from partners, how it goes, and what they are told",
    },
    load: async () => (await import("../commands/partners/command-exchange.ts")).exchangeCommands,
  },
  {
    names: {
      feed: "lists that partners get: the keys that sign them, and whose copy turned up",
    },
    load: async () => (await import("../commands/partners/command-feed.ts")).feedCommands,
  },
  {
    names: {
      queue: "the cases that wait for a person, lane by lane",
      views: "how many pictures you viewed today, and how many are left",
    },
    load: async () => (await import("../commands/cases/command-queue.ts")).queueCommands,
  },
  {
    names: {
      policy: "what machines decide by",
    },
    load: async () => (await import("../commands/cases/command-policy.ts")).policyCommands,
  },
  {
    names: {
      case: "look at a case, claim it, decide it",
    },
    load: async () => (await import("../commands/cases/command-case.ts")).caseCommands,
  },
  {
    names: {
      schemes: "the codes that a decision may name, and what others say beside them",
    },
    load: async () => (await import("../commands/cases/command-schemes.ts")).schemesCommand,
  },
  {
    names: {
      review: "what is said against decisions, and what becomes of it",
    },
    load: async () => (await import("../commands/cases/command-review.ts")).reviewCommands,
  },
  {
    names: {
      hold: "cases of which no notice leaves for now, since police ask for time",
    },
    load: async () => (await import("../commands/police/command-hold.ts")).holdCommands,
  },
  {
    names: {
      mark: "what police investigate: whatever meets it is held",
    },
    load: async () => (await import("../commands/police/command-mark.ts")).markCommands,
  },
  {
    names: {
      impact: "what something has caused: cases, where they stand, what rests on it alone; for operators, notices",
    },
    load: async () => (await import("../commands/cases/command-impact.ts")).impactCommands,
  },
  {
    names: {
      brakes: "what was stopped, since too much of it was taken back or disputed",
    },
    load: async () => (await import("../commands/cases/command-brakes.ts")).brakesCommands,
  },
  {
    names: {
      referral: "what police are told of cases, and what they answer",
    },
    load: async () => (await import("../commands/police/command-referral.ts")).referralCommands,
  },
  {
    names: {
      readings: "who opened addresses, words and decisions, and when",
    },
    load: async () => (await import("../commands/cases/command-readings.ts")).readingsCommands,
  },
  {
    names: {
      withdrawal:
        "take back all that rests on one entry, release, set, rule, person or cluster: one puts it in doubt, another confirms",
    },
    load: async () => (await import("../commands/cases/command-withdrawal.ts")).withdrawalCommands,
  },
  {
    names: {
      unseen: "addresses at which no eye can tell, and a person is asked",
    },
    load: async () => (await import("../commands/reports/command-unseen.ts")).unseenCommands,
  },
  {
    names: {
      sighting: "what a person saw at an address that no eye can judge",
    },
    load: async () => (await import("../commands/reports/command-sighting.ts")).sightingCommands,
  },
  {
    names: {
      target: "reported addresses, as the platform itself sees them",
    },
    load: async () => (await import("../commands/reports/command-target.ts")).targetCommands,
  },
  {
    names: {
      provider: "who hosts what, and cases without a provider",
    },
    load: async () => (await import("../commands/notices/command-provider.ts")).providerCommands,
  },
  {
    names: {
      notice: "notices: a provider's own, an operator's all",
    },
    load: async () => (await import("../commands/notices/command-notice.ts")).noticeCommands,
  },
  {
    names: {
      dispatch: "the brake on notices",
    },
    load: async () => (await import("../commands/notices/command-dispatch.ts")).dispatchCommands,
  },
  {
    names: {
      scorecard: "how long removal takes, open notices included; and what came in, waited for police and went abroad",
    },
    load: async () => (await import("../commands/notices/command-scorecard.ts")).scorecardCommands,
  },
  {
    names: {
      evidence: "signed records of what the eyes saw",
    },
    load: async () => (await import("../commands/reports/command-evidence.ts")).evidenceCommands,
  },
  {
    names: {
      "dead-letters": "messages that their reader could not handle",
    },
    load: async () => (await import("../commands/platform/command-dead-letters.ts")).deadLettersCommands,
  },
  {
    names: {
      backup: "copy every store as it was at one moment, while the platform runs, and what only the bus holds",
    },
    takes: ["<dir>"],
    load: async () => (await import("../commands/platform/command-backup.ts")).backupCommand,
  },
  {
    names: {
      restore: "bring a backup back, and let the platform go on after it",
    },
    load: async () => (await import("../commands/platform/command-restore.ts")).restoreCommands,
  },
  {
    names: {
      bus: "streams and consumers",
    },
    load: async () => (await import("../commands/platform/command-bus.ts")).busCommands,
  },
  {
    names: {
      certs: "certificates: what ends when; renewed, requested, signed; of development authorities, which LIVE refuses",
    },
    load: async () => (await import("../commands/platform/command-certs.ts")).certsCommands,
  },
  {
    names: {
      status: "how each service is, and what needs a hand first; ends with 4 when something does",
    },
    load: async () => (await import("../commands/platform/command-status.ts")).statusCommands,
  },
  {
    names: {
      keys: "sealing keys: who holds their file brings and erases them",
    },
    load: async () => (await import("../commands/platform/command-keys.ts")).keysCommands,
  },
];
