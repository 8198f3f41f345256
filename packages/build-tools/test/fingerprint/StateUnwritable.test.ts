import { expect, it } from "@effect/vitest"
import { stateUnwritable } from "../../src/fingerprint/StateUnwritable.ts"

const thrown = (code: string) => Object.assign(new Error(code), { code })
const space = "Free space on the disk that holds it, or set DEPUTIZE_HOME to a folder on another disk."
const right =
  "Give the user that runs deputize the right to write there, or set DEPUTIZE_HOME to a folder that can be written."

it.each([
  ["ENOSPC", "the disk is full", space],
  ["EDQUOT", "the disk is full", space],
  ["EROFS", "the file system is read-only", right],
  ["EACCES", "it is not allowed", right],
  ["ENOTDIR", "a file is in the place of a folder", right],
  ["EIO", "EIO", right]
])("%s is said in words, with what to do", (code, words, hint) => {
  const error = stateUnwritable("/state/x", thrown(code))
  expect([error.message, error.hint]).toStrictEqual([
    `the state of the build cannot be written: /state/x: ${words}`,
    hint
  ])
})
