/**
 * A workspace on the real file system beside a folder that nothing may reach; both are removed with the scope.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import * as Effect from "effect/Effect"

/** Stands in the content and in a file name of everything outside. */
export const canary = "OUTSIDE-CANARY"

export interface Fixture {
  readonly base: string
  readonly root: string
  readonly outside: string
  readonly write: (file: string, content: string | Uint8Array) => void
  readonly link: (target: string, file: string) => void
  readonly fifo: (file: string) => void
}

export const fixture = Effect.acquireRelease(
  Effect.sync((): Fixture => {
    const base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "deputize-test-")))
    const root = path.join(base, "repo")
    const outside = path.join(base, "outside")
    for (const folder of [root, outside, path.join(base, "repo-evil")]) fs.mkdirSync(folder)
    const write = (file: string, content: string | Uint8Array) => {
      fs.mkdirSync(path.dirname(path.resolve(root, file)), { recursive: true })
      fs.writeFileSync(path.resolve(root, file), content)
    }
    write(path.join(outside, "secret.txt"), `${canary}\n`)
    write(path.join(outside, `${canary}.txt`), `${canary}\n`)
    write(path.join(base, "repo-evil/secret.txt"), `${canary}\n`)
    return {
      base,
      root,
      outside,
      write,
      link: (target, file) => {
        fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
        fs.symlinkSync(target, path.join(root, file))
      },
      fifo: (file) => void execFileSync("mkfifo", [path.join(root, file)])
    }
  }),
  ({ base }) => Effect.sync(() => fs.rmSync(base, { recursive: true, force: true }))
)

/** How many descriptors this process holds. */
export const openDescriptors = (): number => fs.readdirSync("/proc/self/fd").length

/** Every name below a folder with its rights, and what it holds or leads to. */
export const pictureOf = (folder: string): string =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const place = path.join(entry.parentPath, entry.name)
      const rights = fs.lstatSync(place).mode.toString(8)
      if (entry.isFile()) return `${place} ${rights} ${fs.readFileSync(place, "hex")}`
      return `${place} ${rights} ${entry.isSymbolicLink() ? fs.readlinkSync(place) : ""}`
    })
    .sort()
    .join("\n")
