export { startService, type Running } from "./start-service.ts";
export type { Opening, Overrides, ServiceParts } from "./service-parts.ts";
