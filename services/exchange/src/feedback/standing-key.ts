import type { Standing } from "./feedback.ts";

export const standingKey = (connectorId: string, standing: Standing): string => `${connectorId} ${standing}`;
