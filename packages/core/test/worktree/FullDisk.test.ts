/**
 * Disks that are full while agents have trees of their own. Small file systems in memory may be mounted only by the
 * superuser; without that right these claims are not made.
 */
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { diff } from "@deputize/core/changes/Diff"
import { AgentPath } from "@deputize/core/domain/Ids"
import type { Ground } from "@deputize/core/runtime/ground/Ground"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { faults, idle, type Rig, requestOf, rig, run, services, wholeRun } from "./fixture.ts"

const mount = (...args: ReadonlyArray<string>): boolean => spawnSync("mount", args).status === 0

/** A folder on a disk of its own; false where that is not allowed. */
const smallDisk = (folder: string, size: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      fs.mkdirSync(folder, { recursive: true })
      return mount("-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder)
    }),
    (isMounted) => Effect.sync(() => (isMounted ? spawnSync("umount", ["-l", folder]) : undefined))
  )

const isAllowed = process.platform === "linux" && process.getuid?.() === 0

/** Bytes that nothing makes smaller, the same each time. */
const noise = (bytes: number): Buffer => createHash("shake256", { outputLength: bytes }).update("noise").digest()

const prepare = (rig: Rig) => {
  rig.write("large.bin", noise(400_000))
  rig.write("a.txt", "a\n")
  rig.commit("first")
}

const writing =
  (bytes: number) =>
  ({ root }: Ground) =>
    Effect.sync(() => fs.writeFileSync(path.join(root.root, "new.bin"), noise(bytes)))

describe.skipIf(!isAllowed)("a full disk", () => {
  it.live("has no room for another tree, which is said, and none of it is left", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      if (!(yield* smallDisk(files.trees, "300k"))) return
      const error = yield* wholeRun(requestOf(files.root, ["one"]), { one: writing(10) }).pipe(
        Effect.provide(services(files)),
        Effect.flip
      )
      expect(error.message).toMatch(/^the agent's own tree failed: the disk of .*\/one\/repo is full$/)
      expect(
        fs.existsSync(path.join(files.root, ".git/worktrees"))
          ? fs.readdirSync(path.join(files.root, ".git/worktrees"))
          : []
      ).toStrictEqual([])
      expect(
        fs.readdirSync(files.trees, { recursive: true }).filter((name) => String(name).includes("large"))
      ).toStrictEqual([])
      const again = yield* wholeRun(requestOf(files.root, ["one"], { isolation: "none" }), { one: writing(10) }).pipe(
        Effect.provide(services(files))
      )
      expect(again.merges).toBeNull()
    }).pipe(Effect.scoped)
  )

  it.live("keeps an agent's work in its tree, and with some room it is merged", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const objects = path.join(files.root, ".git/objects")
      const before = path.join(files.base, "objects")
      fs.cpSync(objects, before, { recursive: true })
      if (!(yield* smallDisk(objects, "2m"))) return
      fs.cpSync(before, objects, { recursive: true })
      const filler = path.join(objects, "filler")
      fs.writeFileSync(filler, Buffer.alloc(1_500_000))
      const request = requestOf(files.root, ["one"])
      const full = yield* wholeRun(request, { one: writing(300_000) }).pipe(Effect.provide(services(files)))
      const tree = path.join(files.trees, fs.readdirSync(files.trees)[0] ?? "", "one", "repo")
      expect(full.merges?.merges.map(({ status, why }) => [status, why])).toStrictEqual([
        [
          "kept",
          `the agent's own tree failed: the disk of ${fs.realpathSync(objects)} is full; what it left is in ${tree}`
        ]
      ])
      expect(full.results.map(({ answer, status }) => [status, answer])).toStrictEqual([
        [
          "completed",
          `done\n\nWhat it changed is not merged: the agent's own tree failed: the disk of ${fs.realpathSync(objects)} is full; what it left is in ${tree}.`
        ]
      ])
      expect(fs.statSync(path.join(tree, "new.bin")).size).toBe(300_000)
      expect(fs.existsSync(path.join(files.root, "new.bin"))).toBe(false)
      fs.rmSync(filler)
      const { merges } = yield* wholeRun(request, idle).pipe(Effect.provide(services(files)))
      expect(merges?.merges.map(({ files, status }) => [status, files])).toStrictEqual([["merged", ["new.bin"]]])
      expect(fs.readFileSync(path.join(files.root, "new.bin")).equals(noise(300_000))).toBe(true)
      expect(faults(files.root)).toBe("")
    }).pipe(Effect.scoped)
  )

  it.live("of the working tree leaves there what was, names what did not fit, and with some room that is brought", () =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        prepare(rig)
        rig.write("small/a.txt", "a\n")
        rig.commit("second")
      })
      const small = path.join(files.root, "small")
      if (!(yield* smallDisk(small, "64k"))) return
      files.write("small/a.txt", "a\n")
      yield* Effect.gen(function* () {
        const full = yield* wholeRun(requestOf(files.root, ["one"]), {
          one: ({ root }: Ground) =>
            Effect.sync(() => {
              fs.writeFileSync(path.join(root.root, "small/a.txt"), noise(100_000))
              fs.writeFileSync(path.join(root.root, "b.txt"), "b\n")
              fs.writeFileSync(path.join(root.root, "c.txt"), "c\n")
            })
        })
        const why = "small/a.txt cannot be written: the disk is full (ENOSPC)"
        expect([full.merges?.brought, full.merges?.left]).toStrictEqual([
          ["b.txt", "c.txt"],
          [
            { path: "small/a.txt", why },
            { path: ".", why: "1 file could not be written; resume the run once it can be" }
          ]
        ])
        expect([files.read("small/a.txt"), fs.readdirSync(small)]).toStrictEqual(["a\n", ["a.txt"]])
        expect(mount("-o", "remount,size=1m", small)).toBe(true)
        // What the user has done with the others since is nobody else's affair.
        fs.rmSync(path.join(files.root, "b.txt"))
        files.write("c.txt", "mine\n")
        const { merges } = yield* wholeRun(requestOf(files.root, ["one"]), idle)
        expect([merges?.brought, merges?.left]).toStrictEqual([["b.txt", "c.txt", "small/a.txt"], []])
        expect(fs.readFileSync(path.join(small, "a.txt")).equals(noise(100_000))).toBe(true)
        expect([fs.existsSync(path.join(files.root, "b.txt")), files.read("c.txt")]).toStrictEqual([false, "mine\n"])
        const { patches } = yield* diff(run, AgentPath.make("/root/one"))
        expect(patches.map(({ path }) => path)).toContain("small/a.txt")
      }).pipe(Effect.provide(services(files)))
    }).pipe(Effect.scoped)
  )

  it.live("of the working tree is no matter any more once the agent has taken back what did not fit", () =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        rig.write("small/a.txt", "a\n")
        rig.commit("first")
      })
      if (!(yield* smallDisk(path.join(files.root, "small"), "64k"))) return
      files.write("small/a.txt", "a\n")
      const writing =
        (content: Uint8Array) =>
        ({ root }: Ground) =>
          Effect.sync(() => fs.writeFileSync(path.join(root.root, "small/a.txt"), content))
      yield* Effect.gen(function* () {
        const full = yield* wholeRun(requestOf(files.root, ["one"]), { one: writing(noise(100_000)) })
        expect(full.merges?.left.map(({ path }) => path)).toStrictEqual(["small/a.txt", "."])
        const { merges } = yield* wholeRun(requestOf(files.root, ["one"]), { one: writing(Buffer.from("a\n")) })
        expect([merges?.brought, merges?.left, files.read("small/a.txt")]).toStrictEqual([[], [], "a\n"])
        expect((yield* diff(run, null)).patches).toStrictEqual([])
      }).pipe(Effect.provide(services(files)))
    }).pipe(Effect.scoped)
  )

  it.live("and a disk that does not let a former tree go keep no run from its work", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const gone = path.join(files.trees, run, ".gone-one-1")
      if (!(yield* smallDisk(path.join(gone, "busy"), "64k"))) return
      const { merges } = yield* wholeRun(requestOf(files.root, ["one"]), { one: writing(10) }).pipe(
        Effect.provide(services(files))
      )
      expect([merges?.brought, fs.existsSync(gone)]).toStrictEqual([["new.bin"], true])
    }).pipe(Effect.scoped)
  )
})
