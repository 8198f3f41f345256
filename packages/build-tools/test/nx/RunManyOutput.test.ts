import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { runManyOutput } from "../../src/nx/RunManyOutput.ts"

const printed = `
 NX   Running target build for 4 projects:

- lib

\u001b[2m> \u001b[22mnx run lib:build  \u001b[2m[local cache]\u001b[22m

from before
> nx run unknown:build
> nx run app:build

done

> nx run bad:build:production

- app:build
no luck

 NX   Running target build for 4 projects failed

Tasks not run because their dependencies failed:

- page:build

Failed tasks:

- bad:build:production

`
const planned = new Set(["lib:build", "app:build", "bad:build:production", "page:build"])

const ended = (task: string, status: string) => ({ _tag: "Ended", task, status, ms: 0 })

const endOfRun = [
  ended("app:build", "success"),
  ended("bad:build:production", "failure"),
  ended("page:build", "skipped")
]

describe("runManyOutput", () => {
  it("tells whose output is whose, believes only in planned tasks, and finds the failed ones at the end", () => {
    const output = runManyOutput(planned)
    expect(output.push(printed)).toStrictEqual([
      { _tag: "Output", task: null, text: "\n NX   Running target build for 4 projects:\n\n- lib\n\n" },
      { _tag: "Started", task: "lib:build" },
      ended("lib:build", "local-cache"),
      { _tag: "Output", task: "lib:build", text: "\nfrom before\n> nx run unknown:build\n" },
      { _tag: "Started", task: "app:build" },
      { _tag: "Output", task: "app:build", text: "\ndone\n\n" },
      { _tag: "Started", task: "bad:build:production" },
      { _tag: "Output", task: "bad:build:production", text: "\n- app:build\nno luck\n\n" },
      {
        _tag: "Output",
        task: null,
        text: printed.slice(printed.indexOf(" NX   Running target build for 4 projects failed"))
      }
    ])
    expect(output.end({ exitCode: 1, report: null })).toStrictEqual(endOfRun)
  })

  it("believes the run's own report before what was printed", () => {
    const output = runManyOutput(planned)
    output.push(printed)
    const report = new Map([["app:build", { status: "remote-cache" as const, ms: 7 }]])
    expect(output.end({ exitCode: 1, report })).toStrictEqual([
      { _tag: "Ended", task: "app:build", status: "remote-cache", ms: 7 },
      ...endOfRun.slice(1)
    ])
  })

  it("counts what was printed, and not listed, by the exit code", () => {
    const ends = (exitCode: number) => {
      const output = runManyOutput(new Set(["a:b", "c:d"]))
      output.push("> nx run a:b\n\nx\n")
      return output.end({ exitCode, report: null }).map(({ status }) => status)
    }
    expect([ends(0), ends(1)]).toStrictEqual([
      ["success", "success"],
      ["failure", "skipped"]
    ])
  })

  it.effect.prop("comes to the same wherever the text is cut", [Schema.Array(Schema.Int)], ([cuts]) =>
    Effect.sync(() => {
      const output = runManyOutput(planned)
      const places = [...new Set(cuts.map((cut) => Math.abs(cut) % printed.length))].sort((a, b) => a - b)
      const events = [0, ...places].flatMap((from, index) =>
        output.push(printed.slice(from, places[index] ?? printed.length))
      )
      const texts = events.flatMap((event) => (event._tag === "Output" ? [event.text] : []))
      const heads = events.filter(({ _tag }) => _tag !== "Output")
      expect(heads).toStrictEqual([
        { _tag: "Started", task: "lib:build" },
        ended("lib:build", "local-cache"),
        { _tag: "Started", task: "app:build" },
        { _tag: "Started", task: "bad:build:production" }
      ])
      expect(texts.join("").replace(/\n/g, "")).toBe(
        printed
          .split("\n")
          .filter((line) => !/nx run (lib|app|bad)/.test(line))
          .join("")
      )
      expect(output.end({ exitCode: 1, report: null })).toStrictEqual(endOfRun)
    })
  )
})
