/**
 * How many jobs the machine has room for, and how tools are told so where the user has not told them.
 */
import { availableParallelism, freemem, totalmem } from "node:os"

export interface MachineSize {
  readonly cores: number
  /** What a process may use, also in a container. */
  readonly memoryBytes: number
}

export const machineSize = (): MachineSize => {
  const limit = process.constrainedMemory()
  const memory = totalmem()
  return { cores: availableParallelism(), memoryBytes: limit > 0 && limit < memory ? limit : memory }
}

/** Of what a process may use, what is free. */
export const freeMemory = (): number => process.availableMemory() || freemem()

/** At least one; a job is given a gibibyte, as compilers and linkers take it. Pure. */
export const jobsFor = (parallel: number | "auto", { cores, memoryBytes }: MachineSize): number =>
  parallel === "auto" ? Math.max(1, Math.min(cores, Math.floor(memoryBytes / bytesPerJob))) : Math.max(1, parallel)

/** For Cargo, CMake and make. Pure. */
export const jobVariables = (
  jobs: number,
  user: Readonly<Record<string, string>>
): Readonly<Record<string, string>> => ({
  ...unlessSet(user, "CARGO_BUILD_JOBS", String(jobs)),
  ...unlessSet(user, "CMAKE_BUILD_PARALLEL_LEVEL", String(jobs)),
  ...unlessSet(user, "MAKEFLAGS", `-j${jobs}`)
})

// internal

const bytesPerJob = 1024 ** 3

const unlessSet = (user: Readonly<Record<string, string>>, name: string, value: string) =>
  user[name] === undefined ? { [name]: value } : {}
