/** What the processes of a browser have in the sandbox: a `/tmp` in memory, and so many processes and threads. */
export const ROOM = { tempMb: 96, tasks: 1000 };
