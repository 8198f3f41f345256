/**
 * Compares an installed npm package with the archive it came from, file by file.
 *
 * Two things npm does on purpose are allowed for: a command's file becomes executable, and its first line loses a carriage
 * return. A package whose own scripts run at its installation may rewrite itself, and is not compared.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { gunzipSync } from "node:zlib"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type InstallError, installError } from "./InstallError.ts"
import { statsOf } from "./Walk.ts"

/** `modules` is the folder that npm put the package into. Undefined where all is as in the archive. */
export const archiveDamage = (archive: string, modules: string): InstallError | undefined => {
  const files = filesOf(gunzipSync(readFileSync(archive)))
  const manifest = files.find(({ name }) => name === "package.json")
  const known = manifest === undefined ? Option.none() : decode(manifest.bytes.toString("utf8"))
  if (Option.isNone(known)) return installError({ _tag: "Damaged", path: archive, what: "content" })
  const { name, scripts = {} } = known.value
  if (installScripts.some((script) => script in scripts)) return undefined
  for (const file of files) {
    const path = join(modules, name, file.name)
    const what = differenceOf(path, file)
    if (what !== undefined) return installError({ _tag: "Damaged", path, what })
  }
  return undefined
}

/** Where `npm install --global --prefix FOLDER` puts packages. */
export const modulesIn = (folder: string): string =>
  process.platform === "win32" ? join(folder, "node_modules") : join(folder, "lib", "node_modules")

// internal

const installScripts = ["preinstall", "install", "postinstall"]

const decode = Schema.decodeUnknownOption(
  Schema.fromJsonString(
    Schema.Struct({
      name: Schema.NonEmptyString,
      scripts: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown))
    })
  )
)

interface ArchiveFile {
  /** Below the archive's one folder. */
  readonly name: string
  readonly mode: number
  readonly bytes: Buffer
}

const differenceOf = (path: string, { bytes, mode }: ArchiveFile) => {
  const stats = statsOf(path)
  if (stats === undefined) return "missing"
  if (!stats.isFile()) return "content"
  if (process.platform !== "win32" && (mode & 0o100) !== 0 && (stats.mode & 0o100) === 0) return "mode"
  const installed = readFileSync(path)
  if (installed.equals(bytes) || installed.equals(withoutReturn(bytes))) return undefined
  return installed.length === bytes.length ? "content" : "size"
}

/** Of the line that names the interpreter. */
const withoutReturn = (bytes: Buffer): Buffer => {
  const at = bytes.subarray(0, 2).toString() === "#!" ? bytes.indexOf("\r\n") : -1
  return at < 0 ? bytes : Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)])
}

/** Of a tar archive: blocks of 512 bytes, a header before each file; a pax header tells a name that is long or not ASCII. */
const filesOf = (tar: Buffer): ReadonlyArray<ArchiveFile> => {
  const files: Array<ArchiveFile> = []
  let told: string | undefined
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const header = tar.subarray(at, at + 512)
    const size = octal(header, 124, 12)
    const bytes = tar.subarray(at + 512, at + 512 + size)
    const type = text(header, 156, 1)
    const prefix = text(header, 345, 155)
    const name = told ?? (prefix === "" ? text(header, 0, 100) : `${prefix}/${text(header, 0, 100)}`)
    told = type === "x" ? paxPath(bytes) : undefined
    if (type === "" || type === "0")
      files.push({ name: name.replace(/^[^/]*\//, ""), mode: octal(header, 100, 8), bytes })
    at += 512 + Math.ceil(size / 512) * 512
  }
  return files
}

const text = (header: Buffer, start: number, length: number): string => {
  const field = header.subarray(start, start + length)
  const end = field.indexOf(0)
  return field.subarray(0, end < 0 ? length : end).toString("utf8")
}

const octal = (header: Buffer, start: number, length: number): number =>
  Number.parseInt(text(header, start, length).trim() || "0", 8)

/** Records of a pax header: `LENGTH KEY=VALUE\n`, the length being that of the whole record. */
const paxPath = (bytes: Buffer): string | undefined => {
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(" ", at)
    const length = Number(bytes.subarray(at, space).toString())
    if (!(length > 0)) return undefined
    const record = bytes.subarray(space + 1, at + length - 1).toString("utf8")
    if (record.startsWith("path=")) return record.slice("path=".length)
    at += length
  }
  return undefined
}
