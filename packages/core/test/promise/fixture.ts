/**
 * A folder to delegate in, and models that answer by script.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import type { ModelRequest } from "../../src/model/Model.ts"
import { Deputize } from "../../src/promise/Deputize.ts"
import type { DeputizeOptions } from "../../src/promise/Services.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"

const made: Array<string> = []

/** For the end of each test file: a hook that a running test registers comes too late to be called. */
export const removeFolders = () => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** The real path of a folder with these files, until `removeFolders`. */
export const folderWith = (files: Readonly<Record<string, string>> = {}): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "deputize-promise-")))
  made.push(folder)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const readApp = { id: "a", name: "read_file", args: JSON.stringify({ path: "app.ts" }) }

/** Reads a file, then says what it was asked. */
export const readsThenAnswers = ScriptedModel.layer(({ brief }: ModelRequest, before) =>
  before === 0 ? { calls: [readApp] } : { text: `answer to ${brief.goal}` }
)

/** Reads a file, then thinks until it is interrupted. */
export const neverAnswers = ScriptedModel.layer((_, before) => (before === 0 ? { calls: [readApp] } : Effect.never))

export const open = (options: Partial<DeputizeOptions> = {}): Promise<Deputize> =>
  Deputize.open({
    workspace: folderWith({ "app.ts": "export const answer = 42\n" }),
    model: readsThenAnswers,
    ...options
  })

/** What a caller of promises sees of an error. */
export const seen = (error: unknown) => {
  if (!(error instanceof Error) || !("_tag" in error) || !("hint" in error)) throw error
  const { _tag, hint, message } = error
  return { _tag, message, hint }
}

/** `Array.fromAsync` is not in the library of this language level yet. */
export const collect = async <A>(events: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {
  const collected: Array<A> = []
  for await (const event of events) collected.push(event)
  return collected
}
