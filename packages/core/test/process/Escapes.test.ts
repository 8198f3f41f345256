import { spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { Escapes } from "@deputize/core/process/Escapes"
import { describe, expect, it } from "vitest"
import { isRunning } from "./looks.ts"

/** Whoever carries a marker is ended: those of tests must be nobody else's. */
const unique = randomUUID()

const named = (gone: Array<string>, marker: string, mayWait: boolean) => ({
  marker: `${unique}-${marker}`,
  mayWait,
  onGone: () => void gone.push(marker)
})

describe.runIf(process.platform === "linux")("the search for what left its group", () => {
  it("is one for all that end together", async () => {
    const gone: Array<string> = []
    const escapes = new Escapes()
    const searches = ["a", "b", "c"].map((marker) => escapes.end(named(gone, marker, true)))
    expect(gone).toStrictEqual([])
    await searches[0]
    expect(gone).toStrictEqual(["a", "b", "c"])
  })

  it("waits for the next one where it is dear, for what ended well", async () => {
    const gone: Array<string> = []
    const escapes = new Escapes(-1)
    await escapes.end(named(gone, "well", true))
    expect(gone).toStrictEqual([])
    await escapes.end(named(gone, "badly", false))
    expect(gone).toStrictEqual(["well", "badly"])
    await escapes.end(named(gone, "at last", true))
    await escapes.flush()
    expect(gone).toStrictEqual(["well", "badly", "at last"])
  })

  it("ends who carries the marker, and nobody else", async () => {
    const children = ["1", "2", "10"].map((marker) =>
      spawn("/bin/sleep", ["600"], {
        env: { DEPUTIZE_PROCESS: `${unique}-${marker}` },
        stdio: "ignore",
        detached: true
      })
    )
    await new Escapes().end(named([], "1", false))
    const running = children.map(({ pid = 0 }) => isRunning(pid))
    for (const child of children) child.kill("SIGKILL")
    expect(running).toStrictEqual([false, true, true])
  })
})
