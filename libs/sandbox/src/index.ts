export { innermost } from "./innermost.ts";
export { isRunnable } from "./runnable.ts";
export { packageFiles } from "./package-files.ts";
export { systemBrowser, type SystemBrowser } from "./system-browser.ts";
export { FIRST_HANDED, prepareSandbox, type Program, type Sandbox } from "./sandbox.ts";
export { SANDBOX_KINDS, type Room, type SandboxKind } from "./degrees.ts";
