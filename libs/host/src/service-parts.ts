import type { DataOf, Event, Handlers, NounName } from "@ntd/bus";
import type { Access, RpcClient, RpcClientOptions, RpcService, connect } from "@ntd/rpc";
import type { Clock, CommonConfig, Health, Logger } from "@ntd/service";
import type { Store } from "@ntd/store";
import type { RestoredMark } from "./restored/keep-still.ts";
import type { Readings } from "./readings/reading.ts";
import type { Facts } from "./status.ts";

/** What a test hands in instead of the real thing. */
export interface Overrides {
  clock?: Clock;
  log?: Logger;
}

/**
 * A service as a list, in the order in which data flows. What its configuration names is there: a `storeUrl` opens a
 * store, a `natsUrl` connects the bus, starts the relay and serves `Republish`; both are optional, and so is each part
 * but `open`.
 */
export interface ServiceParts<C extends CommonConfig, D> {
  name: string;
  config: C;
  overrides?: Overrides | undefined;
  /** Makes what the handlers work with. */
  open: (opening: Opening<C>) => Promise<D> | D;
  /** Who may call what is served. */
  access?: Access;
  /** In: gRPC calls. */
  serve?: (deps: D) => RpcService[];
  /** Calls that may take longer than `maxCallMs` of the configuration, by full method path. */
  callMs?: Readonly<Record<string, number>>;
  /** Largest message that is taken; default 4 MiB. */
  maxMessageBytes?: number;
  /** Who opened what: listed for operators, and kept for as long as `readingsDays` of the configuration says. */
  readings?: (deps: D) => Readings;
  /** That this store was brought back from a backup: the service keeps still until two operators lift it. */
  restored?: (deps: D) => RestoredMark;
  /** What only this service can say of itself, for `GetStatus`: what it knows already, or finds by an index. */
  facts?: (deps: D) => Facts | Promise<Facts>;
  /** In: events that are handled once over all replicas; one handler per noun of the catalogue's row. */
  work?: (deps: D) => SomeHandlers;
  /** In: events that every replica hears; one handler per noun of the catalogue's row. */
  tails?: (deps: D) => SomeTails;
  /** In: time. What starts each loop, by the name that `soon` takes. */
  loops?: (deps: D) => Readonly<Record<string, () => Background>>;
}

export type SomeHandlers = { readonly [N in NounName]?: Handlers<N>[N] };
export type SomeTails = { readonly [N in NounName]?: (event: Event<DataOf<N>>) => Promise<void> };

/** Work of its own accord: a loop, a watch. Disposing ends it and waits for what is in hand. */
export interface Background extends AsyncDisposable {
  kick?(): void;
}

/** What `open` may use. */
export interface Opening<C> {
  readonly config: C;
  readonly log: Logger;
  readonly clock: Clock;
  /** For checks of a service's own: `health.add({ name: "index", … })`. */
  readonly health: Health;
  readonly store: C extends { storeUrl: string } ? Store : undefined;
  /** Releases `part` when the service ends, after everything that works with it. */
  readonly use: <T extends Disposable | AsyncDisposable>(part: T) => T;
  /** A client with this service's identity, closed when the service ends. */
  readonly peer: <S extends Parameters<typeof connect>[0]>(definition: S, options: PeerOptions) => RpcClient<S>;
  /** "Look again now" for the loop of this name, or for every loop. Before the loops are started it does nothing. */
  readonly soon: (loop?: string) => () => void;
}

export type PeerOptions = Omit<RpcClientOptions, "identityDir">;
