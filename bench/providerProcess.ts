/**
 * Starts `provider.ts` beside a benchmark.
 */
import { spawn } from "node:child_process"
import { join } from "node:path"
import { createInterface } from "node:readline"

export interface ProviderProcess {
  readonly url: string
  readonly stop: () => Promise<void>
}

export const startProvider = async (options: {
  readonly delayMs: number
  readonly turns: number
}): Promise<ProviderProcess> => {
  const script = join(import.meta.dirname, "provider.ts")
  const args = [
    "--conditions=@deputize/source",
    script,
    "--delay",
    String(options.delayMs),
    "--turns",
    String(options.turns)
  ]
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] })
  const url = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the provider of the benchmark ended with ${code}`)))
    createInterface({ input: child.stdout }).once("line", resolve)
  })
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners("exit")
        child.once("exit", () => resolve())
        child.stdin.end()
      })
  }
}
