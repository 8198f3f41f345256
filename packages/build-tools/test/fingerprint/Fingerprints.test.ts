import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync
} from "node:fs"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { StateUnwritable } from "../../src/fingerprint/StateUnwritable.ts"
import { fileNameOf } from "../../src/fingerprint/StoredFingerprint.ts"
import { context, folder, settle, stepOf, withFingerprints, write } from "./fixture.ts"

/** What a compiler of this workspace would make. */
const compiled = (root: string) => `made from ${readFileSync(`${root}/work/src/a.ts`, "utf8")}`

/** A process that checks the step and runs it where it has to; `end` is what becomes of the process while it works. */
const build = (root: string, end: "passes" | "dies" = "passes") =>
  withFingerprints(
    root,
    Effect.fnUntraced(function* (fingerprints) {
      const step = stepOf(`${root}/work`)
      const { fingerprint, freshness } = yield* fingerprints.check(step, context)
      if (freshness._tag === "Fresh") return freshness
      yield* fingerprints.forget(step.id)
      const whole = compiled(root)
      write(root, { "work/out/a.js": end === "passes" ? whole : whole.slice(0, 9) })
      if (end === "dies") return freshness
      const outputs = yield* fingerprints.outputs(step.outputs)
      yield* fingerprints.keep(step.id, { fingerprint, outputs, ms: 5, finishedAt: 1000 })
      return freshness
    })
  )

const source = Effect.tap(folder, (root) => Effect.sync(() => write(root, { "work/src/a.ts": "one" })))

/** Builds until there is nothing to do, and says why each build ran. */
const repair = Effect.fnUntraced(function* (root: string) {
  const first = yield* build(root)
  const second = yield* build(root)
  expect(readFileSync(`${root}/work/out/a.js`, "utf8")).toBe(compiled(root))
  return [first, second]
})

const fresh = { _tag: "Fresh" }

describe("damaged outputs are found and made again", () => {
  it.effect("where the first build died half way", () =>
    Effect.gen(function* () {
      const root = yield* source
      yield* build(root, "dies")
      expect(yield* repair(root)).toStrictEqual([{ _tag: "NeverFinished" }, fresh])
    })
  )

  it.effect("where a build after an edit died half way", () =>
    Effect.gen(function* () {
      const root = yield* source
      yield* build(root)
      write(root, { "work/src/a.ts": "two" })
      yield* build(root, "dies")
      expect(yield* repair(root)).toStrictEqual([{ _tag: "NeverFinished" }, fresh])
    })
  )

  it.effect("where a build after an edit died half way and the edit was taken back", () =>
    Effect.gen(function* () {
      const root = yield* source
      yield* build(root)
      write(root, { "work/src/a.ts": "two" })
      yield* build(root, "dies")
      write(root, { "work/src/a.ts": "one" })
      expect(yield* repair(root)).toStrictEqual([{ _tag: "NeverFinished" }, fresh])
    })
  )

  it.effect("where one was truncated after the build", () =>
    Effect.gen(function* () {
      const root = yield* source
      yield* build(root)
      truncateSync(`${root}/work/out/a.js`, 3)
      expect(yield* repair(root)).toStrictEqual([{ _tag: "OutputsDamaged", missing: [], changed: ["out/a.js"] }, fresh])
    })
  )

  it.effect("where one was deleted after the build", () =>
    Effect.gen(function* () {
      const root = yield* source
      yield* build(root)
      rmSync(`${root}/work/out`, { recursive: true })
      expect(yield* repair(root)).toStrictEqual([{ _tag: "OutputsDamaged", missing: ["out/a.js"], changed: [] }, fresh])
    })
  )
})

describe("a step that passed", () => {
  it.effect("runs again for an edit, and for an edit that came while it ran", () =>
    Effect.gen(function* () {
      const root = yield* source
      yield* build(root)
      write(root, { "work/src/a.ts": "two" })
      const { edited, outputs } = yield* withFingerprints(
        root,
        Effect.fnUntraced(function* (fingerprints) {
          const step = stepOf(`${root}/work`)
          const { fingerprint, freshness } = yield* fingerprints.check(step, context)
          yield* fingerprints.forget(step.id)
          write(root, { "work/out/a.js": compiled(root), "work/src/a.ts": "six" })
          const outputs = yield* fingerprints.outputs(step.outputs)
          yield* fingerprints.keep(step.id, { fingerprint, outputs, ms: 5, finishedAt: 1000 })
          return { edited: freshness, outputs: outputs.map(({ path }) => path) }
        })
      )
      const changed = { _tag: "InputsChanged", added: [], changed: ["src/a.ts"], removed: [] }
      expect([edited, outputs]).toStrictEqual([changed, ["out/a.js"]])
      expect(yield* repair(root)).toStrictEqual([changed, fresh])
    })
  )

  it.effect("does not count what it made among what it reads", () =>
    Effect.gen(function* () {
      const root = yield* source
      const everything = stepOf(`${root}/work`, { inputs: null, outputs: [], cache: "nx" })
      const run = withFingerprints(
        root,
        Effect.fnUntraced(function* (fingerprints) {
          const { fingerprint, freshness } = yield* fingerprints.check(everything, context)
          yield* fingerprints.forget(everything.id)
          // An Nx step names its outputs only once it has run.
          write(root, { "work/made/a.js": compiled(root) })
          const outputs = yield* fingerprints.outputs(["made"])
          yield* fingerprints.keep(everything.id, { fingerprint, outputs, ms: 5, finishedAt: 1000 })
          return {
            freshness,
            inputs: Object.keys((yield* fingerprints.stored(everything.id))?.fingerprint?.inputs ?? {})
          }
        })
      )
      const found = withFingerprints(root, (fingerprints) => fingerprints.check(everything, context))
      expect(yield* run).toStrictEqual({ freshness: { _tag: "NeverFinished" }, inputs: ["src/a.ts"] })
      expect((yield* found).freshness).toStrictEqual(fresh)
      write(root, { "work/made/b.js": "by hand" })
      expect((yield* found).freshness).toStrictEqual({
        _tag: "InputsChanged",
        added: ["made/b.js"],
        changed: [],
        removed: []
      })
    })
  )

  it.effect("is judged by what the steps that it needs made, not by that they ran", () =>
    Effect.gen(function* () {
      const root = yield* source
      const generate = stepOf(`${root}/work`, { id: "generate", inputs: ["schema"], outputs: ["gen"] })
      const use = stepOf(`${root}/work`, { id: "use", needs: ["generate"], outputs: [] })
      const run = (generated: string) =>
        withFingerprints(
          root,
          Effect.fnUntraced(function* (fingerprints) {
            write(root, { "work/gen/a": generated })
            for (const step of [generate, use]) {
              const fingerprint = yield* fingerprints.of(step, context)
              const outputs = yield* fingerprints.outputs(step.outputs)
              if (step === use) return (yield* fingerprints.check(use, context)).freshness
              yield* fingerprints.keep(step.id, { fingerprint, outputs, ms: 5, finishedAt: 1000 })
            }
            return undefined
          })
        )
      const finish = withFingerprints(
        root,
        Effect.fnUntraced(function* (fingerprints) {
          const fingerprint = yield* fingerprints.of(use, context)
          yield* fingerprints.keep(use.id, { fingerprint, outputs: [], ms: 5, finishedAt: 1000 })
        })
      )
      write(root, { "work/schema": "1" })
      expect(yield* run("same")).toStrictEqual({ _tag: "NeverFinished" })
      yield* finish
      write(root, { "work/schema": "2" })
      expect(yield* run("same")).toStrictEqual(fresh)
      expect(yield* run("other")).toStrictEqual({ _tag: "NeedsChanged" })
    })
  )

  it.effect("has no fingerprint where nothing is stated by which it could be known", () =>
    Effect.gen(function* () {
      const root = yield* source
      const steps = [stepOf(root, { cache: "never" }), stepOf(root, { inputs: null })]
      const found = yield* withFingerprints(root, (fingerprints) =>
        Effect.forEach(steps, (step) => fingerprints.check(step, context))
      )
      const none = { freshness: { _tag: "NotCached" }, fingerprint: null, stored: undefined }
      expect(found).toStrictEqual([none, none])
    })
  )
})

describe("the file of a fingerprint", () => {
  it.effect("is believed whole or not at all, wherever it is cut off", () =>
    Effect.gen(function* () {
      const root = yield* source
      yield* build(root)
      const [name] = readdirSync(`${root}/state/fingerprints`)
      const file = `${root}/state/fingerprints/${name}`
      const text = readFileSync(file, "utf8")
      const stored = withFingerprints(root, (fingerprints) => fingerprints.stored("compile"))
      const cuts = Array.from({ length: text.length }, (_, length) => text.slice(0, length))
      const lies = [
        text.replace(/"src\/a.ts":"./, '"src/a.ts":"x'),
        text.replace(/"size":\d+/, '"size":0').replace(/"mode":\d+/, '"mode":1'),
        text.replace('"step":"compile"', '"step":"other"'),
        text.replace('"format":1', '"format":2'),
        text.replace('"outputs":[', '"outputs":[null,'),
        text.replace('"ms":5', '"ms":"5"'),
        "[]",
        "null"
      ]
      expect(lies.every((lie) => lie !== text)).toBe(true)
      yield* withFingerprints(
        root,
        Effect.fnUntraced(function* (fingerprints) {
          for (const damaged of [...cuts, ...lies]) {
            writeFileSync(file, damaged)
            expect(yield* fingerprints.stored("compile")).toBe(undefined)
          }
        })
      )
      writeFileSync(file, text)
      expect((yield* stored)?.outputs.map(({ path }) => path)).toStrictEqual(["out/a.js"])
    })
  )

  it.effect("is made for its owner only, and nothing is made by looking", () =>
    Effect.gen(function* () {
      const root = yield* source
      yield* withFingerprints(root, (fingerprints) => fingerprints.check(stepOf(`${root}/work`), context))
      expect(existsSync(`${root}/state`)).toBe(false)
      settle(`${root}/work/src/a.ts`)
      yield* build(root)
      const [name] = readdirSync(`${root}/state/fingerprints`)
      const modes = ["state", "state/fingerprints", `state/fingerprints/${name}`, "state/stats.json"].map((path) =>
        (statSync(`${root}/${path}`).mode & 0o777).toString(8)
      )
      expect(modes).toStrictEqual(["700", "700", "600", "600"])
      expect(readdirSync(`${root}/state/fingerprints`)).toStrictEqual([name])
    })
  )

  it.effect("that cannot be written or removed is said with its path", () =>
    Effect.gen(function* () {
      const root = yield* source
      mkdirSync(`${root}/state`)
      writeFileSync(`${root}/state/fingerprints`, "a file in the place of the folder")
      const kept = { fingerprint: null, outputs: [], ms: 5, finishedAt: 1000 }
      const errors = yield* withFingerprints(root, (fingerprints) =>
        Effect.all([Effect.flip(fingerprints.keep("compile", kept)), Effect.flip(fingerprints.forget("compile"))])
      )
      const path = `${root}/state/fingerprints/${fileNameOf("compile")}`
      expect(errors).toStrictEqual([
        new StateUnwritable({ path, code: "EEXIST" }),
        new StateUnwritable({ path, code: "ENOTDIR" })
      ])
      expect(errors[0].message).toBe(
        `the state of the build cannot be written: ${path}: a file is in the place of a folder`
      )
      expect(readdirSync(`${root}/state`)).toStrictEqual(["fingerprints"])
    })
  )
})
