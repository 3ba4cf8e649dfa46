export type { Access } from "./identity/access.ts";
export { identityKinds, type IdentityKind } from "./identity/identity-kinds.ts";
export { callerOf, identityInNames, loggedAs, type Caller } from "./identity/caller.ts";
export { watchIdentity, type Identity } from "./identity/identity-files.ts";
export { connect, type RpcClient, type RpcClientOptions } from "./client/client.ts";
export {
  listScope,
  pageSize,
  pageToken,
  readPageToken,
  requirePage,
  type PageCursor,
  type PageRequest,
} from "./requests/paging.ts";
export {
  bodyDigest,
  remember,
  remembered,
  requireRequestId,
  scopedRequestId,
  type AnsweredRequest,
} from "./requests/request-log.ts";
export { isServing, servingAsker, type ServingAnswer, type ServingAsker } from "./client/serving.ts";
export { service, startRpcServer, type RpcServer, type RpcServerOptions, type RpcService } from "./server/server.ts";
export { isUnserved, problemOf } from "./status.ts";
export type { CallContext } from "nice-grpc";
