import { html } from "./shows.ts";
import type { Show } from "./host.ts";

/** Hand-written after the forms of the providers. */
export const challenges: Record<string, { status?: number; headers?: Record<string, string>; body: string }> = {
  anubis: {
    body: `<!doctype html><title>Making sure you're not a bot!</title><script id="anubis_challenge" type="application/json">
      {"rules":{"difficulty":4},"challenge":"aa"}</script><h1>Making sure you're not a bot!</h1>`,
  },
  cloudflare: {
    status: 403,
    headers: { "cf-mitigated": "challenge", Server: "cloudflare" },
    body: "<!doctype html><title>Just a moment...</title><h1>Checking</h1>",
  },
  "cloudflare at 503": {
    status: 503,
    headers: { Server: "cloudflare", "CF-RAY": "8a" },
    body: `<!doctype html><title>Just a moment...</title><form id="challenge-form" action="/cdn-cgi/l/chk_jschl"></form>`,
  },
  vercel: {
    status: 429,
    headers: { "x-vercel-mitigated": "challenge" },
    body: "<!doctype html><title>Vercel Security Checkpoint</title>",
  },
  "aws waf": { status: 202, headers: { "x-amzn-waf-action": "challenge" }, body: "<!doctype html><title></title>" },
  "aws waf captcha": {
    status: 405,
    headers: { "x-amzn-waf-action": "captcha" },
    body: "<!doctype html><title>Human Verification</title>",
  },
  "ddos-guard": {
    status: 403,
    headers: { Server: "ddos-guard" },
    body: `<!doctype html><title>DDOS-GUARD</title><script src="/.well-known/ddos-guard/check"></script><h1>Checking your browser before accessing</h1>`,
  },
  hcaptcha: {
    body: `<!doctype html><title>Are you human?</title><form method="post"><div class="h-captcha" data-sitekey="x"></div>
      <button>Continue</button></form><script src="https://js.hcaptcha.com/1/api.js"></script>`,
  },
  turnstile: {
    body: `<!doctype html><title>Please wait</title><form method="post"><div class="cf-turnstile" data-sitekey="x"></div></form>
      <script src="https://challenges.cloudflare.com/turnstile/v0/api.js"></script>`,
  },
  recaptcha: {
    body: `<!doctype html><title>Verify</title><form method="post"><div class="g-recaptcha" data-sitekey="x"></div><button>Go</button></form>
      <script src="https://www.google.com/recaptcha/api.js"></script>`,
  },
  "a cookie set by a script": {
    body: `<!doctype html><title></title><script>document.cookie="human=1; path=/";location.reload();</script>`,
  },
  datadome: {
    status: 403,
    headers: { "x-datadome": "protected", Server: "DataDome" },
    body: `<!doctype html><title>You have been blocked</title><script src="https://ct.captcha-delivery.com/c.js"></script>`,
  },
};

export function challenge(name: string): Show {
  const { body, ...given } = challenges[name] ?? { body: "" };
  return html(body, given);
}
