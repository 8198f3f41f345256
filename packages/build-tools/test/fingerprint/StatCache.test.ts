import { hash } from "node:crypto"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { isSettled, openStatCache } from "../../src/fingerprint/StatCache.ts"
import { folder, settle, write } from "./fixture.ts"

const sha256 = (text: string) => hash("sha256", text, "hex")

const cacheOf = (root: string) => openStatCache(`${root}/state/stats.json`, `${root}/work`)

/** The hashes that a new process finds. */
const hashes = (root: string, paths: ReadonlyArray<string>) =>
  Effect.suspend(() => {
    const cache = cacheOf(root)
    return Effect.map(cache.states(paths), (states) => {
      cache.save()
      return paths.map((path) => states.get(path)?.hash)
    })
  })

const workspace = Effect.tap(folder, (root) =>
  Effect.sync(() => {
    mkdirSync(`${root}/state`)
    write(root, { "work/a": "text of a", "work/b": "text of b" })
  })
)

/** Puts a lie in the place of every hash that is kept: what comes back as the lie was not read. */
const poison = (root: string): void => {
  const text = readFileSync(`${root}/state/stats.json`, "utf8")
  writeFileSync(`${root}/state/stats.json`, text.replaceAll(/"[0-9a-f]{64}"/g, `"${lie}"`))
}
const lie = "f".repeat(64)

describe("a hash is believed as long as nothing can have changed", () => {
  it.effect("and is read again after any change of size or times, or another file in the place", () =>
    Effect.gen(function* () {
      const root = yield* workspace
      const paths = ["a", "b", "c", "d", "e"]
      write(root, { "work/c": "text of c", "work/d": "text of d", "work/e": "text of e" })
      settle(`${root}/work/e`)
      yield* hashes(root, paths)
      poison(root)
      write(root, { "work/b": "another text of b" })
      rmSync(`${root}/work/c`)
      write(root, { "work/c": "text of C" })
      const { atime, mtime } = statSync(`${root}/work/d`)
      write(root, { "work/d": "text of D" })
      utimesSync(`${root}/work/d`, atime, mtime)
      chmodSync(`${root}/work/e`, 0o600)
      expect(yield* hashes(root, paths)).toStrictEqual([
        lie,
        ...["another text of b", "text of C", "text of D", "text of e"].map(sha256)
      ])
    })
  )

  it.effect("but not when the file was written in the moment in which it was read", () =>
    Effect.gen(function* () {
      const root = yield* workspace
      let together = 0
      for (let round = 0; round < 300; round++) {
        const [one, two] = [`a${String(round).padStart(4)}`, `b${String(round).padStart(4)}`]
        write(root, { "work/a": one })
        const { ctimeMs } = statSync(`${root}/work/a`)
        const before = yield* hashes(root, ["a"])
        write(root, { "work/a": two })
        if (Math.floor(statSync(`${root}/work/a`).ctimeMs) === Math.floor(ctimeMs)) together++
        expect([before, yield* hashes(root, ["a"])]).toStrictEqual([[sha256(one)], [sha256(two)]])
      }
      expect(together).toBeGreaterThan(0)
    })
  )

  it.effect("and is kept only once the clock of files has ticked on", () =>
    Effect.gen(function* () {
      const root = yield* workspace
      const { ctimeMs } = statSync(`${root}/work/a`)
      const keptAt = Effect.fnUntraced(function* (now: number) {
        const cache = openStatCache(`${root}/state/stats.json`, `${root}/work`, () => now)
        yield* cache.states(["a"])
        cache.save()
        return existsSync(`${root}/state/stats.json`)
      })
      expect([yield* keptAt(ctimeMs), yield* keptAt(ctimeMs + 10), yield* keptAt(ctimeMs + 11)]).toStrictEqual([
        false,
        false,
        true
      ])
    })
  )

  it.each([
    [1_000_000.5, 1_000_000.5, 1_000_010.4, false],
    [1_000_000.5, 1_000_000.5, 1_000_010.6, true],
    [1_000_000.5, 2_000_000.5, 1_000_010.6, false],
    [2_000_000.5, 1_000_000.5, 1_000_010.6, false],
    [1_000_000, 1_000_000.5, 1_000_010.6, true],
    [1_000_000, 1_000_000, 1_001_999, false],
    [1_000_000, 1_000_000, 1_002_001, true]
  ])("with mtime %d and ctime %d, at %d: %s", (mtimeMs, ctimeMs, now, settled) => {
    expect(isSettled({ mtimeMs, ctimeMs }, now)).toBe(settled)
  })
})

describe("the cache's file", () => {
  it.effect("may be damaged anywhere: the hashes are right nevertheless", () =>
    Effect.gen(function* () {
      const root = yield* workspace
      const right = [sha256("text of a"), sha256("text of b")]
      settle(`${root}/work/b`)
      yield* hashes(root, ["a", "b"])
      const file = `${root}/state/stats.json`
      const text = readFileSync(file, "utf8")
      const cuts = Array.from({ length: text.length }, (_, length) => text.slice(0, length))
      const others = [
        "null",
        "[]",
        "{}",
        '{"format":1,"paths":["a"],"hashes":["x"],"numbers":[1,2,3]}',
        '{"format":1,"paths":["a"],"hashes":[null],"numbers":[1,2,3,4]}',
        text.replace("1", "2")
      ]
      for (const damaged of [...cuts, ...others]) {
        writeFileSync(file, damaged)
        expect(yield* cacheOf(root).states(["a", "b"])).toStrictEqual(
          new Map(right.map((hash, at) => ["ab"[at], { hash, size: 9, mode: 0o644 }]))
        )
      }
    })
  )

  it.effect("loses the files that are gone, and keeps those that were not asked for this time", () =>
    Effect.gen(function* () {
      const root = yield* workspace
      write(root, { "work/c": "text of c" })
      settle(`${root}/work/c`)
      yield* hashes(root, ["a", "b"])
      rmSync(`${root}/work/b`)
      yield* hashes(root, ["c"])
      expect(JSON.parse(readFileSync(`${root}/state/stats.json`, "utf8")).paths).toStrictEqual(["a", "c"])
    })
  )

  it.effect("is not made where the state folder is not there", () =>
    Effect.gen(function* () {
      const root = yield* workspace
      rmSync(`${root}/state`, { recursive: true })
      settle(`${root}/work/b`)
      expect(yield* hashes(root, ["a"])).toStrictEqual([sha256("text of a")])
      expect(statSync(`${root}/state`, { throwIfNoEntry: false })).toBe(undefined)
    })
  )
})

describe("what a state says", () => {
  it.effect("of links, of large files, and of what is no file", () =>
    Effect.gen(function* () {
      const root = yield* workspace
      const large = "0123456789abcdef".repeat(200_000)
      write(root, { "work/large": large, "work/folder/x": "" })
      symlinkSync("../elsewhere", `${root}/work/link`)
      chmodSync(`${root}/work/a`, 0o755)
      const states = yield* cacheOf(root).states(["a", "large", "link", "folder", "none"])
      expect([...states]).toStrictEqual(
        [
          ["a", { hash: sha256("text of a"), size: 9, mode: 0o755 }],
          ["link", { hash: sha256("../elsewhere"), size: 12, mode: 0 }],
          ["large", { hash: sha256(large), size: 3_200_000, mode: 0o644 }]
        ].sort()
      )
    })
  )

  it.effect("of a file of another size than expected, without reading it", () =>
    Effect.gen(function* () {
      const root = yield* workspace
      const states = yield* cacheOf(root).states(
        ["a", "b"],
        new Map([
          ["a", 9],
          ["b", 10]
        ])
      )
      expect(states).toStrictEqual(
        new Map([
          ["a", { hash: sha256("text of a"), size: 9, mode: 0o644 }],
          ["b", { hash: "", size: 9, mode: 0o644 }]
        ])
      )
    })
  )
})
