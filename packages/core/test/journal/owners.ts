/** Processes that own runs (see owner.ts), started and asked by tests. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"

/** Killed with the scope, also when it was stopped. */
export const startOwner = (file: string, place?: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const script = fileURLToPath(new URL("owner.ts", import.meta.url))
      const child = spawn(process.execPath, [script, file, ...(place === undefined ? [] : [place])], {
        stdio: ["pipe", "pipe", "inherit"]
      })
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      const ended = once(child, "close")
      return {
        pid: child.pid ?? 0,
        ask: (command: string) =>
          Effect.promise(async () => {
            child.stdin.write(`${command}\n`)
            const { value } = await lines.next()
            return String(value)
          }),
        signal: (signal: NodeJS.Signals) => Effect.sync(() => child.kill(signal)),
        kill: Effect.promise(async () => {
          child.kill("SIGKILL")
          await ended
        })
      }
    }),
    ({ kill }) => kill
  )
