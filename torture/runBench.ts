/**
 * What all tortures of runs begin with: the bundled workload, and what a run leaves that nobody has disturbed.
 */
import type { Broken } from "./runBroken.ts"
import { bundleWorkload } from "./runBundle.ts"
import { leftInState, type RunPlace, treeOf, withRunPlace } from "./runPlace.ts"
import { knownOf, recordOf } from "./runRecord.ts"
import { orphansIn, startWorker } from "./runRunner.ts"
import { type Base, few, type Story, trueInTheEnd } from "./runTruth.ts"
import { requestName, startWitness, type Witness } from "./runWitness.ts"
import type { Orders } from "./runWorkload.ts"

export interface Bench {
  /** The bundled workload. */
  readonly program: string
  readonly bases: Readonly<Record<Orders["wire"], Base>>
  /** Tokens that a run costs where no death costs any. */
  readonly needs: Readonly<Record<Orders["wire"], number>>
  /** Given to every process. */
  readonly more: Partial<Orders>
}

/** How one run is done. */
export interface Choice extends Pick<Orders, "wire" | "tokens" | "maxParallel" | "onUnknown"> {
  /** Its tokens may not do: then it ends at its limit, and other files are there than after a whole run. */
  readonly isTight: boolean
  /** Tokens that it gets each time that it has ended at its limit, until it is complete. */
  readonly more?: number
  /** It gets them before it comes to its limit as well: whenever a process would begin with fewer than these. */
  readonly least?: number
}

/** Tokens enough for a run with all that deaths cost. */
export const ampleTokens = 20_000_000

export const usual: Choice = { wire: "chat", tokens: ampleTokens, maxParallel: 9, onUnknown: "ask", isTight: false }

/** The models are whole in the unkilled runs, whichever one is broken afterwards. */
export const prepareBench = async (broken: Broken | null): Promise<Bench> => {
  const program = await bundleWorkload()
  const more = broken === null ? {} : { broken }
  const [chat, responses] = await Promise.all([baseOf(program, "chat"), baseOf(program, "responses")])
  const bases = { chat: chat.base, responses: responses.base }
  return { program, more, bases, needs: { chat: chat.need, responses: responses.need } }
}

export const ordersOf = (place: RunPlace, witness: Witness, more: Partial<Orders> = {}): Orders => {
  const { workspace, state } = place
  const { modelUrl, toolUrl } = witness
  const { maxParallel, onUnknown, tokens, wire } = usual
  return {
    workspace,
    state,
    modelUrl,
    toolUrl,
    maxParallel,
    onUnknown,
    tokens,
    wire,
    run: null,
    from: 0,
    process: 1,
    ...more
  }
}

// internal

const baseOf = (program: string, wire: Orders["wire"]): Promise<{ readonly base: Base; readonly need: number }> =>
  withRunPlace(async (place) => {
    const witness = await startWitness(`${place.base}/effects`)
    try {
      const { acks, end, ms, refused, stderr } = await startWorker(program, ordersOf(place, witness, { wire })).ended
      const known = knownOf((await recordOf(place)).events)
      const summaries = witness.requests.filter(({ isSummary }) => isSummary).length
      const base = {
        tree: treeOf(place.workspace),
        state: leftInState(place),
        ends: known.ends,
        acks: acks.length,
        summaries,
        ms
      }
      const story: Story = {
        place,
        witness,
        acks: [...acks],
        deaths: [],
        tokens: ampleTokens,
        onUnknown: "ask",
        run: null,
        loss: "none"
      }
      const asked = new Set(witness.requests.map(requestName))
      const problems = [
        ...(end?.status === "completed" ? [] : [`it ended as ${end?.status}: ${refused ?? stderr}`]),
        ...(end?.errors ?? []),
        ...(await trueInTheEnd(story, base)),
        // Else a request that is sent twice would not be seen.
        ...[...asked].filter((turn) => !known.turns.has(turn)).map((turn) => `${turn} was asked, and is not on record`),
        ...[...known.turns].filter((turn) => !asked.has(turn)).map((turn) => `${turn} is on record, and was not asked`),
        ...(summaries < 2 ? [`conversations were summed up ${summaries} times`] : []),
        ...(await orphansIn(place))
      ]
      if (problems.length > 0) throw new Error(["the run that nobody disturbs:", ...few(problems)].join("\n"))
      return { base, need: known.charged }
    } finally {
      await witness.close()
    }
  })
