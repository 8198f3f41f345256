/**
 * What a definition's file is written in, told by its ending. Which of the formats it is depends on what it says.
 */
import { extname } from "node:path"
import type { Language } from "./formats/Format.ts"

/** Undefined for a kind of file that holds no definitions. */
export const languageOf = (file: string): Language | undefined => languages.get(extname(file).toLowerCase())

// internal

const languages: ReadonlyMap<string, Language> = new Map([
  [".md", "markdown"],
  [".yaml", "yaml"],
  [".yml", "yaml"],
  [".json", "json"],
  [".toml", "toml"]
])
