/**
 * Why nothing was installed or rolled back. Whatever it is, what was in use before still is.
 */
import { codeOrText } from "@deputize/core/internal/domain/SystemCode"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** A path or glob of the pipeline that names no file. */
const NoMatch = Schema.TaggedStruct("NoMatch", { from: Schema.String })
/** A path that would leave the folder it belongs to. `field` is the one of the pipeline that holds it. */
const Outside = Schema.TaggedStruct("Outside", { field: Schema.String, path: Schema.String })
/** Two files would get one place. */
const SamePlace = Schema.TaggedStruct("SamePlace", {
  to: Schema.String,
  first: Schema.String,
  second: Schema.String
})
/** A link that leads to nothing, or out of the version it would be part of. */
const LinkAstray = Schema.TaggedStruct("LinkAstray", { path: Schema.String, target: Schema.String })
/** A source that is neither a file nor a folder nor a link. */
const NotAFile = Schema.TaggedStruct("NotAFile", { path: Schema.String })
const Damaged = Schema.TaggedStruct("Damaged", {
  path: Schema.String,
  what: Schema.Literals(["missing", "size", "mode", "content"])
})
/** A command of `bin` whose file is not in the staged version, or cannot be executed. */
const NoProgram = Schema.TaggedStruct("NoProgram", {
  command: Schema.String,
  path: Schema.String,
  problem: Schema.Literals(["missing", "not executable"])
})
/** Something that this install did not put there. */
const Foreign = Schema.TaggedStruct("Foreign", {
  path: Schema.String,
  /** Whose it is, where it was installed into the same prefix. */
  owner: Schema.NullOr(Schema.String)
})
const NotInstalled = Schema.TaggedStruct("NotInstalled", { prefix: Schema.String, name: Schema.String })
const NoPrevious = Schema.TaggedStruct("NoPrevious", { name: Schema.String, version: Schema.String })
const Unwritable = Schema.TaggedStruct("Unwritable", { path: Schema.String, code: Schema.String })

const Reason = Schema.Union([
  NoMatch,
  Outside,
  SamePlace,
  LinkAstray,
  NotAFile,
  Damaged,
  NoProgram,
  Foreign,
  NotInstalled,
  NoPrevious,
  Unwritable
])
type InstallReason = typeof Reason.Type

export class InstallError extends Schema.TaggedError<InstallError>()("InstallError", { reason: Reason }) {
  override get message(): string {
    return messageOf(this.reason)
  }
  get hint(): string {
    return hintOf(this.reason)
  }
}

export const installError = (reason: InstallReason): InstallError => new InstallError({ reason })

/** Work on files that ends before it can be interrupted; what the system refuses is told with the path it refused. */
export const attempt = <A>(path: string, act: () => A | Promise<A>): Effect.Effect<A, InstallError> =>
  Effect.uninterruptible(Effect.tryPromise({ try: async () => act(), catch: (error) => asInstallError(path, error) }))

// internal

const asInstallError = (path: string, error: unknown): InstallError => {
  if (error instanceof InstallError) return error
  const refused = error instanceof Error && "path" in error ? error.path : undefined
  return installError({
    _tag: "Unwritable",
    path: typeof refused === "string" ? refused : path,
    code: codeOrText(error)
  })
}

const messageOf = (reason: InstallReason): string => {
  switch (reason._tag) {
    case "NoMatch":
      return `nothing matches ${JSON.stringify(reason.from)}`
    case "Outside":
      return `${reason.field}: ${JSON.stringify(reason.path)} leaves its folder`
    case "SamePlace":
      return `${reason.first} and ${reason.second} would both become ${reason.to}`
    case "LinkAstray":
      return `${reason.path} is a link to ${reason.target}, which is not installed with it`
    case "NotAFile":
      return `${reason.path} is neither a file nor a folder nor a link`
    case "Damaged":
      return reason.what === "missing"
        ? `${reason.path} is missing`
        : `${reason.path} is not what was put there: its ${reason.what} differs`
    case "NoProgram":
      return `bin.${reason.command}: ${reason.path} is ${reason.problem === "missing" ? "not in what was staged" : "not executable"}`
    case "Foreign":
      return reason.owner === null
        ? `${reason.path} is there already and was not installed by deputize`
        : `${reason.path} belongs to ${reason.owner}`
    case "NotInstalled":
      return `${reason.name} is not installed in ${reason.prefix}`
    case "NoPrevious":
      return `${reason.name} has no version before ${reason.version}`
    case "Unwritable":
      return `${reason.path}: ${words[reason.code] ?? reason.code}`
  }
}

const hintOf = (reason: InstallReason): string => {
  switch (reason._tag) {
    case "NoMatch":
      return "Build it first, or correct `from`; what lies in the prefix itself is never taken."
    case "Outside":
      return "Use a relative path without `..` that stays inside, and not `.deputize`, which is kept for the installer."
    case "SamePlace":
      return "Give one of them another `to`."
    case "LinkAstray":
      return "Install what it leads to beside it, or name the file itself instead of the link."
    case "NotAFile":
      return "Leave it out of `from`."
    case "Damaged":
      return "See that nothing else writes there, and install again."
    case "NoProgram":
      return reason.problem === "missing"
        ? "Correct the path in `bin`, or add the file to `from`."
        : "Give the file `mode: 0755`."
    case "Foreign":
      return `Move it away, or give the command another name in \`bin\`; \`rm ${JSON.stringify(reason.path)}\` if it is not needed.`
    case "NotInstalled":
      return "Install it first, or name another prefix by --prefix."
    case "NoPrevious":
      return "Build and install the version that you want; `keep` says how many stay."
    case "Unwritable":
      return fixes[reason.code] ?? "Look at the path and its rights, or name another prefix by --prefix."
  }
}

const words: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the disk",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  ENOENT: "no such file or folder",
  ENOTDIR: "not a folder",
  EISDIR: "a folder is in the way",
  EEXIST: "something is in the way",
  EINVAL: "is not the link that the installer puts there"
}

const fixes: Readonly<Record<string, string>> = {
  ENOSPC: "Free some space, or name a prefix on another disk by --prefix.",
  EDQUOT: "Free some space, or name a prefix on another disk by --prefix.",
  EROFS: "Name a prefix that can be written by --prefix.",
  EINVAL: "Move it away; every installed version is still there."
}
