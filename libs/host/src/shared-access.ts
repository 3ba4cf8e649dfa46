import type { Access } from "@ntd/rpc";

/** Who may call what every service serves beside its own: said once, and no row of any `access.ts`. */
export const sharedAccess: Access = {
  "/ntd.operations.v1.StatusService/GetStatus": ["operator"],
  "/ntd.operations.v1.BackupService/Hold": ["operator"],
  "/ntd.operations.v1.BackupService/Release": ["operator"],
  "/ntd.operations.v1.BackupService/Copy": ["operator"],
  "/ntd.operations.v1.BackupService/Abort": ["operator"],
  "/ntd.operations.v1.ReadingService/ListReadings": ["operator"],
  "/ntd.operations.v1.RestoreService/GetRestore": ["operator"],
  "/ntd.operations.v1.RestoreService/LiftRestore": ["operator"],
};

/** A service's own rows and those of `sharedAccess` that it serves. */
export function withShared(access: Access, served: readonly string[]): Access {
  return {
    ...access,
    ...Object.fromEntries(Object.entries(sharedAccess).filter(([method]) => served.includes(method))),
  };
}
