import type { ChannelOptions } from "nice-grpc";

/** Settings that both ends share: the largest message taken, and pings that notice a frozen peer. */
export function channelOptions({
  maxMessageBytes = 4 * 1024 * 1024,
  keepaliveMs = 10_000,
}: {
  maxMessageBytes?: number;
  keepaliveMs?: number;
}): ChannelOptions {
  return {
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.keepalive_time_ms": keepaliveMs,
    "grpc.keepalive_timeout_ms": Math.ceil(keepaliveMs / 2),
    "grpc.keepalive_permit_without_calls": 1,
  };
}
