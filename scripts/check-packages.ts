/**
 * Packs packages as npm would publish them and holds what is packed against what its users do with it: every export is
 * there and in its format (publint), types resolve as the code does (are the types wrong?), and nothing is in it that
 * has no source any more. Prints a line for each problem and exits 1 then. Needs a build.
 *
 *   node scripts/check-packages.ts [NAME…]      # core build-tools cli
 */
import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { checkPackage, createPackageFromTarballData, type Problem } from "@arethetypeswrong/core"
import { problemKindInfo } from "@arethetypeswrong/core/problems"
import { publint } from "publint"
import { formatMessage } from "publint/utils"

const published = ["core", "build-tools", "cli"]

/** Every problem of the package in `folder`, a line each. */
export const problemsOf = async (folder: string): Promise<ReadonlyArray<string>> => {
  const { data, files } = await pack(folder)
  return [
    ...["LICENSE", "README.md"].flatMap((file) => (files.includes(file) ? [] : [`there is no ${file} in it`])),
    ...orphans(files),
    ...(await lint(data)),
    // A program and its schemas have no types to resolve.
    ...(files.some((file) => file.endsWith(".d.ts")) ? await types(data) : [])
  ]
}

// internal

interface Packed {
  readonly data: Uint8Array<ArrayBuffer>
  readonly files: ReadonlyArray<string>
}

const pack = async (folder: string): Promise<Packed> => {
  const out = await mkdtemp(join(tmpdir(), "deputize-pack-"))
  try {
    const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", out]
    const { stdout } = await promisify(execFile)("npm", args, { cwd: folder, maxBuffer: 1 << 26 })
    const [packed] = packedList(JSON.parse(stdout))
    if (packed === undefined) throw new Error(`npm pack said nothing about ${folder}`)
    return {
      data: new Uint8Array(await readFile(join(out, packed.filename))),
      files: packed.files.map(({ path }) => path)
    }
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}

interface PackedJson {
  readonly filename: string
  readonly files: ReadonlyArray<{ readonly path: string }>
}

/** npm 11 prints a list, npm 12 an object by name. */
const packedList = (json: ReadonlyArray<PackedJson> | Readonly<Record<string, PackedJson>>) =>
  Object.values<PackedJson>(json)

/** What `tsc` made of files that are gone; only where it made a file of each source. */
const orphans = (files: ReadonlyArray<string>): ReadonlyArray<string> => {
  const all = new Set(files)
  if (!files.some((file) => file.startsWith("src/"))) return []
  return files.flatMap((file) => {
    const source = /^dist\/(.*?)(\.d\.ts|\.js)(\.map)?$/.exec(file)?.[1]
    return source === undefined || all.has(`src/${source}.ts`) ? [] : [`${file} has no source any more: build again`]
  })
}

const lint = async ({ buffer }: Uint8Array<ArrayBuffer>): Promise<ReadonlyArray<string>> => {
  const { messages, pkg = {} } = await publint({ pack: { tarball: buffer }, strict: true })
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code)
}

/** Only `import` is there to be resolved: the packages are modules without a CommonJS twin, for Node 24. */
const served: ReadonlySet<string> = new Set(["node16-esm", "bundler"])

const types = async (data: Uint8Array): Promise<ReadonlyArray<string>> => {
  const result = await checkPackage(createPackageFromTarballData(data))
  if (result.types === false) return ["there are no types in it"]
  const found = result.problems.filter(concerns)
  // The same in each mode of resolution.
  return [...new Set(found.map((problem) => `${placeOf(problem)}: ${problemKindInfo[problem.kind].title}`))]
}

const concerns = (problem: Problem): boolean => {
  if ("resolutionKind" in problem) return served.has(problem.resolutionKind)
  return "resolutionOption" in problem ? problem.resolutionOption !== "node10" : true
}

const placeOf = (problem: Problem): string => {
  if ("entrypoint" in problem) return `${problem.entrypoint} (${problem.resolutionKind})`
  if ("moduleSpecifier" in problem) return `${problem.fileName} imports ${problem.moduleSpecifier}`
  return "fileName" in problem ? problem.fileName : problem.typesFileName
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2)
  for (const name of names.length === 0 ? published : names) {
    const folder = resolve(import.meta.dirname, "..", "packages", name)
    for (const problem of await problemsOf(folder)) {
      process.stderr.write(`packages/${name}: ${problem}\n`)
      process.exitCode = 1
    }
  }
}
