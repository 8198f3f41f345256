/**
 * The adversary of the race: swaps folders and files of a workspace with links that lead out of it, as fast as rename
 * goes, until it is told to stop.
 */
import * as fs from "node:fs"
import { workerData } from "node:worker_threads"

interface Task {
  readonly root: string
  /** What to swap, relative to the root; beside each `name` stands a link `name.link` that leads out. */
  readonly names: ReadonlyArray<string>
  /** [0]: stop when not 0. [1]: how many swaps were done. */
  readonly control: SharedArrayBuffer
}

const { control, names, root }: Task = workerData
const state = new Int32Array(control)

while (Atomics.load(state, 0) === 0) {
  for (const name of names) {
    const place = `${root}/${name}`
    fs.renameSync(place, `${place}.real`)
    fs.renameSync(`${place}.link`, place)
    fs.renameSync(place, `${place}.link`)
    fs.renameSync(`${place}.real`, place)
    Atomics.add(state, 1, 1)
  }
}
