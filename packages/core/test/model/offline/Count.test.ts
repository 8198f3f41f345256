import { describe, expect, it } from "@effect/vitest"
import { readCounting } from "../../../src/model/offline/Count.ts"
import { namePattern } from "../../../src/model/offline/FileKind.ts"

/** What a goal asks to be counted, as `PATTERN by DIVISION in FOLDERS`. */
const counted = (goal: string): string | undefined => {
  const counting = readCounting(goal)
  return (
    counting &&
    [
      namePattern(counting.kind),
      ...(counting.by === null ? [] : [`by ${counting.by}`]),
      ...(counting.folders.length === 0 ? [] : [`in ${counting.folders.join(" ")}`])
    ].join(" ")
  )
}

const typescript = "*.{ts,tsx,mts,cts}"

describe("a goal that counts files", () => {
  it.each([
    ["Count the TypeScript files by package and write a table", `${typescript} by package`],
    ["How many files are there?", "*"],
    ["How many files are TypeScript?", typescript],
    ["How many test files are there in this repository?", "{*{.,_}{test,spec}.*,test_*.py}"],
    ["how many TypeScript test files are in packages/core?", "*{.,_}{test,spec}.{ts,tsx,mts,cts} in packages/core"],
    ["Number of Python files in each folder", "*.{py,pyi} by folder"],
    ["Count the files by extension, and write a table as Markdown", "* by kind"],
    ["Count the TypeScript files per package and save the table to artifacts/count.md", `${typescript} by package`],
    ["Count *.tsx files", "*.tsx"],
    ["Count the .ts files in src/", "*.ts in src"],
    ["Count the files in the `src` folder", "* in src"],
    ["Count the Rust and Go files per module", "*.{rs,go} by package"],
    ["TypeScript ファイルをパッケージごとに数えて表にしてください", `${typescript} by package`],
    ["パッケージごとに TypeScript のファイルを数えて、表にまとめる", `${typescript} by package`],
    ["テストファイルはいくつありますか", "{*{.,_}{test,spec}.*,test_*.py}"],
    ["フォルダごとのファイル数を表にして", "* by folder"],
    ["统计每个包的 TypeScript 文件数量", `${typescript} by package`],
    ["有多少个 Python 文件?", "*.{py,pyi}"],
    ["Zähle die TypeScript-Dateien je Paket und schreibe eine Tabelle", `${typescript} by package`],
    ["Wie viele Dateien gibt es?", "*"],
    ["Combien de fichiers TypeScript ?", typescript],
    ["Comptez les fichiers Python par paquet", "*.{py,pyi} by package"],
    ["¿Cuántos archivos hay por paquete?", "* by package"],
    ["How many files per package are TypeScript, JSON or YAML?", "*.{ts,tsx,mts,cts,json,yaml,yml} by package"],
    ["How many files are JSON?", "*.json"],
    ["How many files are Rust, Go, and Java or C#?", "*.{rs,go,java,cs}"],
    ["How many files are Python? Write a JSON report.", "*.{py,pyi}"],
    ["Count the JSON files and write the table in JSON", "*.json"],
    ["Count the Markdown files and write a Markdown table", "*.{md,mdx,markdown}"],
    ["How many files are there in this folder?", "*"],
    ["How many files are there in each folder? Give the table as CSV", "* by folder"]
  ])("%s", (goal, expected) => {
    expect(counted(goal)).toBe(expected)
  })

  it.each([
    "Where is the count of files kept?",
    "Count the functions in TypeScript files",
    "Count the lines of the TypeScript files",
    "Count the configuration files",
    "Count the TypeScript files without tests",
    "Count the TypeScript files that import effect",
    "Count files larger than 10 kB",
    "Count all of the files by author",
    "Count the files by package and by folder",
    "Count the TypeScript files in src/ and the Python files in lib/",
    "Count the TypeScript files in src/ by package and the tests in test/",
    "How many test files and source files are there?",
    "Count the TypeScript and test files",
    "Count the TypeScript files and the tests",
    "How many TypeScript files are tests?",
    "How many test files are TypeScript?",
    "Count the files, then give me JSON",
    "Count *.test.ts files",
    "Count the .d.ts files",
    "Count the files in README.md",
    "Zähle die TypeScript-Dateien und die Tests",
    "How many files does the journal write?",
    "How many files are open at the same time?",
    "Review how files are counted",
    "Count tokens of a file",
    "Find TODO comments",
    "ファイルの関数を数えて",
    "テスト以外のファイルを数えて",
    "不含测试的文件有多少个",
    "Zähle die Dateien ohne Tests",
    `Count the files ${"and the files ".repeat(300)}`
  ])("is not one that names of files cannot answer: %s", (goal) => {
    expect(readCounting(goal)).toBe(undefined)
  })
})
