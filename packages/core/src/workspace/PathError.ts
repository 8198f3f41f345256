/**
 * Why a path was not opened or changed. The rule is part of the error, so that a model, a log and a test name the same thing.
 */
import * as Schema from "effect/Schema"
import { visibleLine } from "../domain/VisibleText.ts"

/** Each rule with what it says of the path, and what to give instead. */
const rules = {
  empty: ["is empty", "Give a path relative to the workspace; `.` is the workspace itself."],
  outside: [
    "leads out of the workspace",
    "Only what lies in the workspace can be opened: give a path relative to it, without `..` above it and without links that leave it."
  ],
  home: [
    "names a home folder, and `~` is not expanded",
    "Give a path relative to the workspace; write `./~name` for a file whose name begins with a tilde."
  ],
  windows: ["is a drive or network path", "Give a path relative to the workspace, with `/` between folders."],
  nul: ["holds a NUL character", "Give the path without it."],
  "too-long": [
    "is longer or deeper than a path may be",
    "Give a path of at most 4,096 bytes, 255 bytes a name and 200 folders."
  ],
  "too-many-links": ["goes through more than 40 symbolic links", "Give the path that the links lead to."],
  "not-a-file": [
    "is no regular file",
    "Only regular files are read, written and removed; list_dir shows what a folder holds."
  ],
  "not-a-directory": ["is no folder", "Give a folder, or read the file itself."],
  moving: ["was moved while it was opened", "Try again once nothing else is renaming files there."],
  "system-file": ["is served by the kernel, not stored", "Files under /proc, /sys and /dev are never opened."],
  "git-internals": ["lies in .git", "The .git folder is not open to file tools."]
} as const

export type PathRule = keyof typeof rules
const PathRule = Schema.Literals(Object.keys(rules) as ReadonlyArray<PathRule>)

/** The path is against a rule, whatever the policy says. */
export class PathDenied extends Schema.TaggedError<PathDenied>()("PathDenied", {
  /** As it was asked for. */
  path: Schema.String,
  rule: PathRule
}) {
  override get message(): string {
    return `${visibleLine(shorten(this.path))} ${rules[this.rule][0]} (rule: ${this.rule})`
  }
  get hint(): string {
    return rules[this.rule][1]
  }
}

export class PathNotFound extends Schema.TaggedError<PathNotFound>()("PathNotFound", {
  /** As it was asked for. */
  path: Schema.String,
  /** Where in the workspace it would be, the links before it resolved. */
  resolved: Schema.String,
  /** Paths that exist and are spelled alike; best first. */
  nearest: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return `${visibleLine(shorten(this.path))} does not exist in the workspace`
  }
  get hint(): string {
    return this.nearest.length > 0
      ? `Did you mean ${this.nearest.map(visibleLine).join(" or ")}?`
      : "List the folder above it, or search for its name with glob."
  }
}

/** The system refused or failed: rights, descriptors, a broken disk. */
export class PathUnreadable extends Schema.TaggedError<PathUnreadable>()("PathUnreadable", {
  path: Schema.String,
  /** The system's code, such as `EACCES`. */
  code: Schema.String
}) {
  override get message(): string {
    return `${visibleLine(shorten(this.path))} cannot be read: ${this.code}`
  }
  get hint(): string {
    return this.code === "EACCES" || this.code === "EPERM"
      ? "The user that runs deputize has no right to read it."
      : "Try again; if it stays, look at the disk and at the limit of open files."
  }
}

/** The system refused or failed to write: rights, a full disk, a read-only one. The file is as it was. */
export class PathUnwritable extends Schema.TaggedError<PathUnwritable>()("PathUnwritable", {
  path: Schema.String,
  /** The system's code, such as `ENOSPC`; `EACCES` also for a file that nobody may write. */
  code: Schema.String
}) {
  override get message(): string {
    return `${visibleLine(shorten(this.path))} cannot be written: ${obstacle(this.code)[0]}`
  }
  get hint(): string {
    return `Nothing was changed. ${obstacle(this.code)[1]}`
  }
}

/** The file is not what the writer took it for; nothing was changed. */
export class FileChanged extends Schema.TaggedError<FileChanged>()("FileChanged", {
  /** Relative to the workspace. */
  path: Schema.String,
  /** What was found in place of what was expected. */
  found: Schema.Literals(["nothing", "a file", "another content"])
}) {
  override get message(): string {
    const path = visibleLine(shorten(this.path))
    if (this.found === "nothing") return `${path} is not there any more`
    return this.found === "a file" ? `${path} has been made by somebody else` : `${path} has changed meanwhile`
  }
  get hint(): string {
    return "Read it again, then repeat the change on what it holds now."
  }
}

export type PathError = PathDenied | PathNotFound | PathUnreadable | PathUnwritable

// internal

/** Why a system does not write, and what helps. */
const obstacle = (code: string): readonly [string, string] => {
  switch (code) {
    case "EACCES":
    case "EPERM":
      return [
        `it or its folder is read-only for this user (${code})`,
        "If it should be writable, its owner has to change its rights (chmod u+w)."
      ]
    case "EROFS":
      return [`the disk is read-only (${code})`, "Write elsewhere, or mount the disk writable."]
    case "ENOSPC":
    case "EDQUOT":
      return [`the disk is full (${code})`, "Free some space, then try again."]
    case "EFBIG":
      return [`it would be larger than a file may be (${code})`, "Write less, or raise the limit (ulimit -f)."]
    case "EXDEV":
      return [`it lies on another disk (${code})`, "Write the new file there, then delete the old one."]
    default:
      return [code, "Look at the folder above it with list_dir, then try again."]
  }
}

const shorten = (path: string): string => {
  if (path === "") return '""'
  return path.length > 200 ? `${path.slice(0, 200)}…` : path
}
