/**
 * What the outside world sees of a tortured run, whatever the run says of itself: a provider that answers by script and
 * counts what it bills, and a log of effects that is synced before an effect is confirmed.
 */
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs"
import { createServer, type Server } from "node:http"
import { setTimeout as wait } from "node:timers/promises"
import { type Answering, startProviderServer } from "@deputize/core/testing/ProviderServer"
import { isForSummary, keyOf, memoryOf } from "./runMemory.ts"
import { answerTo } from "./runScript.ts"

/** A request of a model that had come whole. */
export interface Request {
  /** Which process sent it, from 1. */
  readonly process: number
  readonly key: string
  /** From 1: which turn of the agent it asks for, as its conversation tells. */
  readonly turn: number
  /** For no turn, but for a summary of those before. */
  readonly isSummary: boolean
}

/** Of a request, or of its answer on record. */
export const requestName = ({ isSummary, key, turn }: Omit<Request, "process">): string =>
  `${isSummary ? "summary before " : ""}${key}:${turn}`

/** An own tool that was run. */
export interface ToolRun {
  readonly process: number
  readonly name: string
  readonly id: string
}

export interface Witness {
  /** Of the provider. */
  readonly modelUrl: string
  /** Of what the own tools talk to. */
  readonly toolUrl: string
  readonly requests: ReadonlyArray<Request>
  readonly runs: ReadonlyArray<ToolRun>
  /** Ids of effects, in the order in which they were on the disk. */
  readonly effects: ReadonlyArray<string>
  /** From now on an agent gets no answer, until what this gives is called. */
  readonly hold: (key: string) => () => void
  /** What the provider has billed until now, in tokens: what it has read, also for a client that died then, and has said. */
  readonly billed: () => number
  readonly close: () => Promise<void>
}

/** `log` is the file of effects. */
export const startWitness = async (log: string, answering: Answering = answerTo): Promise<Witness> => {
  const requests: Array<Request> = []
  const runs: Array<ToolRun> = []
  const effects: Array<string> = []
  const holds = new Map<string, Promise<void>>()
  let read = 0
  const hold: Witness["hold"] = (key) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    holds.set(key, promise)
    return () => {
      if (holds.get(key) === promise) holds.delete(key)
      resolve()
    }
  }
  const provider = await startProviderServer(
    async (received) => {
      const process = Number(received.headers["x-torture-process"])
      const { turn } = memoryOf(received)
      const key = keyOf(received.goal)
      requests.push({ process, key, turn, isSummary: isForSummary(received) })
      read += received.inputTokens
      await holds.get(key)
      const answer = await answering(received)
      // What is refused costs nothing.
      if ((answer.status ?? 200) !== 200) read -= received.inputTokens
      return answer
      // A soak sends millions of them, each with a whole conversation.
    },
    { kept: 0 }
  )
  const file = openSync(log, "a", 0o600)
  const server = createServer((request, response) => {
    const [, process, name = "", id = ""] = (request.url ?? "").split("/")
    runs.push({ process: Number(process), name, id })
    void (async () => {
      // A while before and a while after, so that a death may fall on either side.
      await wait(id.length % 4)
      if (name === "post_effect") {
        writeSync(file, `${id}\n`)
        fdatasyncSync(file)
        effects.push(id)
        await wait((id.length * 7) % 5)
      }
      response.end(
        name === "look_effect" ? `${id} is ${effects.includes(id) ? "there" : "not to be seen"}` : `posted ${id}`
      )
    })()
  })
  server.keepAliveTimeout = 0
  const port = await listening(server)
  return {
    modelUrl: provider.url,
    toolUrl: `http://127.0.0.1:${port}`,
    requests,
    runs,
    effects,
    hold,
    billed: () => read + provider.billed.output,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await provider.close()
      closeSync(file)
    }
  }
}

// internal

const listening = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(0, "127.0.0.1", 4_096, () => {
      const address = server.address()
      if (address === null || typeof address === "string") reject(new Error("the witness has no port"))
      else resolve(address.port)
    })
  })
