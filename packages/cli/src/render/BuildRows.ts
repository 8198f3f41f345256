/**
 * A build as lines that fit a terminal of any size: one for each step at work, then one for the whole. Pure.
 *
 * Steps that have ended scroll away above (BuildLines.ts). Where more steps are at work than there are lines, a line
 * counts the others. No line is wider than asked: what a tool says gives way to the figures, and those to the titles.
 */
import type { BuildView, StepView } from "./BuildProgress.ts"
import { plural, seconds } from "./Figures.ts"
import type { Room } from "./Screen.ts"
import { compose, dim, type Segment } from "./Segments.ts"
import type { Style } from "./Style.ts"
import { cutTo, oneLine, padTo, widthOf } from "./Width.ts"

/** The lines to show at `now`, in milliseconds since 1970. */
export const buildRows = (view: BuildView, now: number, room: Room, style: Style): ReadonlyArray<string> => {
  if (room.rows < 1 || room.columns < 1) return []
  if (view.startedAt === null) return waitingRows(view, now, room, style)
  const working = view.steps.filter(isWorking)
  const lines = room.rows - 1
  const isCounted = working.length > lines && lines > 1
  const shown = working.slice(0, isCounted ? lines - 1 : lines)
  const more = working.length - shown.length
  return [
    ...stepRows(view, shown, now, room.columns, style),
    ...(isCounted ? [compose([dim(`and ${more} more at work`)], room.columns, style)] : []),
    compose(whole(view, now, room.columns, style), room.columns, style)
  ]
}

/** `[2/12]`, as wide for every step of a build. */
export const placeText = (view: BuildView, id: string): string => {
  const all = String(view.steps.length)
  const place = view.places.get(id)
  return `[${place === undefined ? "-" : String(place + 1).padStart(all.length)}/${all}]`
}

// internal

/** Columns from which a part has its place. */
const roomFor = { bar: 72, tail: 50 }
const barColumns = 10
const wholeBarColumns = 20
const turnMs = 120

const isWorking = ({ state }: StepView): boolean => state._tag === "Running" || state._tag === "Retrying"

const waitingRows = ({ waitingFor }: BuildView, now: number, room: Room, style: Style): ReadonlyArray<string> => {
  if (waitingFor === null) return []
  const since = `process ${waitingFor.pid} has been building here for ${seconds(now - waitingFor.since)}`
  const mark: Segment = { text: turning(now, style), colour: "cyan" }
  return [compose([mark, { text: " waiting: " }, dim(since)], room.columns, style)]
}

const turning = (now: number, { marks }: Style): string =>
  marks.turning[Math.floor(now / turnMs) % marks.turning.length] ?? marks.running

const stepRows = (
  view: BuildView,
  steps: ReadonlyArray<StepView>,
  now: number,
  columns: number,
  style: Style
): ReadonlyArray<string> => {
  const titles = steps.map(({ title }) => oneLine(title))
  const titleColumns = Math.min(widest(titles), Math.max(8, Math.floor(columns * 0.3)))
  const bars = steps.map(({ tasks }) => (columns >= roomFor.bar && tasks.total > 0 ? tasks : null))
  const counts = bars.map((tasks) => (tasks === null ? "" : `${tasks.done}/${tasks.total}`))
  const barsColumns = widest(counts) === 0 ? 0 : barColumns + 2 + widest(counts) + 2
  const clocks = steps.map(({ state }) => ("since" in state ? seconds(now - state.since) : ""))
  const clockColumns = widest(clocks)
  return steps.map((step, index) => {
    const tasks = bars[index] ?? null
    const bar: ReadonlyArray<Segment> =
      tasks === null
        ? [{ text: " ".repeat(barsColumns) }]
        : [
            ...barOf(tasks.done / tasks.total, barColumns, style),
            dim(padTo(`  ${counts[index] ?? ""}`, barsColumns - barColumns))
          ]
    const left: ReadonlyArray<Segment> = [
      markOf(step, now, style),
      dim(` ${placeText(view, step.id)} `),
      { text: `${padTo(cutTo(titles[index] ?? "", titleColumns, style.marks.more), titleColumns)}  ` },
      ...bar,
      dim(`${" ".repeat(clockColumns - widthOf(clocks[index] ?? ""))}${clocks[index] ?? ""}`)
    ]
    const said = columns >= roomFor.tail || step.state._tag === "Retrying" ? saying(step, now) : []
    return compose([...left, ...(said.length === 0 ? [] : [{ text: "  " }, ...said])], columns, style)
  })
}

const widest = (texts: ReadonlyArray<string>): number => texts.reduce((most, text) => Math.max(most, widthOf(text)), 0)

const markOf = ({ state }: StepView, now: number, style: Style): Segment =>
  state._tag === "Retrying"
    ? { text: style.marks.stopped, colour: "yellow" }
    : { text: turning(now, style), colour: "cyan" }

/** What it waits for, or what its tool said last. */
const saying = ({ mostTries, state, tasks, tries }: StepView, now: number): ReadonlyArray<Segment> => {
  const of = mostTries === null ? "" : ` of ${mostTries}`
  if (state._tag === "Retrying") {
    const left = Math.max(0, state.until - now) / 1000
    return [{ text: `try ${tries + 1}${of} in ${left.toFixed(1)} s: ${oneLine(state.problem)}`, colour: "yellow" }]
  }
  if (state._tag !== "Running") return []
  const again: ReadonlyArray<Segment> = tries > 1 ? [{ text: `try ${tries}${of}  `, colour: "yellow" }] : []
  if (state.silentSince !== null) {
    return [...again, { text: `no output for ${seconds(now - state.silentSince)}`, colour: "yellow" }]
  }
  const tail = state.tail === "" ? tasks.running.join(", ") : state.tail
  return tail === "" ? again : [...again, dim(oneLine(tail))]
}

/** `bar  3/12 steps · 1 min 5 s · about 40 s left · 1 failed` */
const whole = (view: BuildView, now: number, columns: number, style: Style): ReadonlyArray<Segment> => {
  const { steps } = view
  const ended = steps.flatMap(({ state }) => (state._tag === "Ended" ? [state.outcome._tag] : []))
  const of = (...tags: ReadonlyArray<string>) => ended.filter((tag) => tags.includes(tag)).length
  const tasks = steps.reduce((sum, step) => sum + step.tasks.cached, 0)
  const cached = of("UpToDate", "Adopted", "Resumed")
  const failed = of("Failed")
  const facts = [
    `${ended.length}/${plural(steps.length, "step")}`,
    seconds(now - (view.startedAt ?? now)),
    ...leftText(view, now),
    ...(cached === 0 ? [] : [`${cached} up to date`]),
    ...(tasks === 0 ? [] : [`${plural(tasks, "task")} cached`])
  ]
  const separator = ` ${style.marks.separator} `
  const bar = columns >= roomFor.bar ? barOf(shareDone(steps), wholeBarColumns, style) : []
  return [
    ...bar,
    dim(`${bar.length === 0 ? "" : "  "}${facts.join(separator)}`),
    ...(failed === 0 ? [] : [dim(separator), { text: `${failed} failed`, colour: "red" as const }])
  ]
}

/** Steps of tasks count by their part. */
const shareDone = (steps: ReadonlyArray<StepView>): number =>
  steps.length === 0
    ? 0
    : steps.reduce(
        (sum, { state, tasks }) =>
          sum + (state._tag === "Ended" ? 1 : tasks.total === 0 ? 0 : Math.min(1, tasks.done / tasks.total)),
        0
      ) / steps.length

const leftText = ({ remaining }: BuildView, now: number): ReadonlyArray<string> => {
  if (remaining === null) return []
  const left = remaining.ms - (now - remaining.at)
  // It takes longer than it used to: what is left is not known any more.
  return left < 1_000 ? [] : [`about ${seconds(left)} left`]
}

/** Full only for all of it. */
const barOf = (share: number, columns: number, { marks }: Style): ReadonlyArray<Segment> => {
  const full = share >= 1 ? columns : Math.min(columns - 1, Math.ceil(share * columns))
  return [{ text: marks.full.repeat(full), colour: "green" }, dim(marks.empty.repeat(columns - full))]
}
