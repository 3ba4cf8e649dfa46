import { experimental, type ChannelCredentials, type ServerCredentials } from "@grpc/grpc-js";
import type { SecureServerOptions } from "node:http2";
import type { PeerCertificate } from "node:tls";
import type { Identity, IdentityFiles } from "./identity-files.ts";

/**
 * Mutual TLS for a server: each new connection is met with the certificates of that moment.
 *
 * @param bounds options of node's HTTP/2 server, for which grpc-js has no names.
 */
export function serverCredentials(identity: Identity, bounds: SecureServerOptions): ServerCredentials {
  const provider = providerOf(identity);
  const credentials = experimental.createCertificateProviderServerCredentials(provider, provider, true);
  const own = credentials._getConstructorOptions.bind(credentials);
  return Object.assign(credentials, { _getConstructorOptions: () => ({ ...own(), ...bounds }) });
}

/** Mutual TLS for a client: each new connection is made with the certificates of that moment. */
export function channelCredentials(
  identity: Identity,
  checkServerIdentity: (host: string, certificate: PeerCertificate) => Error | undefined,
): ChannelCredentials {
  const provider = providerOf(identity);
  return experimental.createCertificateProviderChannelCredentials(provider, provider, { checkServerIdentity });
}

function providerOf(identity: Identity): experimental.CertificateProvider {
  const following = new Map<unknown, Disposable>();
  function follow(listener: unknown, tell: (files: IdentityFiles) => void): void {
    // Later than now: grpc-js adds its listener before it is ready to hear of certificates.
    queueMicrotask(() => following.has(listener) && tell(identity.value));
    following.set(listener, identity.onChange(tell));
  }
  function leave(listener: unknown): void {
    following.get(listener)?.[Symbol.dispose]();
    following.delete(listener);
  }
  return {
    addCaCertificateListener: (listener) => follow(listener, ({ ca }) => listener({ caCertificate: ca })),
    removeCaCertificateListener: leave,
    addIdentityCertificateListener: (listener) =>
      follow(listener, ({ cert, key }) => listener({ certificate: cert, privateKey: key })),
    removeIdentityCertificateListener: leave,
  };
}
