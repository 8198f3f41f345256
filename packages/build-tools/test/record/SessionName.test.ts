import { expect, it } from "@effect/vitest"
import { sessionName } from "../../src/record/SessionName.ts"

const start = new Date(2026, 0, 2, 3, 4, 5, 678).getTime()

it("a session is named after its start, with a number behind where that is taken", () => {
  expect(sessionName(start, ["20250102_030405"])).toBe("20260102_030405")
  expect(sessionName(start, ["20260102_030405"])).toBe("20260102_030405-2")
  expect(sessionName(start, ["20260102_030405-2", "20260102_030405"])).toBe("20260102_030405-3")
})
