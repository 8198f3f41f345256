/** Runs as they are seen from other processes: listed, followed, counted; and the surroundings that they need. */
import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { mkdir, readdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { makeRunId, rootPath } from "@deputize/core/domain/Ids"
import { Journal } from "@deputize/core/journal/Journal"
import { SqliteJournal } from "@deputize/core/journal/SqliteJournal"
import { type ProviderServer, startProviderServer } from "@deputize/core/testing/ProviderServer"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { costKinds } from "../../src/render/CostBy.ts"
import { StreamLine } from "../../src/render/StreamJson.ts"
import { ended, isRoot, makePlace, type Place, recordIn, said } from "./Cli.ts"
import { validatorOf } from "./Published.ts"

let place: Place
beforeEach(async () => {
  place = await makePlace({ "src/a.ts": "// TODO: x\n" })
})
afterEach(() => place.remove())

const delegate = ["delegate", "code-reviewer", "Find TODO comments"]
const key = "sk-secret-0123456789abcdef"

interface Listed {
  readonly run: string
  readonly state: string
  readonly agents: unknown
  readonly goal: string
}
const listed = async (): Promise<ReadonlyArray<Listed>> => JSON.parse((await place.run(["ps", "--json"])).stdout).runs

/** Resolves once the process has written `text` to standard output. */
const printed = (child: ChildProcess, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let heard = ""
    child.stdout?.on("data", (chunk: Buffer) => {
      heard += chunk.toString()
      if (heard.includes(text)) resolve()
    })
    child.on("close", () => reject(new Error(`it ended without printing "${text}": ${heard}`)))
  })

describe("a workspace without runs", () => {
  it("says so, and stays without a record", async () => {
    const ran = await Promise.all(["ps", "logs", "cost"].map((command) => place.run([command])))
    const stderr = `there are no runs in ${place.workspace} yet\n`
    expect(ran).toStrictEqual([1, 2, 3].map(() => ({ code: 0, stdout: "", stderr })))
    expect((await place.run(["doctor"])).code).toBe(0)
    expect(existsSync(join(place.home, ".local"))).toBe(false)
  })

  it("has no run of any name", async () => {
    const ran = await Promise.all(["logs", "cost"].map((command) => place.run([command, "r0abc"])))
    const stderr = 'there is no run "r0abc": this workspace has no runs yet\n  Choose another with -C.\n'
    expect(ran).toStrictEqual([1, 2].map(() => ({ code: 2, stdout: "", stderr })))
  })
})

describe("a run that has ended", () => {
  it("is told as data by the published schemas", async () => {
    await place.run(delegate)
    const { run } = JSON.parse((await place.run([...delegate, "--json"])).stdout)
    const told: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
      ["runs", ["ps"]],
      ["cost", ["cost"]],
      ["cost", ["cost", "--all"]],
      ...costKinds.map((kind) => ["cost", ["cost", "--by", kind]] as const),
      ["doctor", ["doctor"]],
      ["stop", ["stop", run]],
      ["rm", ["rm", run, "--yes"]]
    ]
    for (const [schema, command] of told) {
      const { stdout } = await place.run([...command, "--json"])
      const fits = await validatorOf(schema)
      expect([command, fits(JSON.parse(stdout)), fits.errors]).toStrictEqual([command, true, null])
      expect(fits({ ...JSON.parse(stdout), schema_version: 2 })).toBe(false)
    }
  })

  it("is listed, told and counted as its result says, and its record is left as it is", async () => {
    const result = JSON.parse((await place.run([...delegate, "--json"])).stdout)
    const folder = join(await recordIn(place.home), "..")
    const files = await readdir(folder)
    expect(await listed()).toStrictEqual([
      expect.objectContaining({
        run: result.run,
        state: "completed",
        agents: { done: 1, all: 1 },
        goal: "Find TODO comments"
      })
    ])
    const cost = JSON.parse((await place.run(["cost", "--json"])).stdout)
    const { total_tokens: _, ...usage } = result.usage
    expect(cost.usage).toStrictEqual({
      ...usage,
      requests: result.agents[0].turns,
      unknown_tokens: 0,
      charged_tokens: result.budget.tokens.used
    })
    const { code, stdout } = await place.run(["logs", result.run.slice(0, 9), "--agent", "code-reviewer"])
    expect({ code, last: stdout.trimEnd().split("\n").at(-1) }).toStrictEqual({
      code: 0,
      last: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d code-reviewer: completed, \d turns/)
    })
    expect(await readdir(folder)).toStrictEqual(files)
  })

  it("is the same lines of JSON afterwards as while it ran, but for the result", async () => {
    const { stdout } = await place.run([...delegate, "--output-format", "stream-json"])
    const [logged, asJson] = await Promise.all([
      place.run(["logs", "--output-format", "stream-json"]),
      place.run(["logs", "--json"])
    ])
    expect(logged.stdout).toBe(stdout.replace(/[^\n]*\n$/, ""))
    expect(asJson.stdout).toBe(logged.stdout)
    const lines = logged.stdout.trimEnd().split("\n")
    expect(lines.filter((line) => !Schema.is(StreamLine)(JSON.parse(line)))).toStrictEqual([])
  })

  it("is not taken for a lost one by attach where a version wrote it whose results cannot be read", async () => {
    await place.run(delegate)
    const run = makeRunId(Date.now(), 0.5)
    const event = (body: { readonly _tag: string; readonly status?: string }) => {
      return { namespace: "run", version: 1, path: rootPath, parent: null, body }
    }
    const written = Journal.use((journal) =>
      Effect.gen(function* () {
        yield* journal.open(run)
        yield* journal.append(run, [event({ _tag: "Started" }), event({ _tag: "Ended", status: "completed" })])
        yield* journal.close(run)
      })
    )
    await Effect.runPromise(Effect.provide(written, SqliteJournal.layer({ file: await recordIn(place.home) })))
    expect(await place.run(["attach", run, "-q"])).toStrictEqual({
      code: 1,
      stdout: "",
      stderr: `it has ended (completed), and its record is of a version whose results this one cannot read: deputize logs ${run} shows what happened\n`
    })
  })

  it("is removed once, however often it is named", async () => {
    await place.run(delegate)
    const [{ run = "" } = {}] = await listed()
    expect(await place.run(["rm", run, run.slice(0, 9), "--yes"])).toStrictEqual({
      code: 0,
      stdout: `${run}\n`,
      stderr: ""
    })
    const { code, stderr, stdout } = await place.run(["rm", "--older-than", "1d", "--json"])
    expect({ code, stderr, removed: JSON.parse(stdout) }).toStrictEqual({
      code: 0,
      stderr: "there is nothing to remove\n",
      removed: { schema_version: 1, removed: [] }
    })
  })

  it("is named when another one is asked for", async () => {
    await place.run(delegate)
    const [{ run = "" } = {}] = await listed()
    const { code, stderr } = await place.run(["logs", `${run.slice(0, -1)}_`])
    expect({ code, hint: stderr.split("\n")[1] }).toStrictEqual({ code: 2, hint: `  Did you mean ${run}?` })
    const other = await place.run(["logs", "--agent", "nobody"])
    expect({ code: other.code, hint: other.stderr.split("\n")[1] }).toStrictEqual({
      code: 2,
      hint: "  It has /root/code-reviewer."
    })
  })
})

describe("a run of another process", () => {
  let server: ProviderServer
  let answer = (): void => undefined
  let online: Record<string, string>
  beforeEach(async () => {
    const asked = new Promise<void>((resolve) => {
      answer = resolve
    })
    server = await startProviderServer(async () => {
      await asked
      return { text: "Nothing to be found." }
    })
    online = { OPENAI_API_KEY: key, OPENAI_BASE_URL: server.url }
  })
  afterEach(async () => {
    answer()
    await server.close()
  })

  /** A run that waits for its provider. */
  const waiting = async () => {
    const child = place.start(delegate, { env: online })
    await said(child, "code-reviewer: started")
    return child
  }

  it("is running until it ends, and is followed until then", async () => {
    const child = await waiting()
    const run = ended(child)
    expect((await listed()).map(({ state }) => state)).toStrictEqual(["running"])
    const follower = place.start(["logs", "-f"])
    const log = ended(follower)
    await printed(follower, "tokens reserved")
    answer()
    expect((await run).code).toBe(0)
    const { code, stderr, stdout } = await log
    expect({ code, stderr, last: stdout.trimEnd().split("\n").at(-1) }).toStrictEqual({
      code: 0,
      stderr: "",
      last: expect.stringMatching(/ run: completed, /)
    })
    expect((await listed()).map(({ state }) => state)).toStrictEqual(["completed"])
  })

  it("goes on when nobody follows it any more", async () => {
    const child = await waiting()
    const run = ended(child)
    const follower = place.start(["logs", "-f"])
    const log = ended(follower)
    await printed(follower, "tokens reserved")
    follower.kill("SIGINT")
    expect((await log).code).toBe(130)
    answer()
    expect((await run).code).toBe(0)
  })

  it("ends its log with the next event when nobody reads it any more, and goes on", async () => {
    const child = await waiting()
    const run = ended(child)
    const follower = place.start(["logs", "-f"])
    const log = ended(follower)
    await printed(follower, "tokens reserved")
    follower.stdout?.destroy()
    const [{ run: id = "" } = {}] = await listed()
    expect((await place.run(["send", id, "Look for FIXME as well"])).code).toBe(0)
    const { code, stderr } = await log
    const states = (await listed()).map(({ state }) => state)
    expect({ code, stderr, states }).toStrictEqual({ code: 0, stderr: "", states: ["running"] })
    answer()
    expect((await run).code).toBe(0)
  })

  it("is lost when its process was killed, which ends its log", async () => {
    const child = await waiting()
    const follower = place.start(["logs", "-f"])
    const log = ended(follower)
    await printed(follower, "tokens reserved")
    child.kill("SIGKILL")
    await once(child, "close")
    const { code, stderr } = await log
    const lost = { code: 0, stderr: "the run has no end on record, and its process is gone\n" }
    expect({ code, stderr }).toStrictEqual(lost)
    expect((await listed()).map(({ state }) => state)).toStrictEqual(["lost"])
    expect(await place.run(["logs"])).toMatchObject(lost)
    expect((await place.run(["cost"])).stdout).toContain("1 request had no answer yet when the process was gone")
  })

  it("can be started where the doctor finds the provider, whose key it never shows", async () => {
    const [text, json] = await Promise.all([
      place.run(["doctor"], { env: online }),
      place.run(["doctor", "--json"], { env: online })
    ])
    expect([text.code, json.code, JSON.parse(json.stdout).ok]).toStrictEqual([0, 0, true])
    expect(text.stdout).toContain(`${new URL(server.url).hostname} port ${new URL(server.url).port} answers`)
    expect(text.stdout).toContain("OPENAI_API_KEY is set")
    expect([text, json].filter(({ stderr, stdout }) => `${stdout}${stderr}`.includes(key))).toStrictEqual([])
    expect(server.requests).toStrictEqual([])
  })
})

interface Finding {
  readonly name: string
  readonly status: string
}
const problemsIn = async (...[args, options]: Parameters<Place["run"]>) => {
  const { code, stdout } = await place.run([...args, "--json"], options)
  const { findings }: { findings: ReadonlyArray<Finding> } = JSON.parse(stdout)
  return { code, problems: findings.filter(({ status }) => status === "problem").map(({ name }) => name) }
}

describe("the doctor", () => {
  it("ends with 2 where a key is missing, a server is not there, or a file cannot be read", async () => {
    const config = join(place.home, "config")
    await mkdir(join(config, "deputize"), { recursive: true })
    await writeFile(join(config, "deputize", "config.yaml"), "providers: 7\n")
    const found = [
      await problemsIn(["doctor"], { env: { DEPUTIZE_PROVIDER: "openai" } }),
      await problemsIn(["doctor"], { env: { OPENAI_API_KEY: key, OPENAI_BASE_URL: "http://127.0.0.1:9/v1" } }),
      await problemsIn(["doctor"], { env: { DEPUTIZE_HOME: "/dev/null/deputize" } }),
      await problemsIn(["doctor"], { env: { XDG_CONFIG_HOME: config } })
    ]
    expect(found).toStrictEqual([
      { code: 2, problems: ["provider"] },
      { code: 2, problems: ["connection"] },
      { code: 2, problems: ["state folder"] },
      { code: 2, problems: ["config"] }
    ])
  })

  it.runIf(isRoot)("finds a folder that the user may not write to", async () => {
    expect(await problemsIn(["doctor"], { as: 65_534, env: { XDG_STATE_HOME: place.home } })).toStrictEqual({
      code: 2,
      problems: ["state folder"]
    })
  })
})
