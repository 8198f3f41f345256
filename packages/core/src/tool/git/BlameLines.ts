/**
 * Annotated lines from `git blame --porcelain`: hash, date, author, line, text. Names of other files, from which lines
 * have come, are not part of it. Pure.
 */
import { visibleLine } from "../../domain/VisibleText.ts"

export const blameLines = (porcelain: string): string => {
  const commits = new Map<string, Author>()
  const shown: Array<string> = []
  let current: { readonly hash: string; readonly line: string } | undefined
  for (const text of porcelain.split("\n")) {
    if (text.startsWith("\t")) {
      const author = commits.get(current?.hash ?? "")
      const by = `${current?.hash.slice(0, 8)} ${author?.date ?? ""} ${visibleLine(author?.name ?? "")}`
      shown.push(`${by}\t${current?.line}\t${text.slice(1)}`)
      continue
    }
    const [, hash, line] = /^([0-9a-f]{40,64}) \d+ (\d+)( \d+)?$/.exec(text) ?? []
    if (hash !== undefined && line !== undefined) {
      current = { hash, line }
      if (!commits.has(hash)) commits.set(hash, { name: "", date: "" })
      continue
    }
    const author = commits.get(current?.hash ?? "")
    if (author === undefined) continue
    if (text.startsWith("author ")) author.name = text.slice("author ".length)
    if (text.startsWith("author-time ")) author.date = dateOf(Number(text.slice("author-time ".length)))
  }
  return shown.join("\n")
}

// internal

interface Author {
  name: string
  date: string
}

const dateOf = (seconds: number): string => {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? "" : date.toISOString().slice(0, 10)
}
