export { startService, type Running } from "./start-service.ts";
export type { Opening, Overrides, ServiceParts } from "./service-parts.ts";
export { changeOnce, type Decided, type RepeatableCall } from "./change-once.ts";
export { listPage, type Page } from "./list-page.ts";
export { sharedAccess } from "./shared-access.ts";
export type { Facts } from "./status.ts";
