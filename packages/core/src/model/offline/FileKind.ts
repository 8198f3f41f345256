/**
 * Kinds of files as people name them, and the patterns that their names fit. Only words whose meaning is the ending of a
 * name, or a habit of naming tests, are known: what a file is about cannot be told from its name.
 */
import { codeExtensions } from "./SourceLine.ts"

export interface FileKind {
  /** As reports name it, in the order of the text: `TypeScript`, `TypeScript, Python`; "" for any file. */
  readonly name: string
  /** Files that tests are in, by their names. */
  readonly tests: boolean
  /** Without the dot; empty for any. */
  readonly endings: ReadonlyArray<string>
}

export const anyFile: FileKind = { name: "", tests: false, endings: [] }

/** A pattern that a file's own name fits, without a `/`. */
export const namePattern = ({ endings, tests }: FileKind): string => {
  const ending = endings.length === 0 ? "*" : endings.length === 1 ? endings.join() : `{${endings.join(",")}}`
  if (!tests) return endings.length === 0 ? "*" : `*.${ending}`
  const marked = `*{.,_}{test,spec}.${ending}`
  return endings.length === 0 || endings.includes("py") ? `{${marked},test_*.py}` : marked
}

export interface NamedKind {
  readonly kind: FileKind
  /** The text without the words that name it. */
  readonly rest: string
}

/** The kind that a text names, with what it says besides; any file if it names none. */
export const readKind = (text: string): NamedKind => {
  const found: Array<{ readonly at: number; readonly name: string; readonly endings: ReadonlyArray<string> }> = []
  let rest = text
  const take = (pattern: RegExp, name: (match: RegExpExecArray) => string, endings: (ending: string) => string) => {
    for (let match = pattern.exec(rest); match !== null; match = pattern.exec(rest)) {
      found.push({ at: match.index, name: name(match), endings: endings(match[1] ?? "").split(",") })
      rest = blanked(rest, match)
    }
  }
  take(
    /(?<![\p{L}\p{N}_/])\*?\.([\p{L}\p{N}]{1,8})(?![\p{L}\p{N}_./])/u,
    (match) => `.${match[1]}`,
    (ending) => ending
  )
  for (const { endings, name, words } of languages) {
    take(
      words,
      () => name,
      () => endings
    )
  }
  const tests = testWords.exec(rest)
  if (tests !== null) rest = blanked(rest, tests)
  const kinds = found.toSorted((one, other) => one.at - other.at)
  const name = [...new Set(kinds.map((kind) => kind.name))].join(", ")
  return { kind: { name, tests: tests !== null, endings: [...new Set(kinds.flatMap((kind) => kind.endings))] }, rest }
}

// internal

/** Spaces in its place, so that places stay what they are. */
const blanked = (text: string, match: RegExpExecArray): string =>
  text.slice(0, match.index) + " ".repeat(match[0].length) + text.slice(match.index + match[0].length)

/** No part of a name with dots: what `*.test.ts` means is no kind. */
const word = (words: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}_.])(?:${words})(?![\\p{L}\\p{N}_+#]|\\.[\\p{L}\\p{N}])`, "iu")

/** In scripts without spaces a word ends anywhere. */
const anywhere = (words: string, cjk: string): RegExp => new RegExp(`${word(words).source}|${cjk}`, "iu")

const testWords = anywhere("tests?|specs?|unit[- ]tests?", "テスト|测试")

/** Longer names before those that they begin with. */
const languages: ReadonlyArray<{ readonly name: string; readonly endings: string; readonly words: RegExp }> = [
  { name: "TypeScript", endings: "ts,tsx,mts,cts", words: word("type ?script|ts") },
  { name: "JavaScript", endings: "js,jsx,mjs,cjs", words: word("java ?script|js") },
  { name: "Python", endings: "py,pyi", words: word("python") },
  { name: "Rust", endings: "rs", words: word("rust") },
  { name: "Go", endings: "go", words: word("go|golang") },
  { name: "Java", endings: "java", words: word("java") },
  { name: "Kotlin", endings: "kt,kts", words: word("kotlin") },
  { name: "Ruby", endings: "rb", words: word("ruby") },
  { name: "PHP", endings: "php", words: word("php") },
  { name: "C#", endings: "cs", words: word("c#|c sharp") },
  { name: "C++", endings: "cc,cpp,cxx,hh,hpp,hxx", words: word("c\\+\\+|cpp") },
  { name: "Swift", endings: "swift", words: word("swift") },
  { name: "Scala", endings: "scala", words: word("scala") },
  { name: "shell", endings: "sh,bash,zsh", words: word("shell|bash") },
  { name: "SQL", endings: "sql", words: word("sql") },
  { name: "HTML", endings: "html,htm", words: word("html") },
  { name: "CSS", endings: "css,scss,sass,less", words: word("css|style ?sheets?") },
  { name: "JSON", endings: "json", words: word("json") },
  { name: "YAML", endings: "yaml,yml", words: word("ya?ml") },
  { name: "TOML", endings: "toml", words: word("toml") },
  { name: "Markdown", endings: "md,mdx,markdown", words: anywhere("markdown", "マークダウン") },
  { name: "image", endings: "png,jpg,jpeg,gif,svg,webp,ico", words: anywhere("images?|bilder|bild", "画像|图片|图像") },
  {
    name: "source",
    endings: codeExtensions,
    words: anywhere("source(?: code)?|code|quell(?:code)?", "ソース(?:コード)?|源(?:代)?码|代码|コード")
  }
]
