import { randomUUID } from "node:crypto";
import { generatePicture } from "@ntd/imagehash/generated";
import type { Action } from "@ntd/proto/takedown/v1/notice";
import { ProviderServiceService, type Provider, type ProviderEdit } from "@ntd/proto/takedown/v1/provider_service";
import { type IdentityName } from "@ntd/embedded";
import { editWith, eventually, makeProvider, providerWith } from "@ntd/testing";
import type { Stage } from "./stage.ts";
import { nextNumber, proposed, type StartWalk, type Walk } from "./walk.ts";

const operators = { kind: "operator", otherKind: "assessor" } as const;

export async function create(stage: Stage): ReturnType<StartWalk> {
  const providerId = `walk-${nextNumber()}`;
  const provider = providerWith({ providerId, domains: [`${providerId}.example`] });
  const request = { provider, over: [], reason: "contract" };
  return {
    ...operators,
    word: changeBy(stage, async (who) => {
      const { change } = await (await providers(stage, who)).putProvider({ requestId: randomUUID(), ...request });
      return change?.changeId ?? "";
    }),
    isDone: async () => (await found(stage, providerId)) !== undefined,
  };
}

interface Own {
  name: string;
  prefix: string;
  newPrefix: string;
  /** Of a hotline. */
  country: string;
  newCountry: string;
}

type IsChanged = (before: Provider, after: Provider) => boolean;

/** An edit of a provider that has one domain more, one prefix and two identities. */
export function edit(change: (own: Own) => Partial<ProviderEdit>, isChanged: IsChanged): StartWalk {
  return editOf(
    ({ name, prefix }) => ({ prefixes: [prefix], identities: [name, `more-${name}`], roles: ["PROVIDER_ROLE_HOST"] }),
    change,
    isChanged,
  );
}

/** An edit of a hotline of one country. */
export function editHotline(change: (own: Own) => Partial<ProviderEdit>, isChanged: IsChanged): StartWalk {
  return editOf(({ country }) => ({ route: "ROUTE_HOTLINE", countries: { countries: [country] } }), change, isChanged);
}

function editOf(
  made: (own: Own) => Partial<Provider>,
  change: (own: Own) => Partial<ProviderEdit>,
  isChanged: IsChanged,
): StartWalk {
  return async (stage) => {
    const n = nextNumber();
    const [country, newCountry] = [`${letter(n)}A`, `${letter(n)}B`];
    const own = { name: `walk-${n}`, prefix: `10.${n}.0.0/24`, newPrefix: `10.${n}.1.0/24`, country, newCountry };
    const [first, second] = await Promise.all(
      ["oona", "olaf"].map((name) => providers(stage, { kind: "operator", name })),
    );
    if (first === undefined || second === undefined) throw new Error("no clients");
    const domains = [`${own.name}.example`, `more-${own.name}.example`];
    await makeProvider({ first, second }, { providerId: own.name, domains, ...made(own) });
    const before = await eventually("the provider is there", () => found(stage, own.name));
    const request = { providerId: own.name, edit: editWith(change(own)), reason: "contract", over: [] };
    return {
      ...operators,
      word: changeBy(stage, async (who) => {
        const edited = await providers(stage, who);
        const { change: made } = await edited.editProvider({ requestId: randomUUID(), ...request, dryRun: false });
        return made?.changeId ?? "";
      }),
      async isDone() {
        const after = await found(stage, own.name);
        return after !== undefined && isChanged(before, after);
      },
    };
  };
}

const letter = (n: number) => String.fromCharCode(65 + (n % 26));

/** It is found by nothing any more. */
export async function retire(stage: Stage): ReturnType<StartWalk> {
  const providerId = `walk-${nextNumber()}`;
  const [first, second] = await Promise.all(
    ["oona", "olaf"].map((name) => providers(stage, { kind: "operator", name })),
  );
  if (first === undefined || second === undefined) throw new Error("no clients");
  await makeProvider({ first, second }, { providerId, domains: [`${providerId}.example`] });
  await eventually("the provider is there", () => found(stage, providerId));
  return {
    ...operators,
    word: changeBy(stage, async (who) => {
      const request = { requestId: randomUUID(), providerId, reason: "closed down", dryRun: false };
      return (await (await providers(stage, who)).retireProvider(request)).change?.changeId ?? "";
    }),
    isDone: async () => (await found(stage, providerId))?.retiredTime !== undefined,
  };
}

/** Whose an address of no known provider is, and what is asked. */
export function assign(action: Action): StartWalk {
  return async (stage) => {
    const path = `/walk-${nextNumber()}.jpg`;
    stage.host.put(path, await listedPicture(stage));
    const url = stage.url("gamma", path);
    await stage.report(url);
    const olaf = await providers(stage, { kind: "operator", name: "olaf" });
    const waiting = async () => {
      const { dispatches } = await olaf.listUnattributed({ pageSize: 100, pageToken: "" });
      return dispatches.find((dispatch) => dispatch.url === url);
    };
    const { dispatchId } = await eventually("unattributed", waiting);
    return {
      ...operators,
      word: async (who) => {
        const request = { requestId: randomUUID(), dispatchId, providerId: "alpha", action };
        return (await providers(stage, who)).assignProvider(request);
      },
      isDone: async () => (await waiting()) === undefined,
    };
  };
}

const providers = (stage: Stage, { kind, name }: IdentityName) =>
  stage.client(ProviderServiceService, "takedown", kind, name);

function changeBy(stage: Stage, propose: (who: IdentityName) => Promise<string>): Walk["word"] {
  return proposed(propose, async (who, changeId) => {
    return (await providers(stage, who)).approveProviderChange({ requestId: randomUUID(), changeId });
  });
}

async function found(stage: Stage, providerId: string): Promise<Provider | undefined> {
  const oona = await providers(stage, { kind: "operator", name: "oona" });
  const { providers: all } = await oona.listProviders({ pageSize: 1000, pageToken: "" });
  return all.find((provider) => provider.providerId === providerId);
}

const listed = new WeakMap<Stage, Promise<Uint8Array>>();

// One picture that a machine decides, at every address of no known provider.
function listedPicture(stage: Stage): Promise<Uint8Array> {
  const picture = listed.get(stage) ?? list(stage);
  listed.set(stage, picture);
  return picture;
}

async function list(stage: Stage): Promise<Uint8Array> {
  const picture = await generatePicture(910);
  await stage.list("national", [picture]);
  await stage.registerProvider("alpha", "alpha");
  return picture;
}
