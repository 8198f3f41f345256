/**
 * The text of a goal: as it stands, from a file (`@FILE`) or from standard input (`-`).
 */

import { readFile, stat } from "node:fs/promises"
import * as Effect from "effect/Effect"
import { usageError } from "../command/UsageError.ts"
import { reasonOf } from "./SystemReason.ts"

/** Larger ones are documents to read in the workspace, not goals. */
const mostGoalBytes = 8 * 1024 * 1024

/** Gives the goal that `text` stands for; fails when it is empty. `name` is what errors call it: "the goal", "goal 2". */
export const readGoal = Effect.fnUntraced(function* (name: string, text: string) {
  const goal =
    text === "-" ? yield* standardInput(name) : text.startsWith("@") ? yield* fromFile(name, text.slice(1)) : text
  const trimmed = goal.trim()
  if (trimmed === "") return yield* usageError(`${name} is empty`, "Say in a sentence what is to be done.")
  return trimmed
})

// internal

const fromFile = Effect.fnUntraced(function* (name: string, file: string) {
  // @@ is a way to write a goal that begins with an @.
  if (file.startsWith("@")) return file
  const bytes = yield* Effect.tryPromise({
    try: async () => {
      const { size } = await stat(file)
      return size > mostGoalBytes ? undefined : await readFile(file)
    },
    catch: (cause) =>
      usageError(
        `${name}: cannot read ${file === "" ? "a file without a name" : file}: ${reasonOf(cause)}`,
        "@FILE takes the goal from a file; write @@ for a goal that begins with an @."
      )
  })
  if (bytes === undefined) return yield* tooLarge(name, file)
  return yield* decode(name, file, bytes)
})

const standardInput = Effect.fnUntraced(function* (name: string) {
  const bytes = yield* Effect.tryPromise({
    try: async () => {
      const chunks: Array<Uint8Array> = []
      let size = 0
      for await (const chunk of process.stdin) {
        size += chunk.length
        if (size > mostGoalBytes) return undefined
        chunks.push(chunk)
      }
      return Buffer.concat(chunks)
    },
    catch: (cause) => usageError(`${name}: cannot read standard input: ${reasonOf(cause)}`)
  })
  if (bytes === undefined) return yield* tooLarge(name, "standard input")
  return yield* decode(name, "standard input", bytes)
})

const tooLarge = (name: string, source: string) =>
  usageError(
    `${name}: ${source} is larger than ${mostGoalBytes / 1024 / 1024} MiB`,
    "Keep the goal short and name the file in it; agents can read the workspace."
  )

const decode = (name: string, source: string, bytes: Uint8Array) =>
  Effect.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => usageError(`${name}: ${source} is not UTF-8 text`, "Save it as UTF-8.")
  })
