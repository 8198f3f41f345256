/**
 * The process in which Nx runs: a program of its own, since Nx ends its process, prints as it likes and may die of a full
 * disk. Started by NxHost.ts, spoken to by HostMessage.ts. It loads nothing but Node and the workspace's own Nx.
 */
import { type FromHost, isToHost } from "./HostMessage.ts"
import { Outbox } from "./host/Outbox.ts"
import { run } from "./host/Run.ts"

/** For tasks to end in, which Nx kills after five seconds. */
const farewellMs = 7_000

/** As a shell tells of SIGTERM. */
const endedCode = 143

const tell = (message: FromHost): void => void process.send?.(message)

const outbox = new Outbox((number, events) => tell({ _tag: "HostBatch", number, events }))

let isEnding = false
process.on("SIGTERM", () => {
  isEnding = true
  // Nx listens while it has tasks: it ends them, and comes to its end, unless it waits for somebody to hear of it.
  if (process.listenerCount("SIGTERM") === 1) process.exit(endedCode)
  outbox.abandon()
})

process.on("message", (message) => {
  if (!isToHost(message)) return
  switch (message._tag) {
    case "Run":
      void run(message.request, outbox, process.env).then(async (outcome) => {
        await outbox.delivered()
        if (isEnding) process.exit(endedCode)
        tell({ _tag: "HostOutcome", outcome })
      })
      return
    case "Acknowledged":
      return outbox.acknowledged(message.number)
    case "Exit":
      process.exit(0)
  }
})

// Nobody is left who would hear of what is done here.
process.on("disconnect", () => {
  setTimeout(() => process.exit(1), farewellMs)
  process.kill(process.pid, "SIGTERM")
})

tell({ _tag: "HostReady" })
