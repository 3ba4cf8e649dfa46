import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { GenericContainer } from "testcontainers";
import { freePort, issueIdentity, natsConfig, type NatsPermissions } from "@ntd/embedded";

const mongoImage = process.env["NTD_TEST_MONGO_IMAGE"] ?? "mongo:8";
const natsImage = process.env["NTD_TEST_NATS_IMAGE"] ?? "nats:2.12";

/** A server in a container, on a fixed port of loopback, with its data kept over `restart`. */
export interface ContainerServer extends AsyncDisposable {
  readonly url: string;
  kill(signal: NodeJS.Signals): Promise<void>;
  restart(): Promise<void>;
}

/**
 * Why tests on containers cannot run here, or undefined when they can. `NTD_REQUIRE_CONTAINERS=1` makes the reason an
 * error, so that CI cannot quietly leave the production pairing out.
 */
export async function containersMissing(): Promise<string | undefined> {
  try {
    const { getContainerRuntimeClient, ImageName } = await testcontainers();
    const { image } = await getContainerRuntimeClient();
    for (const name of [mongoImage, natsImage].map((text) => ImageName.fromString(text))) {
      if (!(await image.exists(name))) await image.pull(name);
    }
    return undefined;
  } catch (cause) {
    const reason = `no container engine with the images ${mongoImage} and ${natsImage}`;
    if (process.env["NTD_REQUIRE_CONTAINERS"] === "1") throw new Error(reason, { cause });
    return reason;
  }
}

/** The server that speaks MongoDB's protocol, without databases; the url names none: add `/<name>`. */
export async function startMongoContainer(): Promise<ContainerServer> {
  const { GenericContainer, Wait } = await testcontainers();
  const port = await freePort();
  const container = new GenericContainer(mongoImage)
    .withExposedPorts({ container: 27_017, host: port })
    .withWaitStrategy(Wait.forListeningPorts());
  return started(`mongodb://127.0.0.1:${port}`, container);
}

/** nats-server as in `startNats`, in a container: mutual TLS, per-certificate permissions, every message on the disk. */
export async function startNatsContainer(
  certificates: string,
  permissions: readonly NatsPermissions[],
): Promise<ContainerServer> {
  const { GenericContainer, Wait } = await testcontainers();
  const port = await freePort();
  const identity = resolve(certificates, "service-nats");
  if (!existsSync(identity)) await issueIdentity(certificates, { kind: "service", name: "nats" });
  const inside = natsConfig({ port: 4222, name: "ntd", store: "/data", identity: "/certificates", permissions });
  const files = ["cert.pem", "key.pem", "ca.pem"];
  const container = new GenericContainer(natsImage)
    .withEntrypoint(["/nats-server"])
    .withCommand(["-c", "/nats.conf"])
    .withCopyContentToContainer([{ content: inside.replace("127.0.0.1:4222", "0.0.0.0:4222"), target: "/nats.conf" }])
    .withCopyFilesToContainer(files.map((file) => ({ source: join(identity, file), target: `/certificates/${file}` })))
    .withExposedPorts({ container: 4222, host: port })
    .withWaitStrategy(Wait.forLogMessage("Server is ready"));
  return started(`tls://localhost:${port}`, container);
}

async function started(url: string, container: GenericContainer): Promise<ContainerServer> {
  const running = await container.start();
  const { container: client } = await (await testcontainers()).getContainerRuntimeClient();
  return {
    url,
    async kill(signal) {
      await client.getById(running.getId()).kill({ signal });
    },
    restart: () => running.restart(),
    async [Symbol.asyncDispose]() {
      await running.stop();
    },
  };
}

// Loaded when first used: the embedded platform does without.
function testcontainers() {
  return import("testcontainers");
}
