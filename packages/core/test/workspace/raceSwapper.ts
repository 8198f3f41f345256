/**
 * The adversary of the race: swaps folders and files of a workspace with links that lead out of it, as fast as rename
 * goes, until it is told to stop.
 */
import * as fs from "node:fs"
import { workerData } from "node:worker_threads"

interface Task {
  readonly root: string
  /** What to swap, relative to the root, and where the link that takes its place leads. */
  readonly swaps: ReadonlyArray<readonly [name: string, target: string]>
  /** [0]: stop when not 0. [1]: how many swaps were done. */
  readonly control: SharedArrayBuffer
}

const { control, root, swaps }: Task = workerData
const state = new Int32Array(control)
const isOver = () => Atomics.load(state, 0) !== 0

/** Whoever writes may have made something in the moment in which the name was free, or removed what had it. */
const put = (from: string, to: string): void => {
  while (!isOver()) {
    try {
      fs.renameSync(from, to)
      return
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return
      clear(to)
    }
  }
}

const clear = (path: string): void => {
  try {
    fs.rmSync(path, { recursive: true, force: true })
  } catch {
    // Something was put into it meanwhile: again.
  }
}

/** A link that somebody has replaced or removed is laid again. */
const lay = (link: string, target: string): void => {
  if (fs.lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) return
  clear(link)
  fs.symlinkSync(target, link)
}

while (!isOver()) {
  for (const [name, target] of swaps) {
    const place = `${root}/${name}`
    const link = `${place}.link`
    lay(link, target)
    put(place, `${place}.real`)
    put(link, place)
    put(place, link)
    put(`${place}.real`, place)
    Atomics.add(state, 1, 1)
  }
}
