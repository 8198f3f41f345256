/**
 * What the outside world sees of a tortured run, whatever the run says of itself: a provider that answers by script and
 * counts what it bills, and a log of effects that is synced before an effect is confirmed.
 */
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs"
import { createServer, type Server } from "node:http"
import { setTimeout as wait } from "node:timers/promises"
import { type Answering, type Received, startProviderServer } from "@deputize/core/testing/ProviderServer"
import { answerTo, keyOf } from "./runScript.ts"

/** A request of a model that had come whole. */
export interface Request {
  /** Which process sent it, from 1. */
  readonly process: number
  readonly key: string
  /** From 1: which turn of the agent it asks for, as its conversation tells. */
  readonly turn: number
  readonly isClosing: boolean
}

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
  /** What the provider has billed until now, in tokens. */
  readonly billed: () => number
  readonly close: () => Promise<void>
}

/** `log` is the file of effects. */
export const startWitness = async (log: string, answering: Answering = answerTo): Promise<Witness> => {
  const requests: Array<Request> = []
  const runs: Array<ToolRun> = []
  const effects: Array<string> = []
  const provider = await startProviderServer((received) => {
    const isClosing = received.toolNames.length === 0
    const process = Number(received.headers["x-torture-process"])
    requests.push({ process, key: keyOf(received.goal), turn: turnOf(received), isClosing })
    return answering(received)
  })
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
    billed: () => provider.billed.total,
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

/** Turns that the conversation holds, and one: each is a stretch of what the agent said and called. */
const turnOf = ({ body, wire }: Received): number => {
  const items: unknown = wire === "chat" ? body.messages : body.input
  if (!Array.isArray(items)) return 1
  let turns = 0
  let wasAgent = false
  for (const item of items) {
    const isAgent = item?.role === "assistant" || ["function_call", "reasoning"].includes(item?.type)
    // In one message of a chat stands a whole turn.
    if (isAgent && (!wasAgent || wire === "chat")) turns += 1
    wasAgent = isAgent
  }
  return turns + 1
}
