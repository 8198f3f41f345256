/**
 * Removes from a package's `dist` what was made of sources that are gone: `tsc -b` leaves it there, and it would be
 * published.
 *
 *   node scripts/remove-orphans.ts packages/core
 */
import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs"
import { join, relative, resolve } from "node:path"
import process from "node:process"

const folder = resolve(process.argv[2] ?? ".")
const dist = join(folder, "dist")
if (!existsSync(join(folder, "src"))) throw new Error(`${folder} has no src`)

const entries = readdirSync(dist, { recursive: true, withFileTypes: true })
for (const entry of entries.filter((each) => each.isFile())) {
  const file = join(entry.parentPath, entry.name)
  const source = /^(.*?)(\.d\.ts|\.js)(\.map)?$/.exec(relative(dist, file))?.[1]
  if (source !== undefined && !existsSync(join(folder, "src", `${source}.ts`))) rmSync(file)
}
// Deepest first.
for (const entry of entries.filter((each) => each.isDirectory()).reverse()) {
  const path = join(entry.parentPath, entry.name)
  if (readdirSync(path).length === 0) rmdirSync(path)
}
