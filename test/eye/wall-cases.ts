import { ANSWERED } from "../../services/prober/test/withheld-pages.ts";
import { unseen, type Case } from "./case.ts";
import { challenge, challenges } from "./challenges.ts";
import type { Show, Site } from "./host.ts";
import { html, picture, shows, to, type Pictures } from "./shows.ts";

export function walls({ tiny }: Pictures): Case[] {
  const login = `<!doctype html><title>Log in</title><main><h1>Log in to continue</h1><form action="/login" method="post">
    <input name="user"><input type="password" name="password"><button>Log in</button></form></main>`;
  const age = `<!doctype html><title>Age check</title><main><h1>You must be 18 or older to enter</h1>
    <p>This site contains adult material. By entering you confirm that you are at least 18 years old.</p>
    <form method="post"><button name="over18" value="yes">I am over 18</button><button>Leave</button></form></main>`;
  const fence = "<!doctype html><title>Sorry</title><h1>This content is not available in your country</h1>";
  return [
    ...Object.keys(challenges).map((name) => ({
      what: `A1 a challenge (${name})`,
      does: { watched: challenge(name), beside: challenge(name), root: challenge(name) },
      end: unseen("CHALLENGE"),
    })),
    { what: "A10 a login wall", does: { watched: html(login), beside: html(login) }, end: unseen("LOGIN_WALL") },
    {
      what: "A10 a redirect to a login page",
      does: { watched: shows(to("/login")), beside: html(login) },
      end: unseen("LOGIN_WALL"),
    },
    { what: "A10 an age gate", does: { watched: html(age), beside: html(age) }, end: unseen("AGE_GATE") },
    { what: "A10 a geo-fence", does: { watched: html(fence), beside: html(fence) }, end: unseen("GEO_FENCE") },
    ...Object.entries(ANSWERED)
      .filter(([, { withheld }]) => withheld)
      .map(([what, { body, type = "text/html; charset=utf-8" }]) => {
        const show = shows({ headers: { "Content-Type": type }, body });
        return { what: `for all but its root: ${what}`, does: { watched: show, beside: show }, end: unseen("WALL") };
      }),
    { what: "a sinkhole that shows one picture", does: everywhere(picture(tiny)), end: unseen("WALL") },
    {
      what: "a sinkhole that says one line",
      does: everywhere(shows({ headers: { "Content-Type": "application/json" }, body: `{"blocked":true}` })),
      end: unseen("WALL"),
    },
    { what: "one page for everything", does: everywhere(html(shell())), end: unseen("WALL") },
    { what: "its root for everything", does: { watched: shows(to("/")), beside: shows(to("/")) }, end: unseen("WALL") },
  ];
}

const everywhere = (show: Show): Site => ({ watched: show, root: show, beside: show });
const shell = () => `<!doctype html><title>Pictures</title><div id="app"><h1>Welcome to the place where everybody shows
  their best pictures of the day to all the others</h1></div>`;
