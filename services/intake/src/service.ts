import { readTargetKey } from "@ntd/address";
import { startKeepingCases, startService, type Opening, type Overrides, type Running } from "@ntd/host";
import { ComplaintServiceService } from "@ntd/proto/intake/v1/complaint_service";
import { ReviewServiceService } from "@ntd/proto/casework/v1/review_service";
import { ReporterServiceService } from "@ntd/proto/intake/v1/reporter_service";
import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { DisclosureServiceService } from "@ntd/proto/takedown/v1/disclosure_service";
import { service } from "@ntd/rpc";
import { watchData, watchSealingKeys, type DataReader, type Logger } from "@ntd/service";
import { access } from "./access.ts";
import { readHelplines } from "./answers/helplines.ts";
import { english, readSentences } from "./answers/sentences.ts";
import { startTelling } from "./bundles/every-second-tell-reports.ts";
import { defaultRates, readReportRates } from "./bundles/report-rates.ts";
import { Senders } from "./bundles/senders.ts";
import { watchWaiting } from "./bundles/waiting.ts";
import type { IntakeConfig } from "./config.ts";
import { getComplaint } from "./complaints/rpc-get-complaint.ts";
import type { Peers } from "./complaints/verdict-for.ts";
import { submitComplaint } from "./complaints/rpc-submit-complaint.ts";
import { describeReports } from "./reporters/rpc-describe-reports.ts";
import { startFiling } from "./reporters/every-second-file-reports.ts";
import { keepTexts } from "./reports/keep-texts.ts";
import { readReporters } from "./reporters/listed.ts";
import { getFeedback } from "./reporters/rpc-get-feedback.ts";
import { startLifting } from "./reports/every-minute-lift-reports.ts";
import { onCase } from "./reports/on-case.ts";
import { onTarget } from "./reports/on-target.ts";
import { getReport } from "./reports/rpc-get-report.ts";
import { submitReport } from "./reports/rpc-submit-report.ts";
import { openCollections } from "./store.ts";

/** Over the 512 KiB of a report, so that a larger one is refused with a sentence and not by the transport. */
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;

export function start(config: IntakeConfig, overrides?: Overrides): Promise<Running> {
  return startService({
    name: "intake",
    config,
    overrides,
    access,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    open: async ({ store, clock, log, use, peer, health }) => ({
      log,
      ...(await openCollections(store)),
      sealer: use(watchSealingKeys(config.sealingKeysFile, log)),
      targetKey: readTargetKey(config.targetKeyFile),
      clock,
      ...watchedData(config, log, use),
      inquiryMs: config.inquiryMs,
      peers: peersOf(config, peer),
      senders: new Senders(ratesIn(config, log, use)),
      ...watchWaiting(health, use),
    }),
    serve: (deps) => [
      service(ReportServiceService, { submitReport: submitReport(deps), getReport: getReport(deps) }),
      service(ReporterServiceService, {
        getFeedback: getFeedback(deps),
        describeReports: describeReports(deps),
      }),
      service(ComplaintServiceService, { submitComplaint: submitComplaint(deps), getComplaint: getComplaint(deps) }),
    ],
    loops: (deps) => ({
      lift: () => startLifting(deps),
      file: () => startFiling(deps),
      tell: () => startTelling(deps),
      keep: () => startKeepingCases(deps, (aCase) => keepTexts(deps, aCase)),
    }),
    readings: ({ readings }) => readings,
    facts: ({ waiting }) => ({ reports_waiting: waiting().count, reports_waiting_since: waiting().since }),
    work: (deps) => ({ target: onTarget(deps), case: onCase(deps) }),
  });
}

function watchedData(config: IntakeConfig, log: Logger, use: Opening<IntakeConfig>["use"]) {
  const { helplinesFile, sentencesFile, reportersFile } = config;
  const isLive = config.environment === "LIVE";
  const watched = <T>(path: string, read: DataReader<T>) => (path === "" ? undefined : use(watchData(path, log, read)));
  return {
    helplines: watched(helplinesFile, (data, fault) => readHelplines(data, fault, isLive)),
    sentences: watched(sentencesFile, readSentences) ?? { value: english },
    reporters: watched(reportersFile, readReporters),
  };
}

function ratesIn({ quotasFile }: IntakeConfig, log: Logger, use: Opening<IntakeConfig>["use"]) {
  return quotasFile === "" ? { value: defaultRates } : use(watchData(quotasFile, log, readReportRates));
}

function peersOf(
  { caseworkAddress, takedownAddress }: IntakeConfig,
  peer: Opening<IntakeConfig>["peer"],
): Peers | undefined {
  if (caseworkAddress === "" || takedownAddress === "") return undefined;
  return {
    casework: peer(ReviewServiceService, { address: caseworkAddress }),
    takedown: peer(DisclosureServiceService, { address: takedownAddress }),
  };
}
