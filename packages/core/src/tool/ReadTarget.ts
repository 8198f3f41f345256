/**
 * The path argument of the reading tools: resolved for the policy before the call, and checked again once it is open.
 */
import * as Effect from "effect/Effect"
import { PathDenied } from "../workspace/PathError.ts"
import { ToolContext } from "./Tool.ts"

/** Reading what `path` leads to. Repositories' own folders are not for file tools, whatever the policy grants. */
export const readAction = Effect.fnUntraced(function* (path: string) {
  const { root } = yield* ToolContext
  const { path: real } = yield* root.resolve(path)
  if (isGitInternal(real)) return yield* new PathDenied({ path, rule: "git-internals" })
  return [{ _tag: "Read" as const, path: real }]
})

/** Searching what `path` leads to. The whole workspace may always be searched: each hit is decided on its own. */
export const searchAction = Effect.fnUntraced(function* (path: string) {
  const { mayRead } = yield* ToolContext
  const actions = yield* readAction(path)
  return actions.filter((action) => action.path !== "." || mayRead("."))
})

/** Fails if what was opened is not what may be read: it was swapped after the decision. */
export const confirmRead = Effect.fnUntraced(function* (asked: string, opened: string) {
  const { mayRead } = yield* ToolContext
  if (!mayRead(opened)) return yield* new PathDenied({ path: asked, rule: "moving" })
})

/** The same for a search, which may begin at the workspace whatever may be read of it. */
export const confirmSearch = (asked: string, opened: string) =>
  opened === "." ? Effect.void : confirmRead(asked, opened)

/** True for `.git` and all below, also of nested repositories. */
export const isGitInternal = (path: string): boolean => path.split("/").some((name) => name.toLowerCase() === ".git")
