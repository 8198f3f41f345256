/**
 * Which lines of a tool's output somebody who watches wants to see; all of it is in the log. Pure.
 */

export type Importance = "error" | "warning" | "step" | "none"

/** By the patterns of the tools that are known: rustc and Cargo, gcc and clang, CMake, Ninja, Go, tsc, npm, Vitest. */
export const importanceOf = (line: string): Importance => {
  if (error.test(line)) return "error"
  if (warning.test(line)) return "warning"
  return step.test(line) ? "step" : "none"
}

// internal

/** `error[E0308]: …`, `src/a.c:3:1: error: …`, `src/a.ts(3,1): error TS2322: …`, `npm error`, `FAILED: …`, `make: *** …`. */
const error =
  /^\s*(?:fatal )?error(?:\[\w+\]|\s+[A-Z]+\d+)?[:!]|:\s(?:fatal )?error\b|^(?:npm error|npm ERR!|FAILED:|FAIL\s|✗|panic:|CMake Error|thread '.*' panicked)|^make(?:\[\d+\])?: \*\*\*|^\S+:\d+(?::\d+)?: undefined/i

const warning = /^\s*warning(?:\[\w+\]|\s+[A-Z]+\d+)?[:!]|:\swarning\b|^(?:npm warn|CMake (?:Deprecation )?Warning)/i

const step =
  /^\s{0,4}(?:Compiling|Finished|Running|Installing|Installed|Replacing|Linking|Downloaded|Updating)\s|^\[\s*\d+(?:%|\/\d+)\]|^-- (?:Configuring|Generating|Build files)|^(?:ok|---? PASS|test result:)\s|^\s*(?:Tests|Test Files)\s+\d/
