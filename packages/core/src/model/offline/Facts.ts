/**
 * What the answers of a round say of single files: lines read, sizes, definitions.
 */
import { argumentsOf, type Round } from "./Round.ts"
import { entries, type FoundLine, fileWindow, foundLines, type Window } from "./ToolText.ts"

/** Lines that define something for other files, by path. */
export const definitionsOf = (round: Round): ReadonlyMap<string, ReadonlyArray<FoundLine>> => {
  const answers = round.answers.filter((answer) => answer.id.startsWith("define-") && answer.ok)
  return Map.groupBy(
    answers.flatMap((answer) => foundLines(answer.text).items),
    (line) => line.path
  )
}

/** Lines read, by path. */
export const windowsOf = (round: Round): ReadonlyMap<string, Window> => {
  const windows = new Map<string, Window>()
  for (const { call, ok, text } of round.answers) {
    const path = argumentsOf(call).path
    if (call.name !== "read_file" || !ok || typeof path !== "string") continue
    const window = fileWindow(text)
    const before = windows.get(path)
    windows.set(path, before === undefined ? window : { ...window, lines: new Map([...before.lines, ...window.lines]) })
  }
  return windows
}

/** Bytes, by path, of files whose folder was listed. */
export const sizesOf = (round: Round): ReadonlyMap<string, number> =>
  new Map(
    round.answers.flatMap(({ call, ok, text }) => {
      const folder = argumentsOf(call).path
      if (call.name !== "list_dir" || !ok || typeof folder !== "string") return []
      const files = entries(text).filter((entry) => entry.kind === "file")
      return files.map((file) => [folder === "." ? file.name : `${folder}/${file.name}`, file.size] as const)
    })
  )
