/**
 * Knows which steps have nothing to do. A step's fingerprint is removed before it runs and written after it passed,
 * together with what it made: whatever interrupts it, and whatever happens to its outputs, it is not taken for finished.
 *
 * 1. `forget` is on the disk before a step starts, `keep` before anyone hears that it passed.
 * 2. The fingerprint kept is the one from before the step ran: an input that changes while it runs makes it run again.
 * 3. Steps that are checked together share one look at the files, until something is forgotten, kept or refreshed. What
 *    is kept of a step is looked at afresh: its outputs came after the look.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Step, StepId } from "../pipeline/Pipeline.ts"
import type { Fingerprint, Freshness, OutputFile } from "./Fingerprint.ts"
import { compare, type Damage, type Kept, unharmed } from "./Freshness.ts"
import { parseGlobs } from "./Glob.ts"
import { findFiles } from "./InputFiles.ts"
import { manifest, verify } from "./Manifest.ts"
import { openStatCache } from "./StatCache.ts"
import { removeDurably, writeDurably } from "./StateFile.ts"
import { type StateUnwritable, stateUnwritable } from "./StateUnwritable.ts"
import { fingerprintOf, resultOf, type StepContext, withInputs } from "./StepFingerprint.ts"
import { decode, encode, fileNameOf } from "./StoredFingerprint.ts"
import { openTree } from "./Tree.ts"

export interface FingerprintsOptions {
  /** The build's state folder; nothing is made there before something is kept. */
  readonly folder: string
  /** Absolute. */
  readonly workspace: string
}

export class Fingerprints extends Context.Service<
  Fingerprints,
  {
    /** What the step's result depends on now; null where nothing is stated by which it could be known. */
    readonly of: (step: Step, context: StepContext) => Effect.Effect<Fingerprint | null>
    /** What the step left when it last passed; undefined where it did not, or what was kept is damaged. */
    readonly stored: (step: StepId) => Effect.Effect<Kept | undefined>
    /** `of`, `stored` and, where these agree, `verify`, in one answer. */
    readonly check: (step: Step, context: StepContext) => Effect.Effect<Checked>
    /** Before the step runs. */
    readonly forget: (step: StepId) => Effect.Effect<void, StateUnwritable>
    /** After it passed. Outputs among the inputs are taken out of them: what a step makes is no input of it. */
    readonly keep: (step: StepId, kept: Kept) => Effect.Effect<void, StateUnwritable>
    /** The files that a step's outputs mean now. */
    readonly outputs: (globs: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<OutputFile>>
    readonly verify: (outputs: ReadonlyArray<OutputFile>) => Effect.Effect<Damage>
    /** Looks at every file again from now on: after a wait, or when others have worked in the workspace. */
    readonly refresh: Effect.Effect<void>
  }
>()("@deputize/build-tools/fingerprint/Fingerprints") {
  static readonly layer = (options: FingerprintsOptions): Layer.Layer<Fingerprints> =>
    Layer.effect(
      Fingerprints,
      Effect.suspend(() => make(options))
    )
}

export interface Checked {
  readonly freshness: Freshness
  readonly fingerprint: Fingerprint | null
  readonly stored: Kept | undefined
}

// internal

const make = Effect.fnUntraced(function* ({ folder, workspace }: FingerprintsOptions) {
  const cache = openStatCache(join(folder, "stats.json"), workspace)
  yield* Effect.addFinalizer(() => Effect.sync(cache.save))
  let tree = openTree(workspace)
  let results = new Map<StepId, string>()
  const fileOf = (step: StepId) => join(folder, "fingerprints", fileNameOf(step))

  const look = (): void => {
    tree = openTree(workspace)
    results = new Map()
    cache.refresh()
  }

  const read = (step: StepId): Kept | undefined => {
    try {
      return decode(step, readFileSync(fileOf(step), "utf8"))
    } catch {
      return undefined
    }
  }

  const resultOfNeed = (step: StepId): string => {
    const known = results.get(step)
    if (known !== undefined) return known
    const kept = read(step)
    const result = kept === undefined ? "none" : resultOf(kept.fingerprint, kept.outputs)
    results.set(step, result)
    return result
  }

  const compute = (
    step: Step,
    { env, tools }: StepContext,
    kept: Kept | undefined
  ): Effect.Effect<Fingerprint | null> => {
    if (step.cache === "never" || (step.cache === "content" && step.inputs === null)) return Effect.succeed(null)
    const made = new Set(kept?.outputs.map(({ path }) => path))
    const own = parseGlobs(step.outputs)
    const paths = findFiles(tree, { globs: step.inputs, gitignore: true }).filter(
      (path) => !made.has(path) && (own.isExcluded(path) || !own.include.some((glob) => glob.matches(path)))
    )
    // What was not seen may have changed: without a fingerprint the step runs.
    if (tree.isPartial()) return Effect.succeed(null)
    const needs = Object.fromEntries(step.needs.map((need) => [need, resultOfNeed(need)]))
    return Effect.map(cache.states(paths), (states) => {
      const inputs = paths.flatMap((path) => {
        const state = states.get(path)
        return state === undefined ? [] : [[path, state.hash] as const]
      })
      return fingerprintOf(step, { workspace, env, tools, needs, inputs })
    })
  }

  const check = Effect.fnUntraced(function* (step: Step, context: StepContext) {
    const stored = read(step.id)
    const fingerprint = yield* compute(step, context, stored)
    const isUnchanged = fingerprint !== null && stored?.fingerprint?.hash === fingerprint.hash
    const damaged = isUnchanged ? yield* verify(cache, stored.outputs) : unharmed
    return { freshness: compare(stored, fingerprint, damaged), fingerprint, stored }
  })

  const write = (step: StepId, body: (file: string) => void) =>
    Effect.suspend(() => {
      const file = fileOf(step)
      look()
      try {
        body(file)
        return Effect.void
      } catch (thrown) {
        return Effect.fail(stateUnwritable(file, thrown))
      }
    })

  return Fingerprints.of({
    of: Effect.fn("Fingerprints.of")((step, context) => compute(step, context, read(step.id))),
    stored: (step) => Effect.sync(() => read(step)),
    check,
    forget: (step) => write(step, removeDurably),
    keep: (step, kept) => write(step, (file) => writeDurably(file, encode(step, withoutOwn(kept)))),
    outputs: (globs) =>
      Effect.suspend(() => {
        look()
        return manifest(tree, cache, globs)
      }),
    verify: (outputs) =>
      Effect.suspend(() => {
        look()
        return verify(cache, outputs)
      }),
    refresh: Effect.sync(look)
  })
})

const withoutOwn = (kept: Kept): Kept => {
  if (kept.fingerprint === null) return kept
  const made = new Set(kept.outputs.map(({ path }) => path))
  const inputs = Object.entries(kept.fingerprint.inputs).filter(([path]) => !made.has(path))
  return { ...kept, fingerprint: withInputs(kept.fingerprint, new Map(inputs)) }
}
