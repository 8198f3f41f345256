/**
 * How much a matching line is worth as evidence: code that runs before tests before benches, code before comments and
 * string data, source before prose, then the data of tests, and what a tool wrote (lock files, bundles) last.
 */

/** Lower is better. */
export const Rank = { source: 0, test: 1, bench: 2, aside: 3, prose: 4, fixture: 5, generated: 6 } as const
export type Rank = (typeof Rank)[keyof typeof Rank]

export const codeExtensions =
  "ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,c,h,cc,cpp,hpp,cs,swift,scala,sh,sql,ex,exs,zig,lua,vue,svelte"

/** Matches source files; for grep and glob. */
export const codeGlob = `**/*.{${codeExtensions}}`

/** Matches test files by the habits of the common runners. */
export const testGlob = "**/{*.{test,spec}.*,*_{test,spec}.*,test_*.py,{test,tests,__tests__,spec}/**}"

export const isCode = (path: string): boolean => code.test(path)
export const isTest = (path: string): boolean => test.test(path)
export const isGenerated = (path: string): boolean => generated.test(path)

/** The rank of a file whatever its line says. */
export const pathRank = (path: string): Rank => {
  if (isGenerated(path)) return Rank.generated
  if (/(^|\/)(fixtures?|golden|__snapshots__|testdata)\//.test(path)) return Rank.fixture
  if (!isCode(path)) return isTest(path) ? Rank.fixture : Rank.prose
  if (/(^|\/)(examples?|bench|benchmarks?)\//.test(path)) return Rank.bench
  return isTest(path) || /(^|\/)testing\//.test(path) ? Rank.test : Rank.source
}

/**
 * Where in a line of code a match stands. `start` is the match's first character; a match that begins with a comment
 * mark was looking for a comment and counts as code.
 */
export const place = (path: string, text: string, start: number): "code" | "comment" | "string" => {
  const wantsComment = isComment(path, text, start)
  if (!wantsComment && /^\s*(\*|\/\*)/.test(text)) return "comment"
  let state: "code" | "regex" | "'" | '"' | "`" = "code"
  for (let at = 0; at < start; at++) {
    const char = text[at]
    if (char === "\\") {
      at++
    } else if (state === "code") {
      if (isComment(path, text, at)) return "comment"
      if (char === "'" || char === '"' || char === "`") state = char
      else if (char === "/" && /(^|[=(,:!&|?[{;])\s*$/.test(text.slice(0, at))) state = "regex"
    } else if (char === state || (state === "regex" && char === "/")) {
      state = "code"
    }
  }
  return state === "code" ? "code" : "string"
}

/** A line of a text that stands in code over several lines: words, and none of the marks that code cannot do without. */
export const looksLikeProse = (text: string): boolean =>
  !/[(){}=;<>[\]`|&]/.test(text) &&
  /^\s*\p{L}[\p{L}'’-]*[,.:;]?(?: \S+){5,}\s*$/u.test(text) &&
  !/^\s*(export|import|return|case|yield|throw|await|from|where|select)\b/i.test(text)

/** Regular expressions written down as data: a table of patterns is not a use of what it looks for. */
export const looksLikePattern = (text: string): boolean => /\\\\[bswd(.]|\(\?[:=!<]|\[\^|\\[bsw][+*(\\]/.test(text)

// internal

const code = new RegExp(`\\.(${codeExtensions.replaceAll(",", "|")})$`, "i")
const test = /(^|\/)(tests?|__tests__|spec)\/|[._](test|spec)\.[^/]+$|(^|\/)test_[^/]+\.py$|Tests?\.(java|kt|cs|swift)$/
const generated =
  /(^|\/)(node_modules|dist|build|out|vendor|coverage|target|\.next)\/|(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|Cargo\.lock|poetry\.lock|uv\.lock|go\.sum)$|\.min\.(js|css)$|\.map$|\.snap$/

const isComment = (path: string, text: string, at: number): boolean =>
  text.startsWith("//", at) || text.startsWith("/*", at) || (text[at] === "#" && /\.(py|rb|sh|exs?)$/.test(path))
