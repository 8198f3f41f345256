/**
 * Puts a version together in a folder of its own, on the disk it will stay on, and makes sure that it is what it should
 * be: every file compared with its source, no link that leads out, every command there and executable.
 *
 * Files are copied here. An npm package is packed and installed from its archive, so what is tested is what others would
 * get, and what it depends on is checked by npm. Cargo builds what it puts there; there is no source to compare with.
 */

import { constants, lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, statSync } from "node:fs"
import { chmod, copyFile, symlink } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import process from "node:process"
import * as Effect from "effect/Effect"
import { contentHash } from "../fingerprint/FileHash.ts"
import type { Install, InstallSource, RunCommand } from "../pipeline/Pipeline.ts"
import { syncFile, syncFolder } from "./Durable.ts"
import { attempt, installError } from "./InstallError.ts"
import { withLocalNeeds } from "./LocalPackages.ts"
import { archiveDamage, modulesIn } from "./PackageArchive.ts"
import { ownFolder } from "./Place.ts"
import { type SourceFile, sourceFiles } from "./SourceFiles.ts"
import { addStagedAgents } from "./StagedAgents.ts"
import { addStagedCommands } from "./StagedCommands.ts"
import { foldersIn, modeOf, namesIn, type VersionFile, versionFile } from "./StagedFiles.ts"

interface Staged {
  readonly files: ReadonlyArray<VersionFile>
  readonly bin: Readonly<Record<string, string>>
  readonly agents: Readonly<Record<string, string>>
}

export interface StagingOptions<E, R> {
  readonly workspace: string
  /** All of it. */
  readonly env: Readonly<Record<string, string>>
  /** Runs a program to its end, supervised; fails unless it exits with 0. */
  readonly run: (
    label: string,
    command: RunCommand,
    options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> }
  ) => Effect.Effect<void, E, R>
}

/** Fills `folder`, which is there and empty. Nothing is on the disk for certain before `syncStaged`. */
export const stage = Effect.fn("Staging.stage")(function* <E, R>(
  install: Install,
  folder: string,
  options: StagingOptions<E, R>
) {
  yield* fill(install, folder, options)
  const bin = yield* attempt(folder, () => addStagedCommands(install, folder))
  const agents = yield* attempt(folder, () => addStagedAgents(install, folder, options.workspace))
  const names = yield* attempt(folder, () => namesIn(folder))
  const files = yield* Effect.forEach(names, (name) => attempt(join(folder, name), () => versionFile(folder, name)), {
    concurrency: wide
  })
  return { files, bin, agents } satisfies Staged
})

export const syncStaged = Effect.fn("Staging.sync")(function* (folder: string, files: ReadonlyArray<VersionFile>) {
  const paths = files.filter(({ kind }) => kind === "file").map(({ path }) => join(folder, path))
  yield* Effect.forEach(paths, (path) => attempt(path, () => syncFile(path)), { concurrency: wide, discard: true })
  const folders = yield* attempt(folder, () => foldersIn(folder))
  yield* Effect.forEach(folders, (path) => attempt(path, () => syncFolder(path)), { concurrency: wide, discard: true })
})

// internal

/** Files at once. */
const wide = 8

const fill = <E, R>({ from, prefix }: Install, folder: string, options: StagingOptions<E, R>) => {
  switch (from._tag) {
    case "Files":
      return copyFiles(from, prefix, folder, options.workspace)
    case "Npm":
      return installPackages(from, folder, options)
    case "Cargo":
      return options.run(
        `cargo install ${basename(from.path)}`,
        { _tag: "Argv", argv: ["cargo", "install", "--path", from.path, "--root", folder, ...from.args] },
        { cwd: options.workspace, env: options.env }
      )
  }
}

type Source<Tag extends InstallSource["_tag"]> = Extract<InstallSource, { readonly _tag: Tag }>

const copyFiles = Effect.fn("Staging.copyFiles")(function* (
  { files }: Source<"Files">,
  prefix: string,
  folder: string,
  workspace: string
) {
  const found = yield* attempt(workspace, () => sourceFiles(files, workspace, prefix))
  yield* Effect.forEach(found, (file) => attempt(join(folder, file.to), () => copy(file, folder)), {
    concurrency: wide,
    discard: true
  })
})

const copy = async (file: SourceFile, folder: string): Promise<void> => {
  const path = join(folder, file.to)
  mkdirSync(dirname(path), { recursive: true })
  if (file.kind === "link") return symlink(readlinkSync(file.source), path)
  const mode = file.mode ?? statSync(file.source).mode & 0o777
  await copyFile(file.source, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  await chmod(path, mode)
  const [source, copied] = [statSync(file.source), lstatSync(path)]
  const differs = (what: "size" | "mode" | "content") => installError({ _tag: "Damaged", path: file.source, what })
  if (source.size !== copied.size) throw differs("size")
  if (modeOf(copied.mode) !== modeOf(mode)) throw differs("mode")
  if ((await contentHash(file.source)) !== (await contentHash(path))) throw differs("content")
}

const installPackages = Effect.fn("Staging.installPackages")(function* <E, R>(
  { packages }: Source<"Npm">,
  folder: string,
  options: StagingOptions<E, R>
) {
  const archives = join(folder, ownFolder, "pack")
  yield* attempt(archives, () => mkdirSync(archives, { recursive: true }))
  const npm = (label: string, args: ReadonlyArray<string>) =>
    options.run(label, { _tag: "Argv", argv: npmWords(args) }, { cwd: options.workspace, env: options.env })
  for (const path of yield* attempt(options.workspace, () => withLocalNeeds(packages, options.workspace))) {
    yield* npm(`npm pack ${basename(path)}`, ["pack", "--pack-destination", archives, path])
  }
  const files = yield* attempt(archives, () => readdirSync(archives).map((name) => join(archives, name)))
  yield* npm("npm install", ["install", "--global", "--prefix", folder, ...quietly, ...files])
  for (const file of files) {
    const damage = yield* attempt(file, () => archiveDamage(file, modulesIn(folder)))
    if (damage !== undefined) return yield* damage
  }
  yield* attempt(archives, () => rmSync(archives, { recursive: true }))
})

/** What is in npm's cache is not asked for again; nothing but the packages is. */
const quietly = ["--prefer-offline", "--no-audit", "--no-fund", "--no-update-notifier"]

const npmWords = (args: ReadonlyArray<string>): readonly [string, ...ReadonlyArray<string>] =>
  process.platform === "win32" ? ["cmd.exe", "/d", "/s", "/c", "npm", ...args] : ["npm", ...args]
