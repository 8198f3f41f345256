/**
 * git: what the repository's history and state say, by verbs that only read, on the view of it that GitView opens. What
 * is shown is bound to what may be read.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { answer } from "../git/GitAnswer.ts"
import { type GitCall, parse } from "../git/GitArguments.ts"
import { namedPlaces, refVerbs } from "../git/GitPlaces.ts"
import { gitError, open } from "../git/GitView.ts"
import { type Tool, ToolContext } from "../Tool.ts"

const Parameters = Schema.Struct({
  args: Schema.Array(Schema.String).annotate({ description: 'as ["log","-n5","--","src"]' })
})

export const git: Tool<typeof Parameters.Type> = {
  name: "git",
  description: "Runs a reading verb of git: status, diff, log, show, blame, ls-files, …",
  parameters: Parameters,
  timeLimitMs: 60_000,
  outputCap: 64 * 1024,
  replay: "safe",
  narrower: "narrow it by a path or -n",
  actions: Effect.fnUntraced(function* ({ args }) {
    const { mayRead } = yield* ToolContext
    const call = yield* parsed(args)
    const places = yield* namedPlaces(call)
    if (refVerbs.has(call.verb)) return []
    // Each name that these show is asked for on its own; a commit's message is about the whole.
    if (places.length === 0 && byName.has(call.verb) && !mayRead(".")) return []
    return (places.length === 0 ? ["."] : places).map((path) => ({ _tag: "Read" as const, path }))
  }),
  run: Effect.fnUntraced(function* ({ args }) {
    const { root } = yield* ToolContext
    const call = yield* parsed(args)
    return yield* Effect.flatMap(open(root.root), (view) => answer(view, call))
  }, Effect.scoped)
}

// internal

const byName: ReadonlySet<GitCall["verb"]> = new Set(["status", "diff", "ls-files", "ls-tree"] as const)

const parsed = (args: ReadonlyArray<string>) =>
  Result.match(parse(args), {
    onSuccess: (call) => Effect.succeed(call),
    onFailure: ({ hint, message }) => Effect.fail(gitError(message, hint))
  })
