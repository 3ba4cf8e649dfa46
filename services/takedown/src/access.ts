import type { Access } from "@ntd/rpc";

const notices = "/ntd.takedown.v1.NoticeService";
const providers = "/ntd.takedown.v1.ProviderService";

export const access: Access = {
  [`${notices}/WatchNotices`]: ["isp"],
  [`${notices}/AcknowledgeNotice`]: ["isp"],
  [`${notices}/RejectNotice`]: ["isp"],
  [`${notices}/ReportOutcome`]: ["isp"],
  [`${notices}/GetNotice`]: ["isp", "operator"],
  [`${notices}/ListNotices`]: ["isp", "operator"],
  [`${notices}/ListSigningKeys`]: ["isp", "operator", "regulator"],
  [`${providers}/PutProvider`]: ["operator"],
  [`${providers}/EditProvider`]: ["operator"],
  [`${providers}/RetireProvider`]: ["operator"],
  [`${providers}/ApproveProviderChange`]: ["operator"],
  [`${providers}/RejectProviderChange`]: ["operator"],
  [`${providers}/ListProviderChanges`]: ["operator"],
  [`${providers}/ListProviders`]: ["operator"],
  [`${providers}/ListUnattributed`]: ["operator"],
  [`${providers}/AssignProvider`]: ["operator"],
  [`${providers}/ResolveRejection`]: ["operator"],
  [`${providers}/HaltDispatch`]: ["operator"],
  [`${providers}/ResumeDispatch`]: ["operator"],
  "/ntd.takedown.v1.DisclosureService/WasNoticed": ["service/intake"],
  "/ntd.takedown.v1.HoldingService/TellHolds": ["service/casework"],
  "/ntd.takedown.v1.NoticeCountService/CountNotices": ["service/casework"],
  "/ntd.operations.v1.OperationsService/Republish": ["operator"],
};
