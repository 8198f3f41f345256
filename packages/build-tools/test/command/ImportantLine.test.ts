import { describe, expect, it } from "@effect/vitest"
import { importanceOf } from "../../src/command/ImportantLine.ts"

const cases = {
  error: [
    "error[E0308]: mismatched types",
    'error: could not compile `tool` (bin "tool") due to 1 previous error',
    "src/main.c:3:10: error: expected ';' before 'return'",
    "src/main.c:1:10: fatal error: missing.h: No such file or directory",
    "src/a.ts(3,1): error TS2322: Type 'string' is not assignable to type 'number'.",
    "npm error code ENOENT",
    "FAILED: CMakeFiles/tool.dir/main.c.o",
    "make: *** [Makefile:2: all] Error 1",
    "make[2]: *** [all] Error 2",
    "CMake Error at CMakeLists.txt:1 (project):",
    "panic: runtime error: index out of range"
  ],
  warning: [
    "warning: unused variable: `x`",
    "warning[E0001]: something",
    "src/main.c:3:10: warning: unused variable 'x' [-Wunused-variable]",
    "npm warn deprecated thing@1.0.0",
    "CMake Warning at CMakeLists.txt:1 (message):"
  ],
  step: [
    "   Compiling tool v0.1.0 (/work)",
    "    Finished `dev` profile [unoptimized + debuginfo] target(s) in 0.31s",
    "[ 50%] Building C object main.c.o",
    "[3/10] Linking CXX executable tool",
    "-- Generating done",
    "      Tests  10 passed (10)"
  ],
  none: [
    "",
    "hello",
    "0 errors, 0 warnings",
    "the error handling chapter",
    "copying warnings.txt",
    "test a::b ... ok",
    "errors.ts is compiled"
  ]
} as const

describe("ImportantLine", () => {
  for (const [importance, lines] of Object.entries(cases))
    for (const line of lines) it(`finds ${importance}: ${line}`, () => expect(importanceOf(line)).toBe(importance))
})
