/**
 * A project of a user's, outside this repository: the packages are built and packed as they would be published, and
 * unpacked into its `node_modules` beside what they name as dependencies, and nothing else.
 */
import { execFile } from "node:child_process"
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { promisify } from "node:util"

export const repository = resolve(import.meta.dirname, "../../../..")

interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, unknown>>
}

export interface Project {
  readonly folder: string
  /** Every entry of the packages' exports that is one module, as it is imported. */
  readonly modules: ReadonlyArray<string>
  /** What a program prints and how it ends. `args` are Node's. */
  readonly node: (...args: ReadonlyArray<string>) => Promise<Ended>
  /** What the compiler says to files of the project, nothing if there is nothing wrong. */
  readonly check: (mode: "node16" | "bundler", files: ReadonlyArray<string>) => Promise<string>
  readonly write: (file: string, text: string) => void
}

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** With the packages of these folders. */
export const makeProject = async (names: ReadonlyArray<string>): Promise<Project> => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "deputize-user-")))
  const manifests = await Promise.all(names.map((name) => install(name, folder)))
  const ours = new Set(manifests.map(({ name }) => name))
  const wanted = manifests.flatMap(({ dependencies = {} }) => Object.keys(dependencies))
  for (const name of new Set([...wanted, "@types/node"])) if (!ours.has(name)) link(name, names, folder)
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }))
  return {
    folder,
    modules: manifests.flatMap(({ exports, name }) =>
      Object.keys(exports).flatMap((path) => (/\*|\.json$/.test(path) ? [] : [name + path.slice(1)]))
    ),
    node: (...args) => ended(process.execPath, args, folder),
    check: async (mode, files) => {
      const options =
        mode === "node16" ? ["--module", "node16"] : ["--module", "preserve", "--moduleResolution", "bundler"]
      const args = ["--noEmit", "--strict", "--target", "es2024", "--types", "node", ...options, ...files]
      const { code, stderr, stdout } = await ended(compiler, args, folder)
      return code === 0 ? "" : stdout + stderr
    },
    write: (file, text) => writeFileSync(join(folder, file), text)
  }
}

// internal

const compiler = join(repository, "node_modules/.bin/tsc")

const ended = async (program: string, args: ReadonlyArray<string>, cwd: string): Promise<Ended> => {
  // What the user's shell would set for us to read is not there.
  const env = { PATH: process.env.PATH, NO_COLOR: "1" }
  return promisify(execFile)(program, [...args], { cwd, env, timeout: 60_000, maxBuffer: 1 << 26 }).then(
    ({ stderr, stdout }) => ({ code: 0, stdout, stderr }),
    ({ code, stderr, stdout }: Ended) => ({ code: typeof code === "number" ? code : -1, stdout, stderr })
  )
}

const orThrow = async (program: string, args: ReadonlyArray<string>, cwd: string): Promise<void> => {
  const { code, stderr, stdout } = await ended(program, args, cwd)
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`)
}

/** Builds, packs and unpacks one package, never what an earlier build has left in its `dist`. Those it needs are built. */
const install = async (name: string, project: string): Promise<Manifest> => {
  const source = join(repository, "packages", name)
  const place = join(mkdtempSync(join(tmpdir(), "deputize-pack-")), "package")
  mkdirSync(place)
  for (const part of ["package.json", "src"]) cpSync(join(source, part), join(place, part), { recursive: true })
  const out = ["--outDir", join(place, "dist"), "--tsBuildInfoFile", join(dirname(place), "buildinfo")]
  await orThrow(compiler, ["-p", source, ...out], repository)
  await orThrow("npm", ["pack", "--ignore-scripts", "--pack-destination", dirname(place)], place)
  const manifest: Manifest = JSON.parse(readFileSync(join(place, "package.json"), "utf8"))
  const target = join(project, "node_modules", manifest.name)
  mkdirSync(target, { recursive: true })
  const archive = `${manifest.name.replace("@", "").replace("/", "-")}-0.1.0.tgz`
  await orThrow("tar", ["-xzf", join(dirname(place), archive), "--strip-components=1", "-C", target], project)
  rmSync(dirname(place), { recursive: true, force: true })
  return manifest
}

/** As npm would have put it there; it is not fetched again. */
const link = (name: string, packages: ReadonlyArray<string>, project: string): void => {
  const folders = [...packages.map((each) => join(repository, "packages", each)), repository]
  const found = folders.map((each) => join(each, "node_modules", name)).find((each) => existsSync(each))
  if (found === undefined) throw new Error(`${name} is not installed`)
  const target = join(project, "node_modules", name)
  mkdirSync(dirname(target), { recursive: true })
  symlinkSync(realpathSync(found), target)
}
