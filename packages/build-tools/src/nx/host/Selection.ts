/**
 * Which tasks a request means: the projects by name, tag, folder or glob as `nx run-many` takes them, and what they need.
 */
import type { HostOutcome, HostRequest, PlannedTask } from "../HostMessage.ts"
import type { NxModules, NxProjectGraph, NxTaskGraph } from "./NxModules.ts"

export interface Selection {
  readonly _tag: "Selected"
  readonly taskGraph: NxTaskGraph
  readonly planned: ReadonlyArray<PlannedTask>
}

export const select = (nx: NxModules, request: HostRequest, graph: NxProjectGraph): Selection | HostOutcome => {
  const { targets, projects, configuration } = request
  const able = Object.values(graph.nodes).filter(({ data }) =>
    targets.some((target) => data.targets?.[target] !== undefined)
  )
  if (able.length === 0) return { _tag: "NoTarget", targets, known: targetsOf(graph) }
  const names = able.map(({ name }) => name)
  if (projects !== null) {
    const unknown = projects.filter((pattern) => nx.matching.findMatchingProjects([pattern], graph.nodes).length === 0)
    if (unknown.length > 0) return { _tag: "NoProject", names: unknown, known: Object.keys(graph.nodes) }
  }
  const asked = projects === null ? names : nx.matching.findMatchingProjects([...projects], graph.nodes)
  const chosen = names.filter((name) => asked.includes(name))
  if (chosen.length === 0) return { _tag: "NoTarget", targets, known: targetsOf(graph) }
  const taskGraph = nx.taskGraph.createTaskGraph(
    graph,
    {},
    chosen,
    targets,
    configuration ?? undefined,
    { __overrides_unparsed__: [] },
    false
  )
  const odd = oddity(taskGraph)
  if (odd !== undefined) return { _tag: "Unsupported", why: `Nx ${nx.version} has ${odd}` }
  const path = nx.cycles.findCycle(taskGraph)
  if (path !== null) return { _tag: "Cycle", path }
  return { _tag: "Selected", taskGraph, planned: plannedOf(taskGraph) }
}

// internal

const targetsOf = (graph: NxProjectGraph): ReadonlyArray<string> => [
  ...new Set(Object.values(graph.nodes).flatMap(({ data }) => Object.keys(data.targets ?? {})))
]

/** Nx promises no shape: what is read here is looked at first, in all of its tasks. */
const oddity = ({ tasks, dependencies }: NxTaskGraph): string | undefined => {
  for (const [id, task] of Object.entries(tasks)) {
    if (!Array.isArray(task.outputs)) return "a task without outputs"
    if (typeof task.target?.project !== "string") return "a task without a project"
    const edges = dependencies[id]
    if (!Array.isArray(edges) || edges.some((edge) => typeof edge?.id !== "string"))
      return "a task graph of another shape"
  }
  return undefined
}

const plannedOf = ({ tasks, dependencies }: NxTaskGraph): ReadonlyArray<PlannedTask> =>
  Object.entries(tasks).map(([id, { outputs }]) => ({
    id,
    outputs,
    dependsOn: (dependencies[id] ?? []).map((edge) => edge.id)
  }))
