/**
 * Where this host reaches into Nx: what a task prints is heard while it runs, scripts of packages are run without npm, a
 * result that cannot be cached is a result all the same, and a cache that has lost a result does not answer for it.
 */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { inSeries } from "./InSeries.ts"
import type { NpmScript } from "./NpmScripts.ts"
import type { NxModules, NxRunningTask } from "./NxModules.ts"

export interface Hooks {
  readonly scriptOf: (task: string) => NpmScript | undefined
  /** Its outputs on disk are not whole, so whoever answers for it must have them whole. */
  readonly isDamaged: (task: string) => boolean
  readonly onOutput: (task: string, text: string) => void
  /** The work was done, but its result could not be kept. False: no use in trying it with others. */
  readonly onNotCached: (cause: unknown) => boolean
}

export const installHooks = (nx: NxModules, { scriptOf, isDamaged, onOutput, onNotCached }: Hooks): void => {
  const listen = (task: string, running: NxRunningTask): NxRunningTask => {
    running.onOutput?.((text) => onOutput(task, text))
    return running
  }

  const { runCommands } = nx.runCommands
  nx.runCommands.runCommands = async (options, context, task, env) => {
    if (task === undefined) return runCommands(options, context, task, env)
    const script = scriptOf(task.id)
    if (script === undefined) return listen(task.id, await runCommands(options, context, task, env))
    const commands = script.lines.map(({ command, env: own }) => () => {
      const line = { command, cwd: script.folder, env: own, streamOutput: false, __unparsed__: [] }
      return runCommands(line, context, task, env)
    })
    return listen(task.id, inSeries(commands))
  }

  const forked = nx.forked.ForkedProcessTaskRunner.prototype
  const { forkProcess } = forked
  forked.forkProcess = async function (task, options) {
    return listen(task.id, await forkProcess.call(this, task, options))
  }

  const cache = nx.cache.DbCache.prototype
  const { put, getBatch } = cache
  cache.getBatch = async function (tasks) {
    const results = await getBatch.call(this, tasks)
    for (const { id, hash = "", outputs } of tasks) {
      const kept = isDamaged(id) ? results.get(hash)?.outputsPath : undefined
      if (kept !== undefined && !hasSome(kept, outputs)) results.delete(hash)
    }
    return results
  }
  let isOfUse = true
  const notCached = (cause: unknown) => {
    isOfUse = onNotCached(cause) && isOfUse
  }
  // A try takes seconds, as Nx makes several of it.
  cache.put = async function (...result) {
    if (!isOfUse) return undefined
    return put.apply(this, result).catch(notCached)
  }

  const orchestrator = nx.orchestrator.TaskOrchestrator.prototype
  const { persistTerminalOutputs } = orchestrator
  orchestrator.persistTerminalOutputs = function (...results) {
    try {
      if (isOfUse) persistTerminalOutputs.apply(this, results)
    } catch (cause) {
      notCached(cause)
    }
  }
}

// internal

/** Not all that is stated has to be made by every task, and what a pattern means is not looked for. */
const hasSome = (folder: string, outputs: ReadonlyArray<string>): boolean =>
  outputs.some((output) => /[*?{}[\]!()]/.test(output) || existsSync(join(folder, output)))
