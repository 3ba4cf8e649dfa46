import { lastRestore } from "@ntd/host";
import { failpoint, startLoop } from "@ntd/service";
import { change } from "@ntd/store";
import { connectorId } from "../connectors/connector-id.ts";
import type { ConnectorConfig } from "../connectors/connectors-file.ts";
import { begun } from "../connectors/begun.ts";
import {
  bringing,
  compared,
  claimed,
  decided,
  failed,
  fromTheBeginning,
  idle,
  leased,
  lost,
  overtaken,
  pulled,
  released,
  tookPage,
  waiting,
  type Brought,
  type ConnectorState,
} from "../connectors/connector.ts";
import type { Failed } from "../connectors/fault.ts";
import type { Deps } from "../deps.ts";
import { countPages, countPull } from "../metrics.ts";
import { applyPage, forgetGone } from "../mirror/apply-page.ts";
import { hasLines } from "../mirror/delta-lines.ts";
import { takeBackUntold } from "../mirror/take-back-untold.ts";
import { goneApart, howAnew, isToCompare } from "./apart.ts";
import { chosen } from "./chosen.ts";
import { dropPages, keepPage } from "./pages.ts";
import { BROKE_OFF, ENDLESS, RESTLESS } from "./pull-faults.ts";
import { isEndless, pagesOf, renamed, startsOverTooOften, type Range } from "./range.ts";
import { openSource, type Source } from "./source.ts";
import { standingOf } from "./standing.ts";
import { upload } from "./upload.ts";

const RENEW_MS = 20_000;

/** Another one has taken the connector in hand: what is under way here ends, and nothing of it is saved. */
class Lost extends Error {}

/**
 * Goes on with a connector from where its document says that it is, until there is nothing to do or something fails.
 * Each step is saved by itself: ended anywhere, it is done again, and ends the same.
 */
export async function pull(deps: Deps, config: ConnectorConfig, stop: AbortSignal): Promise<void> {
  const id = connectorId(config);
  let isMine = false;
  await change(deps.connectors, id, (state) => {
    const claim = state && claimed(state, deps.replica, deps.clock.now(), config.everyMs);
    isMine = claim !== undefined;
    return claim && { state: claim };
  });
  if (!isMine) return;
  const run = new Run(deps, config, id);
  await using _renewing = startLoop("renew a lease", RENEW_MS, deps.log, async () => run.renew());
  try {
    await run.go(AbortSignal.any([stop, run.lost]));
  } catch (error) {
    if (error instanceof Lost) {
      deps.log.info({ connector: config.name }, "another replica goes on with this connector");
      return;
    }
    if (stop.aborted) throw error;
    deps.log.error({ error, connector: config.name }, "a pull broke off");
    await run.breakOff();
  }
}

class Run {
  readonly #deps: Deps;
  readonly #config: ConnectorConfig;
  readonly #id: string;
  readonly #lost = new AbortController();

  constructor(deps: Deps, config: ConnectorConfig, id: string) {
    this.#deps = deps;
    this.#config = config;
    this.#id = id;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async renew(): Promise<void> {
    await this.#save((state) => state).catch(() => this.#lost.abort());
  }

  /** Gives it back with a fault, so that somebody hears of it: nobody foresaw why. */
  async breakOff(): Promise<void> {
    await this.#fail(BROKE_OFF);
  }

  async go(stop: AbortSignal): Promise<void> {
    const range = await this.#begin();
    if (range === undefined) return;
    await using source = await openSource(this.#config, this.#deps);
    if ("fault" in source) return this.#fail(source);
    const read = await this.#read(range, source, stop);
    if (read !== undefined) await this.#bring(read, stop);
  }

  /** The range in hand, or a new one; undefined while there is none to pull. */
  async #begin(): Promise<Range | undefined> {
    const { everyMs, start, algorithms } = this.#config;
    const found = await this.#save((state) => state);
    const standing = await standingOf(this.#deps, this.#config, found);
    if ("fault" in standing) return this.#fail(standing);
    const { base, last, lostTime } = standing;
    if (last === "lost") {
      await this.#save((state, now) => lost(state, howAnew(this.#deps, this.#config.setId), now, lostTime));
      return this.#begin();
    }
    if (isToCompare(found, base, (await lastRestore(this.#deps))?.restoredTime)) {
      const apart = await goneApart(this.#deps, this.#config, found, base);
      if (typeof apart === "object") return this.#fail(apart);
      await this.#save((state, now) => compared(state, apart, now));
      if (apart !== undefined) return this.#begin();
    }
    if (last === "waits") return this.#end(waiting);
    // What an earlier range has left is of no more use.
    if (found.range === undefined && last === "decided") {
      await dropPages(this.#deps, this.#id);
      await forgetGone(this.#deps, this.#id);
    }
    const settled = last === "overtaken" ? overtaken : decided;
    const { range } = await this.#save((state, now) => begun(settled(state), start, base, now, algorithms));
    if (range === undefined) await this.#end((state, now) => idle(state, everyMs, now));
    return range;
  }

  /** Reads page after page until the whole range is here. */
  async #read(first: Range, source: Source, stop: AbortSignal): Promise<ReadState | undefined> {
    const deps = this.#deps;
    let range = first;
    const { token = "" } = await this.#save((state) => state);
    while (!range.isRead) {
      if (stop.aborted) return this.#end(released);
      if (isEndless(range)) return this.#fail(ENDLESS);
      const page = await source.ask(range, token, stop);
      if ("fault" in page) return stop.aborted ? this.#end(released) : this.#fail(page);
      // It was waited for: another one may have the connector by now, and be further.
      await this.#requireMine();
      const asked = chosen(page, range.algorithms);
      if (asked.page.startsOver === true && pagesOf(range) > 0) {
        if (startsOverTooOften(range)) return this.#fail(RESTLESS);
        range = renamed(range);
        const named = range;
        await this.#save((state) => ({ ...state, range: named }));
      }
      const { name, to, asLines = false } = range;
      const isAll = range.isAll || asked.page.startsOver === true;
      if (asked.bytes !== undefined && !asLines) await keepPage(deps, this.#id, pagesOf(range), asked.bytes);
      await applyPage(deps, asked.listed, { connectorId: this.#id, range: name, until: to, isAll });
      const saved = await this.#save((state, now) => tookPage(state, asked.page, asked.unknown, now));
      countPages(asked.page);
      if (saved.range === undefined) throw new Lost();
      range = saved.range;
    }
    return { ...(await this.#save((state) => state)), range };
  }

  /** Brings what was read to hashlists. */
  async #bring(read: ReadState, stop: AbortSignal): Promise<void> {
    const { whole } = read.range;
    const { everyMs, name, kind, setId } = this.#config;
    const isNoted = !read.range.isAll || (await takeBackUntold(this.#deps, this.#id, read.range.name, stop));
    if (!isNoted) return this.#end(released);
    failpoint("exchange.untold");
    const state = await this.#frozen(read);
    if (state === undefined) return;
    let releaseId: string | undefined;
    if (await this.#hasNews(state)) {
      const answer = await upload(this.#deps, { name, kind, setId, connectorId: this.#id }, state, stop);
      if ("fault" in answer) return stop.aborted ? this.#end(released) : this.#fail(answer);
      releaseId = answer.releaseId;
    }
    failpoint("exchange.uploaded");
    await this.#save((now) =>
      leased(pulled(now, releaseId, everyMs, this.#deps.clock.now()), this.#deps.replica, this.#deps.clock.now()),
    );
    await dropPages(this.#deps, this.#id);
    await this.#end(released);
    countPull("pulled");
    const { pages, entries, tombstones } = whole;
    this.#deps.log.info({ connector: name, pages, entries, tombstones, releaseId }, "pulled");
    this.#deps.kickPuller();
  }

  /** How it goes to hashlists is said before it does: begun again, it is the same upload. */
  async #frozen(read: ReadState): Promise<(ReadState & { bringing: Brought }) | undefined> {
    if (read.bringing !== undefined) return { ...read, bringing: read.bringing };
    const standing = await standingOf(this.#deps, this.#config, {});
    if ("fault" in standing) return this.#fail(standing);
    const { base } = standing;
    if (base === undefined && (!read.range.isAll || read.isAgain === true)) return this.#end(fromTheBeginning);
    const brought = base === undefined ? {} : read.range.replaces === true ? { over: base } : { base };
    const saved = await this.#save((state) => bringing(state, brought));
    return saved.bringing && { ...saved, range: read.range, bringing: saved.bringing };
  }

  async #hasNews({ range, bringing: { base } }: ReadState & { bringing: Brought }): Promise<boolean> {
    // What the partner has no more takes all of it with it, before a person's eyes.
    if (base === undefined) return range.whole.readable > 0 || range.replaces === true;
    return hasLines(this.#deps, this.#id, range.name);
  }

  async #fail(by: Failed): Promise<undefined> {
    countPull(by.fault);
    await this.#end((state, now) => failed(state, by, now));
    this.#deps.log.warn({ connector: this.#config.name, fault: by.fault, why: by.sentence }, "a pull failed");
    return undefined;
  }

  /** Saves and gives it back. */
  async #end(decide: (state: ConnectorState, now: Date) => ConnectorState): Promise<undefined> {
    await this.#change(decide);
    return undefined;
  }

  /** Saves and keeps it in hand. */
  async #save(decide: (state: ConnectorState, now: Date) => ConnectorState): Promise<ConnectorState> {
    return this.#change((state, now) => leased(decide(state, now), this.#deps.replica, now));
  }

  async #requireMine(): Promise<void> {
    const { connectors, replica } = this.#deps;
    if ((await connectors.load(this.#id))?.state.lease?.by !== replica) throw new Lost();
  }

  async #change(decide: (state: ConnectorState, now: Date) => ConnectorState): Promise<ConnectorState> {
    const { connectors, replica, clock } = this.#deps;
    const saved = await change(connectors, this.#id, (state) => {
      if (state?.lease?.by !== replica) throw new Lost();
      return { state: decide(state, clock.now()) };
    });
    if (saved === undefined) throw new Lost();
    return saved.state;
  }
}

type ReadState = ConnectorState & { range: Range };
