/** A run that is cancelled, or stopped by an order, while checks of the merged tree run: taken up again, it merges. */
import * as fs from "node:fs"
import * as path from "node:path"
import { AgentLoader } from "@deputize/core/definition/AgentLoader"
import { Limits } from "@deputize/core/domain/Limits"
import type { ToolCall } from "@deputize/core/domain/Message"
import { Journal } from "@deputize/core/journal/Journal"
import { Runtime } from "@deputize/core/runtime/Runtime"
import * as ScriptedModel from "@deputize/core/testing/ScriptedModel"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { sharedCounter } from "../budget/sharedCounter.ts"
import { asked, rig, services, writer } from "./fixture.ts"

let calls = 0
const writing = (file: string, content: string): ToolCall => ({
  id: `c${++calls}`,
  name: "write_file",
  args: JSON.stringify({ path: file, content })
})
const roomy = { limits: new Limits({ tokens: 400_000 }) }
const setting = Effect.gen(function* () {
  const files = yield* rig((rig) => {
    rig.write("a.txt", "a\n")
    rig.commit("first")
  })
  const [flag, go] = [path.join(files.base, "FLAG"), path.join(files.base, "GO")]
  const command = `if test -e one.txt && test -e two.txt; then touch ${flag}; test -e ${go} || sleep 20; fi`
  const script: Parameters<typeof ScriptedModel.layer>[0] = ({ brief, messages }) =>
    messages.some(({ _tag }) => _tag === "Assistant")
      ? { text: "done" }
      : { calls: [writing(`${brief.agent}.txt`, "x\n")] }
  const live = Runtime.layer.pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        services(files),
        sharedCounter,
        ScriptedModel.layer(script),
        AgentLoader.layer({ workspace: files.root, home: path.join(files.base, "nobody") })
      )
    )
  )
  const request = {
    workspace: files.root,
    agents: [asked(writer("one", roomy)), asked(writer("two", roomy))],
    isolation: "worktree" as const,
    checks: { commands: [command], environment: { PATH: process.env["PATH"] ?? "" } }
  }
  const checking = Effect.gen(function* () {
    while (!fs.existsSync(flag)) yield* Effect.sleep("50 millis")
  })
  return { files, live, request, checking, go }
})
it.live(
  "cancelled in the midst of the checks",
  () =>
    Effect.gen(function* () {
      const { checking, files, go, live, request } = yield* setting
      yield* Effect.gen(function* () {
        const runtime = yield* Runtime
        const run = yield* Effect.scoped(
          Effect.gen(function* () {
            const handle = yield* runtime.start(request)
            yield* checking
            const cut = yield* handle.cancel
            expect(cut.merges?.merges.map(({ status }) => status)).toStrictEqual(["merged", "kept"])
            expect(cut.status).not.toBe("completed")
            return handle.run
          })
        )
        fs.writeFileSync(go, "")
        const again = yield* Effect.scoped(
          Effect.flatMap(runtime.resume(run, { environment: { PATH: process.env["PATH"] ?? "" } }), ({ wait }) => wait)
        )
        expect(again.merges?.merges.map(({ status }) => status)).toStrictEqual(["merged", "merged"])
        expect(files.read("two.txt")).toBe("x\n")
      }).pipe(Effect.provide(live))
    }),
  60_000
)
it.live(
  "stopped by an order in the midst of the checks",
  () =>
    Effect.gen(function* () {
      const { checking, live, request } = yield* setting
      yield* Effect.scoped(
        Effect.gen(function* () {
          const runtime = yield* Runtime
          const handle = yield* runtime.start(request)
          yield* checking
          yield* (yield* Journal).post(handle.run, { _tag: "Stop" })
          const before = Date.now()
          yield* handle.wait
          expect(Date.now() - before).toBeLessThan(5_000)
        })
      ).pipe(Effect.provide(live))
    }),
  60_000
)
