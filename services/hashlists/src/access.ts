import type { Access } from "@ntd/rpc";

/** Who may call what. Approval by a second person is told by the person, not by the kind. */
export const access: Access = {
  "/ntd.hashlists.v1.HashListService/CreateSet": ["maintainer"],
  "/ntd.hashlists.v1.HashListService/ListSets": ["maintainer", "operator"],
  "/ntd.hashlists.v1.HashListService/UploadRelease": ["maintainer"],
  "/ntd.hashlists.v1.HashListService/ApproveRelease": ["maintainer"],
  "/ntd.hashlists.v1.HashListService/ActivateRelease": ["maintainer"],
  "/ntd.hashlists.v1.HashListService/ListReleases": ["maintainer", "operator"],
  "/ntd.hashlists.v1.HashListService/RevokeEntries": ["maintainer"],
  "/ntd.hashlists.v1.HashListService/ApproveRevocation": ["maintainer"],
  "/ntd.hashlists.v1.HashListService/ListRevocations": ["maintainer", "operator"],
  "/ntd.hashlists.v1.EntryService/StreamEntries": ["service/matching"],
  "/ntd.hashlists.v1.EntryService/StreamRevocations": ["service/matching"],
  "/ntd.hashlists.v1.EntryService/StreamChanges": ["service/matching"],
  "/ntd.operations.v1.OperationsService/Republish": ["operator"],
};
