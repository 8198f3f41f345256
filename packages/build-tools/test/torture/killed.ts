/**
 * Builds that are killed: by themselves after a fact of their record, or by the test while they work.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import type { Step } from "../../src/pipeline/Pipeline.ts"
import type { Place } from "../runner/place.ts"

/** The facts that a build recorded until it died after so many of them; it ends by itself where there are fewer. */
export const killedAfter = (place: Place, steps: ReadonlyArray<Step>, facts: number) =>
  Effect.flatMap(startBuilding(place, steps, facts), (child) =>
    Effect.callback<ReadonlyArray<string>>((resume) => {
      let said = ""
      child.stdout?.on("data", (chunk: Buffer) => {
        said += chunk.toString()
      })
      child.once("close", () => resume(Effect.succeed(said.split("\n").slice(0, -1))))
    })
  ).pipe(Effect.scoped)

/** Works until its scope closes, by which it is killed. */
export const startBuilding = (place: Place, steps: ReadonlyArray<Step>, facts = 0) =>
  Effect.acquireRelease(
    Effect.sync((): ChildProcess => {
      const request = join(place.workspace, "..", `request-${facts}.json`)
      writeFileSync(request, JSON.stringify({ workspace: place.workspace, options: place.options, steps }))
      const script = fileURLToPath(new URL("./building.ts", import.meta.url))
      return spawn(process.execPath, ["--conditions=@deputize/source", script, request, String(facts)], {
        stdio: ["ignore", "pipe", "inherit"]
      })
    }),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )
