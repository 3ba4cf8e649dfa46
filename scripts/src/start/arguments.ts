import { resolve } from "node:path";
import { parseArgs } from "node:util";

/** What was typed behind ./scripts/start. */
export type StartArguments =
  | { does: "start"; dir: string; config: string | undefined; browser: boolean; feed: boolean; hmaGateway: boolean }
  | { does: "help" }
  | { does: "refuse"; why: string };

export const usage = `usage: ./scripts/start [--data DIR] [--config FILE] [--browser] [--feed] [--hma-gateway]

Starts the whole platform on this machine and keeps it up until interrupted.

  --data DIR     where everything lies: stores, streams, keys, certificates, logs (default .ntd/run).
                 It is for its owner alone; one start at a time uses it.
  --config FILE  settings, as YAML; deploy/start/example.yaml says which. It is read again when it changes, and the
                 services whose settings changed are started anew. Without it the examples of deploy/ are in force,
                 for a trial.
  --browser      the browser eye runs too: pages are also looked at as their scripts make them. Chromium is installed
                 by apt where there is none.
  --feed         partners get a feed of the lists that are shared with them (ntd set share).
  --hma-gateway  HMA's look-ups are answered, too, on 127.0.0.1:5100 or HMA_GATEWAY_LISTEN: as a platform of the
                 industry would run it at its side, for a trial.
  --help         this

Settings of single services in the environment win: CASEWORK_HOLD_BACK_MS=0, NTD_LOG_LEVEL=debug.
It ends with 0 when it was interrupted, 1 when it could not start, 2 when it was called wrongly, 78 when the
configuration is refused.`;

/** @param from where paths that are not absolute begin. */
export function startArguments(args: readonly string[], from: string, standard: string): StartArguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        data: { type: "string" },
        config: { type: "string" },
        browser: { type: "boolean" },
        feed: { type: "boolean" },
        "hma-gateway": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help === true) return { does: "help" };
    const empty = (["data", "config"] as const).find((name) => values[name] === "");
    if (empty !== undefined) return { does: "refuse", why: `--${empty} names nothing` };
    const config = values.config === undefined ? undefined : resolve(from, values.config);
    return {
      does: "start",
      dir: values.data === undefined ? standard : resolve(from, values.data),
      config,
      browser: values.browser === true,
      feed: values.feed === true,
      hmaGateway: values["hma-gateway"] === true,
    };
  } catch (error) {
    return { does: "refuse", why: (error as Error).message };
  }
}
