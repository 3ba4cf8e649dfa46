export type { Access } from "./access.ts";
export type { IdentityKind } from "./identity-kinds.ts";
export { callerOf, identityInNames, type Caller } from "./caller.ts";
export { connect, type RpcClient, type RpcClientOptions } from "./client.ts";
export { pageSize, pageToken, readPageToken, type PageCursor } from "./paging.ts";
export {
  bodyDigest,
  remember,
  remembered,
  requireRequestId,
  scopedRequestId,
  type AnsweredRequest,
} from "./request-log.ts";
export { isServing } from "./serving.ts";
export { service, startRpcServer, type RpcServer, type RpcServerOptions, type RpcService } from "./server.ts";
export { problemOf } from "./status.ts";
export type { CallContext } from "nice-grpc";
