import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { AgentLoader } from "../../src/definition/AgentLoader.ts"
import { type CachedPlace, type Known, openCache } from "../../src/definition/DefinitionCache.ts"
import { DefinitionError } from "../../src/definition/DefinitionError.ts"

const base = realpathSync(mkdtempSync(join(tmpdir(), "deputize-cache-")))
afterAll(() => rmSync(base, { recursive: true, force: true }))

let places = 0

const place = (files: Readonly<Record<string, string>> = {}) => {
  const root = join(base, String(++places))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const cache = { folder: join(root, "cache", "definitions"), version: "1" }
  return { root, workspace: join(root, "ws"), home: join(root, "home"), cache }
}

type At = ReturnType<typeof place>

const filesIn = (at: At) => readdirSync(at.cache.folder).map((name) => join(at.cache.folder, name))

const broken = new DefinitionError({
  file: "shown/x.yaml",
  line: 2,
  column: 3,
  field: "goal",
  problem: "is odd",
  fix: "Mend it."
})
const known = (description: string): Known => ({
  name: "a",
  description,
  warnings: [{ line: 1, column: 1, field: "a", problem: "unknown" }],
  parsed: { facts: { name: "a", extra: { x: [1] } } }
})

const get = (cache: CachedPlace, text: string, file = "x.yaml") => cache.get(file, `shown/${file}`, text)

describe("the cache of a place", () => {
  it("gives back what was put into it, to another process too", () => {
    const { cache } = place()
    const first = openCache(cache, "/ws/.codex/agents")
    first.put("x.yaml", "one", known("d"))
    first.put("y.yaml", "two", { ...known(""), name: null, parsed: broken })
    first.save()
    const second = openCache(cache, "/ws/.codex/agents")
    expect(get(second, "one")).toStrictEqual(known("d"))
    // The file is called what who asks calls it.
    expect(second.get("y.yaml", "~/y.yaml", "two")).toStrictEqual({
      ...known(""),
      name: null,
      parsed: new DefinitionError({ ...broken, file: "~/y.yaml" })
    })
  })

  it("knows nothing of another text, another file, another place or another version", () => {
    const { cache } = place()
    const first = openCache(cache, "/ws")
    first.put("x.yaml", "one", known("d"))
    first.save()
    const second = openCache(cache, "/ws")
    expect([get(second, "one "), get(second, "one", "y.yaml"), get(second, "one")?.name]).toStrictEqual([
      undefined,
      undefined,
      "a"
    ])
    expect(get(openCache(cache, "/other"), "one")).toBe(undefined)
    expect(get(openCache({ ...cache, version: "2" }, "/ws"), "one")).toBe(undefined)
  })

  it("forgets what nobody asks for any more", () => {
    const at = place()
    const first = openCache(at.cache, "/ws")
    for (const text of ["one", "two"]) first.put(`${text}.yaml`, text, known(text))
    first.save()
    const second = openCache(at.cache, "/ws")
    get(second, "two", "two.yaml")
    second.save()
    const third = openCache(at.cache, "/ws")
    expect([get(third, "one", "one.yaml"), get(third, "two", "two.yaml")?.description]).toStrictEqual([
      undefined,
      "two"
    ])
  })

  it("takes a file that was cut or changed at any place for none", () => {
    const at = place()
    const first = openCache(at.cache, "/ws")
    first.put("x.yaml", "one", known("d"))
    first.save()
    const [file = ""] = filesIn(at)
    const whole = readFileSync(file)
    for (let end = 0; end < whole.length; end += 7) {
      writeFileSync(file, whole.subarray(0, end))
      expect(get(openCache(at.cache, "/ws"), "one")).toBe(undefined)
    }
    for (let index = 0; index < whole.length; index += 5) {
      const changed = Buffer.from(whole)
      changed[index] = (changed[index] ?? 0) ^ 0x20
      writeFileSync(file, changed)
      expect(get(openCache(at.cache, "/ws"), "one")).toBe(undefined)
    }
    writeFileSync(file, whole)
    expect(get(openCache(at.cache, "/ws"), "one")?.name).toBe("a")
  })

  it("costs nothing but time where its folder cannot be used", () => {
    const at = place({ cache: "a file" })
    const cache = openCache(at.cache, "/ws")
    cache.put("x.yaml", "one", known("d"))
    cache.save()
    expect(get(openCache(at.cache, "/ws"), "one")).toBe(undefined)
  })

  it("is whole after several wrote it at once, and leaves no draft behind", () => {
    const at = place()
    const writers = Array.from({ length: 5 }, (_, index) => {
      const cache = openCache(at.cache, "/ws")
      cache.put("x.yaml", "one", known("same"))
      cache.put(`${index}.yaml`, `own ${index}`, known(`own ${index}`))
      return cache
    })
    for (const writer of writers) writer.save()
    expect(get(openCache(at.cache, "/ws"), "one")?.description).toBe("same")
    expect(get(openCache(at.cache, "/ws"), "own 4", "4.yaml")?.description).toBe("own 4")
    expect(filesIn(at).filter((name) => !name.endsWith(".json"))).toStrictEqual([])
  })
})

describe("a loader with a cache", () => {
  const list = (at: At) =>
    Effect.flatMap(AgentLoader, (loader) => Effect.replicateEffect(loader.list, 2)).pipe(
      Effect.map(([first, again]) => {
        expect(again).toStrictEqual(first)
        return first?.filter(({ format }) => format !== "built-in")
      }),
      Effect.provide(AgentLoader.layer(at))
    )
  const files = {
    "ws/.deputize/agents/a.md": "---\nname: a\ndescription: one\ncolour: red\n---\nDo it.\n",
    "ws/.deputize/agents/b.yaml": "name: b\ngoal: [\n",
    "ws/.codex/agents/c.toml": 'name = "c"\ndeveloper_instructions = "d"\n'
  }

  it.effect("lists and finds the same as one that parses", () =>
    Effect.gen(function* () {
      const at = place(files)
      const { cache: _, ...without } = at
      const plain = yield* Effect.flatMap(AgentLoader, (loader) => loader.list).pipe(
        Effect.map((listed) => listed.filter(({ format }) => format !== "built-in")),
        Effect.provide(AgentLoader.layer(without))
      )
      expect(yield* list(at)).toStrictEqual(plain)
      const before = filesIn(at).map((file) => readFileSync(file, "utf8"))
      expect(yield* list(at)).toStrictEqual(plain)
      // Twice with nothing new: what is kept is not written again, nor emptied.
      expect(filesIn(at).map((file) => readFileSync(file, "utf8"))).toStrictEqual(before)
      const find = (options: Parameters<typeof AgentLoader.layer>[0], name: string) =>
        Effect.flatMap(AgentLoader, (loader) => Effect.result(loader.find(name))).pipe(
          Effect.provide(AgentLoader.layer(options))
        )
      for (const name of ["a", "b", "c"]) expect(yield* find(at, name)).toStrictEqual(yield* find(without, name))
    })
  )

  it.effect("is never behind a file that has changed, however its times stand", () =>
    Effect.gen(function* () {
      const at = place(files)
      yield* list(at)
      const file = join(at.root, "ws/.deputize/agents/a.md")
      writeFileSync(file, files["ws/.deputize/agents/a.md"].replace("one", "two"))
      expect((yield* list(at))?.[0]?.description).toBe("two")
      writeFileSync(file, files["ws/.deputize/agents/a.md"])
      expect((yield* list(at))?.[0]?.description).toBe("one")
    })
  )
})
