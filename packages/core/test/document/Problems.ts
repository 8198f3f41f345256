/** What parsers refuse, as users are told. */
import { PlacedProblem } from "../../src/document/PlacedProblem.ts"

/** The message, without the file's name. */
export const problemOf = (parse: () => unknown): string => {
  try {
    parse()
  } catch (error) {
    if (!(error instanceof PlacedProblem)) throw error
    if (error.hint === "") throw new Error(`${error.message} says nothing to do`)
    return error.message.replace(`${error.file}:`, "")
  }
  throw new Error("it was read")
}
