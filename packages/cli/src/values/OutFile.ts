/**
 * The file of `-o`. Whether it can be written is found out before anything starts, because a run whose result cannot be
 * kept is wasted; it appears whole or not at all, and with no more rights than the one in whose place it comes.
 */

import { access, constants, open, realpath, rename, stat, unlink, writeFile } from "node:fs/promises"
import { basename, dirname, join, resolve } from "node:path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { usageError } from "../command/UsageError.ts"
import { reasonOf } from "./SystemReason.ts"

/** The result was there and the file could not take it. */
export class OutFileFailed extends Schema.TaggedError<OutFileFailed>()("OutFileFailed", {
  name: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return `-o ${this.name} could not be written: ${this.problem}`
  }
  get hint() {
    return "Only the file is missing: the run has ended, its result went to standard output, and its record is kept."
  }
}

export interface OutFile {
  /** As the user wrote it. */
  readonly name: string
  readonly write: (text: string) => Effect.Effect<void, OutFileFailed>
}

/** Checks that `name` can be written and leaves nothing behind. */
export const prepareOutFile = Effect.fnUntraced(function* (name: string) {
  return yield* Effect.tryPromise({
    try: async (): Promise<OutFile> => {
      if (name === "") throw new Error("its name is empty")
      const target = await realTarget(resolve(name))
      const kind = await kindOf(target)
      if (kind === "folder") throw new Error("it is a folder")
      if (kind === "file") await access(target, constants.W_OK)
      // A device or a pipe is written to as it is: a rename would put a file in its place.
      if (kind === "device") {
        await access(target, constants.W_OK)
        return outFile(name, (text) => writeFile(target, text))
      }
      const trial = temporary(target)
      await (await open(trial, "wx", 0o600)).close()
      await unlink(trial)
      return outFile(name, (text) => replace(target, text))
    },
    catch: (cause) =>
      usageError(
        `-o ${name} cannot be written: ${reasonOf(cause, noFolder)}`,
        "Name a file in a folder that exists and that you may write to."
      )
  })
})

// internal

const outFile = (name: string, write: (text: string) => Promise<void>): OutFile => ({
  name,
  write: (text) =>
    Effect.tryPromise({
      try: () => write(text),
      catch: (cause) => new OutFileFailed({ name, problem: reasonOf(cause, noFolder) })
    })
})

const replace = async (target: string, text: string) => {
  const draft = temporary(target)
  try {
    // From whom the file was kept, its new text is as well.
    const rights = await stat(target).then(
      ({ mode }) => mode & 0o777,
      () => 0o666
    )
    const file = await open(draft, "wx", rights)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, target)
  } catch (cause) {
    await unlink(draft).catch(() => undefined)
    throw cause
  }
}

const temporary = (target: string): string =>
  join(dirname(target), `.${basename(target).slice(0, 60)}.${process.pid}.${Date.now().toString(36)}.tmp`)

/** Follows a link, so that the file it points to is replaced and not the link. */
const realTarget = (target: string): Promise<string> =>
  realpath(target).catch(async () => join(await realpath(dirname(target)), basename(target)))

const kindOf = async (target: string): Promise<"none" | "file" | "folder" | "device"> => {
  const found = await stat(target).catch(() => undefined)
  if (found === undefined) return "none"
  return found.isDirectory() ? "folder" : found.isFile() ? "file" : "device"
}

const noFolder = { ENOENT: "its folder does not exist", ENOTDIR: "its folder is a file" }
