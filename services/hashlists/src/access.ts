import type { Access } from "@ntd/rpc";

/** Who may call what. What a maintainer may do in a set its members tell, and approval by a second person the person. */
export const access: Access = {
  "/ntd.hashlists.v1.HashListService/CreateSet": ["maintainer"],
  "/ntd.hashlists.v1.HashListService/ListSets": ["maintainer", "operator"],
  "/ntd.hashlists.v1.HashListService/ProposeSetChange": ["maintainer"],
  "/ntd.hashlists.v1.HashListService/ApproveSetChange": ["maintainer"],
  "/ntd.hashlists.v1.HashListService/RejectSetChange": ["maintainer"],
  "/ntd.hashlists.v1.HashListService/ListSetChanges": ["maintainer", "operator"],
  "/ntd.hashlists.v1.HashListService/UploadRelease": ["maintainer", "service/exchange"],
  "/ntd.hashlists.v1.HashListService/CompareRelease": ["maintainer", "operator"],
  "/ntd.hashlists.v1.HashListService/ApproveRelease": ["maintainer"],
  "/ntd.hashlists.v1.HashListService/RejectRelease": ["maintainer"],
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
