import { unseen, type Case } from "./case.ts";
import { challenge, challenges } from "./challenges.ts";
import type { Show, Site } from "./host.ts";
import { html, shows, to } from "./shows.ts";

export function walls(): Case[] {
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
    { what: "one page for everything", does: everywhere(html(shell())), end: unseen("WALL") },
    { what: "its root for everything", does: { watched: shows(to("/")), beside: shows(to("/")) }, end: unseen("WALL") },
  ];
}

const everywhere = (show: Show): Site => ({ watched: show, root: show, beside: show });
const shell = () => `<!doctype html><title>Pictures</title><div id="app"><h1>Welcome to the place where everybody shows
  their best pictures of the day to all the others</h1></div>`;
