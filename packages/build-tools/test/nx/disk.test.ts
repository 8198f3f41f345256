/**
 * A cache that cannot be written costs one warning and nothing else. Small file systems in memory may be mounted only by
 * the superuser; without that right the claims of the second part are not made.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { run } from "@deputize/core/process/ChildProcess"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { NxRequest } from "../../src/nx/NxTasks.ts"
import { copies, environment, told, type Workspace, warningsOf, withWorkspace } from "./fixture.ts"

const chain = {
  lib: { commands: { build: copies } },
  app: { needs: ["lib"], commands: { build: "mkdir -p dist && cat ../lib/dist/out.txt in.txt > dist/out.txt" } }
}
const passed = { "lib:build": "success", "app:build": "success" }
const withoutIt = (problem: string) =>
  `Nx cannot use its cache in W/.nx/cache: ${problem}. The tasks are run without it.`

/** What a run came to, and its warnings without what is different each time. */
const outcome = (workspace: Workspace, more: Partial<NxRequest> = {}) =>
  Effect.map(told(workspace.request(more)), ({ events, result, ends }) => ({
    status: result.status,
    ends,
    made: workspace.read("packages/app/dist/out.txt"),
    warnings: warningsOf(events).map((text) =>
      text
        .replaceAll(workspace.root, "W")
        .replace(/\.deputize-\d+/, "PROBE")
        .replace(/\/\d{10,}\b/, "/HASH")
    )
  }))

describe("runNx", () => {
  it.live("runs all without a cache that others may write, and warns once", () =>
    withWorkspace(chain, (workspace) =>
      Effect.gen(function* () {
        const shared = path.join(path.dirname(workspace.root), "shared")
        fs.mkdirSync(shared)
        fs.chmodSync(shared, 0o777)
        const env = { ...environment(workspace.root), NX_CACHE_DIRECTORY: shared }
        expect(yield* outcome(workspace, { env })).toStrictEqual({
          status: "success",
          ends: passed,
          made: "lib\napp\n",
          warnings: [
            expect.stringMatching(/^Nx cannot use its cache: .*\/shared is not safe to use: .*run without it\.$/)
          ]
        })
        expect(fs.readdirSync(shared)).toStrictEqual([])
      })
    )
  )

  it.live("runs all without a cache where its folder cannot be made, and warns once", () =>
    withWorkspace(chain, (workspace) =>
      Effect.gen(function* () {
        workspace.write(".nx", "a file")
        const came = yield* outcome(workspace)
        expect(came).toStrictEqual({
          status: "success",
          ends: passed,
          made: "lib\napp\n",
          warnings: [withoutIt("ENOTDIR: not a directory, mkdir 'W/.nx/cache'")]
        })
      })
    )
  )
})

const mount = (...args: ReadonlyArray<string>) =>
  run({
    command: "/usr/bin/env",
    args,
    cwd: "/",
    env: environment("/"),
    maxStdoutBytes: 1 << 16,
    timeoutMs: 10_000
  }).pipe(Effect.map(({ code }) => code === 0))

/** Nx's folder on a disk of its own; false where that is not allowed. */
const smallDisk = (workspace: Workspace, size: string) =>
  Effect.suspend(() => {
    const folder = path.join(workspace.root, ".nx")
    fs.mkdirSync(folder)
    return Effect.acquireRelease(mount("mount", "-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder), (isMounted) =>
      isMounted ? Effect.ignore(mount("umount", "-l", folder)) : Effect.void
    )
  })

const isAllowed = process.platform === "linux" && process.getuid?.() === 0

describe.skipIf(!isAllowed)("runNx with its cache on a disk that", () => {
  it.live("is full runs all without a cache, and warns once", () =>
    withWorkspace(chain, (workspace) =>
      Effect.gen(function* () {
        if (!(yield* smallDisk(workspace, "64k"))) return
        fs.writeFileSync(path.join(workspace.root, ".nx/filler"), Buffer.alloc(60 << 10))
        const came = yield* outcome(workspace)
        expect(came).toStrictEqual({
          status: "success",
          ends: passed,
          made: "lib\napp\n",
          warnings: [withoutIt("ENOSPC: no space left")]
        })
      }).pipe(Effect.scoped)
    )
  )

  it.live("is read-only runs all without a cache, and warns once", () =>
    withWorkspace(chain, (workspace) =>
      Effect.gen(function* () {
        if (!(yield* smallDisk(workspace, "8m"))) return
        expect((yield* outcome(workspace)).ends).toStrictEqual(passed)
        yield* mount("mount", "-o", "remount,ro", path.join(workspace.root, ".nx"))
        const came = yield* outcome(workspace)
        expect(came).toStrictEqual({
          status: "success",
          ends: passed,
          made: "lib\napp\n",
          warnings: [withoutIt("EROFS: read-only file system, open 'W/.nx/cache/PROBE'")]
        })
      }).pipe(Effect.scoped)
    )
  )

  it.live("becomes full in the middle counts no task as failed, and warns once", () =>
    withWorkspace(
      {
        lib: { commands: { build: `${copies}; head -c 4000000 /dev/urandom > dist/large; echo built` } },
        app: { needs: ["lib"], commands: { build: `${copies}; head -c 4000000 /dev/urandom > dist/large` } },
        tool: { commands: { build: copies } }
      },
      (workspace) =>
        Effect.gen(function* () {
          if (!(yield* smallDisk(workspace, "3m"))) return
          const came = yield* outcome(workspace)
          expect(came).toStrictEqual({
            status: "success",
            ends: { ...passed, "tool:build": "success" },
            made: "app\n",
            warnings: [expect.stringMatching(/^Nx could not keep results in its cache: .*[Nn]o space left/)]
          })
        }).pipe(Effect.scoped)
    )
  )
})
