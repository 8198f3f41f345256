/**
 * Commands one after the other, as one running task to Nx; the first that fails is the last.
 */
import type { NxRunningTask } from "./NxModules.ts"

export const inSeries = (commands: ReadonlyArray<() => Promise<NxRunningTask>>): NxRunningTask => {
  const listeners: Array<(text: string) => void> = []
  let current: NxRunningTask | undefined
  let isKilled = false
  const results = (async () => {
    let terminalOutput = ""
    for (const start of commands) {
      if (isKilled) return { code: killedCode, terminalOutput }
      current = await start()
      current.onOutput?.((text) => {
        for (const listener of listeners) listener(text)
      })
      const result = await current.getResults()
      terminalOutput += result.terminalOutput
      if (result.code !== 0) return { code: result.code, terminalOutput }
    }
    return { code: 0, terminalOutput }
  })()
  // Whoever asks hears of it.
  results.catch(() => {})
  return {
    getResults: () => results,
    onExit: (listener) =>
      void results.then(
        ({ code, terminalOutput }) => listener(code, terminalOutput),
        (cause: unknown) => listener(1, String(cause))
      ),
    onOutput: (listener) => void listeners.push(listener),
    kill: async (signal) => {
      isKilled = true
      await current?.kill(signal)
    },
    send: (message) => current?.send(message)
  }
}

// internal

/** As a shell tells of SIGTERM. */
const killedCode = 143
