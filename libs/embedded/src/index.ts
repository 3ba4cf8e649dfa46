export { createAuthority, developmentAuthority, issueIdentity } from "./certificates.ts";
export type { Identity, IdentityName } from "./certificates.ts";
export { freePort } from "./free-port.ts";
export { createKeys, type KeyFiles } from "./keys.ts";
export { startNats } from "./nats.ts";
export type { Nats, NatsOptions } from "./nats.ts";
export { natsConfig, natsUsers } from "./nats-config.ts";
export type { NatsPermissions, NatsSettings } from "./nats-config.ts";
