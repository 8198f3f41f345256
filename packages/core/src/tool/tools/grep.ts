/**
 * grep: lines by a regular expression. ripgrep proposes lines; each file is opened once more through the confined root,
 * and only lines that stand in it as reported are returned, in the words of that second reading.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { visibleLine } from "../../domain/VisibleText.ts"
import { type FilePattern, filePattern } from "../FilePattern.ts"
import { confirmSearch, isGitInternal, searchAction } from "../ReadTarget.ts"
import { checkPattern, maxFileBytes, ripgrep } from "../Ripgrep.ts"
import { type Tool, ToolContext } from "../Tool.ts"
import { ToolError } from "../ToolError.ts"

const timeLimitMs = 20_000

const Parameters = Schema.Struct({
  pattern: Schema.String.annotate({ description: "regular expression; lower case matches any case" }),
  path: Schema.optionalKey(Schema.String),
  glob: Schema.optionalKey(Schema.String.annotate({ description: "only files as `*.ts`" }))
})

export const grep: Tool<typeof Parameters.Type> = {
  name: "grep",
  description: "Finds lines as path:line:text; ignored and binary files are left out.",
  parameters: Parameters,
  timeLimitMs,
  outputCap: 128 * 1024,
  replay: "safe",
  narrower: "use a narrower pattern, path or glob",
  actions: ({ path }) => searchAction(path ?? "."),
  run: Effect.fnUntraced(function* (args) {
    const { root } = yield* ToolContext
    const asked = args.path ?? "."
    const place = yield* root.resolve(asked)
    yield* confirmSearch(asked, place.path)
    const flaw = flawOf(args.pattern)
    if (flaw !== undefined) return yield* badArgument(flaw)
    const wanted = wantedFiles(args.glob, place.kind === "directory" ? place.path : ".")
    if (Result.isFailure(wanted)) return yield* badArgument(`glob: ${wanted.failure}`)
    const { matches, name } = wanted.success
    const output = yield* ripgrep("grep", flags(args.pattern, name), place.path, timeLimitMs)
    if (output.code === 2) yield* checkPattern("grep", args.pattern, timeLimitMs)
    const lines = yield* confirmed(byFile(hitsOf(output.stdout)).filter(([path]) => matches(path)))
    if (lines.length === 0) return output.truncated ? "(… more)" : "no lines match"
    const isCapped = output.truncated || lines.length > maxLines
    return [...lines.slice(0, maxLines), ...(isCapped ? ["(… more)"] : [])].join("\n")
  })
}

// internal
const maxLines = 200
const maxTextLength = 240
const maxPatternLength = 4096

interface Hit {
  readonly path: string
  readonly line: number
  readonly text: string
}

const wantedFiles = (glob: string | undefined, folder: string): Result.Result<FilePattern, string> =>
  glob === undefined ? Result.succeed({ matches: () => true, name: undefined }) : filePattern(glob, folder)

const flawOf = (pattern: string): string | undefined => {
  if (pattern === "") return "the pattern is empty"
  if (pattern.includes("\0")) return "the pattern holds a NUL character"
  return pattern.length > maxPatternLength ? `the pattern is longer than ${maxPatternLength} characters` : undefined
}

const badArgument = (message: string) =>
  new ToolError({ tool: "grep", message, hint: "Give a regular expression, and a glob relative to the folder." })

// The file name's pattern goes in as a file type: types, unlike --glob, do not bring back what is ignored.
const flags = (pattern: string, name: string | undefined): ReadonlyArray<string> => [
  "--json",
  "--crlf",
  "--smart-case",
  `--max-count=${maxLines + 1}`,
  `--max-filesize=${maxFileBytes}`,
  ...(name === undefined ? [] : [`--type-add=wanted:${name}`, "--type=wanted"]),
  `--regexp=${pattern}`
]

const Content = Schema.Union([Schema.Struct({ text: Schema.String }), Schema.Struct({ bytes: Schema.String })])
const Match = Schema.Struct({
  type: Schema.Literal("match"),
  data: Schema.Struct({ path: Content, lines: Content, line_number: Schema.Int })
})
const decodeMatch = Schema.decodeUnknownOption(Schema.fromJsonString(Match))

/** Other events, and one that was cut at the end of the output, are passed over. */
const hitsOf = (output: Uint8Array): ReadonlyArray<Hit> =>
  new TextDecoder()
    .decode(output)
    .split("\n")
    .filter((event) => event.startsWith('{"type":"match"'))
    .flatMap((event) =>
      Option.toArray(decodeMatch(event)).map(({ data }) => ({
        path: textOf(data.path).replace(/^\.\//, ""),
        line: data.line_number,
        text: withoutEnd(textOf(data.lines))
      }))
    )

const textOf = (content: typeof Content.Type): string =>
  "text" in content
    ? content.text.replace(/^\ufeff/, "")
    : new TextDecoder().decode(Buffer.from(content.bytes, "base64"))

const withoutEnd = (line: string): string => line.replace(/\r?\n?$/, "")

const byFile = (hits: ReadonlyArray<Hit>): ReadonlyArray<readonly [string, ReadonlyArray<Hit>]> =>
  [...Map.groupBy(hits, (hit) => hit.path)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, each]) => [path, each.sort((a, b) => a.line - b.line)] as const)

/** The hits that a second reading finds in place; one more than are shown, if there are. */
const confirmed = Effect.fnUntraced(function* (files: ReadonlyArray<readonly [string, ReadonlyArray<Hit>]>) {
  const found: Array<string> = []
  for (const [path, hits] of files) {
    if (found.length > maxLines) break
    const lines = yield* linesOf(path)
    for (const hit of hits) {
      const text = lines[hit.line - 1]
      if (text !== undefined && withoutEnd(text) === hit.text) found.push(shown(hit.path, hit.line, hit.text))
    }
  }
  return found
})

const linesOf = Effect.fnUntraced(function* (path: string) {
  const { mayRead, root } = yield* ToolContext
  if (isGitInternal(path) || !mayRead(path)) return []
  const file = yield* Effect.orElseSucceed(root.readFile(path, { maxBytes: maxFileBytes }), () => undefined)
  if (file === undefined || file.path !== path || file.bytes.includes(0)) return []
  return new TextDecoder().decode(file.bytes).split("\n")
})

const shown = (path: string, line: number, text: string): string => {
  const cut = text.length > maxTextLength ? `${text.slice(0, maxTextLength).toWellFormed()}…` : text
  return `${visibleLine(path)}:${line}:${visibleLine(cut).replaceAll("\\u{9}", "\t")}`
}
