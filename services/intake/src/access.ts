import type { Access } from "@ntd/rpc";

/** Who may call what; everybody else is refused. */
export const access: Access = {
  "/ntd.intake.v1.ReportService/SubmitReport": ["reporter", "police"],
  "/ntd.intake.v1.ReportService/GetReport": ["reporter", "police"],
  "/ntd.intake.v1.ReporterService/GetFeedback": ["reporter", "police", "operator"],
  "/ntd.intake.v1.ReporterService/DescribeReports": ["service/casework"],
  "/ntd.intake.v1.ComplaintService/SubmitComplaint": ["reporter", "police", "isp"],
  "/ntd.intake.v1.ComplaintService/GetComplaint": ["reporter", "police", "isp"],
  "/ntd.operations.v1.OperationsService/Republish": ["operator"],
};
