/**
 * How each planned task ended. Nx tells nothing of those that it leaves out, so they are worked out here: what needs a
 * task that did not pass is skipped, in the moment in which that is known.
 */
import type { HostEvent, PlannedTask } from "../HostMessage.ts"

export type Ended = Extract<HostEvent, { _tag: "Ended" }>

export class TaskEnds {
  readonly #ended = new Map<string, Ended["status"]>()
  readonly #dependants = new Map<string, Array<string>>()
  readonly #planned: ReadonlyArray<PlannedTask>
  readonly #tell: (event: Ended) => void

  constructor(planned: ReadonlyArray<PlannedTask>, tell: (event: Ended) => void) {
    this.#planned = planned
    this.#tell = tell
    for (const { id, dependsOn } of planned)
      for (const needed of dependsOn) {
        const dependants = this.#dependants.get(needed)
        if (dependants === undefined) this.#dependants.set(needed, [id])
        else dependants.push(id)
      }
  }

  /** Only the first end of a task counts. */
  end(task: string, status: string, ms: number): void {
    const waiting: Array<Ended> = [{ _tag: "Ended", task, status: statusOf(status), ms }]
    for (let event = waiting.pop(); event !== undefined; event = waiting.pop()) {
      if (this.#ended.has(event.task)) continue
      this.#ended.set(event.task, event.status)
      this.#tell(event)
      if (!isFailure(event.status)) continue
      for (const dependant of this.#dependants.get(event.task) ?? [])
        waiting.push({ _tag: "Ended", task: dependant, status: "skipped", ms: 0 })
    }
  }

  /** Planned, and not ended. */
  get open(): ReadonlyArray<string> {
    return this.#planned.flatMap(({ id }) => (this.#ended.has(id) ? [] : [id]))
  }

  get hasFailed(): boolean {
    return [...this.#ended.values()].some(isFailure)
  }
}

// internal

const isFailure = (status: Ended["status"]): boolean =>
  status === "failure" || status === "skipped" || status === "stopped"

/** A status that is not known is told as the worst that it can mean. */
const statusOf = (status: string): Ended["status"] => {
  switch (status) {
    case "success":
    case "skipped":
    case "stopped":
    case "local-cache":
    case "local-cache-kept-existing":
    case "remote-cache":
      return status
    default:
      return "failure"
  }
}
