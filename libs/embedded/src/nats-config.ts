/** What one certificate may do on the bus: the URI it carries and the subjects it may publish and subscribe to. */
export type NatsPermissions = { user: string; publish: readonly string[]; subscribe: readonly string[] };

/**
 * The `users` of a nats-server configuration, one per certificate (`verify_and_map` finds them by their URI SAN). Nothing
 * is allowed that is not listed, and a certificate that is not listed is refused. Throws when a user is named twice.
 */
export function natsUsers(permissions: readonly NatsPermissions[]) {
  const seen = new Set<string>();
  return permissions.map(({ user, publish, subscribe }) => {
    if (seen.has(user)) throw new Error(`user: "${user}" is named twice`);
    seen.add(user);
    return { user, permissions: { publish: only(publish), subscribe: only(subscribe) } };
  });
}

/** What a nats-server on loopback needs: its port and name, the folders it keeps, and the folder of its identity. */
export type NatsSettings = {
  port: number;
  name: string;
  store: string;
  identity: string;
  permissions: readonly NatsPermissions[];
  /** So many bytes all streams together may take of the disk. Default: three quarters of what is free at the start. */
  maxFileStore?: number;
};

/**
 * The text of nats.conf for one node (JSON, which nats-server reads): mutual TLS in which the certificate is the user,
 * JetStream that has every message on the disk before it acknowledges it, messages up to 1 MiB.
 */
export function natsConfig({ port, name, store, identity, permissions, maxFileStore }: NatsSettings): string {
  const config = {
    server_name: name,
    listen: `127.0.0.1:${port}`,
    max_payload: 1024 * 1024,
    tls: {
      cert_file: `${identity}/cert.pem`,
      key_file: `${identity}/key.pem`,
      ca_file: `${identity}/ca.pem`,
      verify_and_map: true,
    },
    jetstream: {
      store_dir: store,
      sync_interval: "always",
      ...(maxFileStore !== undefined && { max_file_store: maxFileStore }),
    },
    authorization: { users: natsUsers(permissions) },
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

// To nats-server an empty list of allowed subjects means every subject.
function only(subjects: readonly string[]) {
  return subjects.length > 0 ? { allow: subjects } : { deny: [">"] };
}
