import { mkdirSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { installedName } from "../../src/build/InstalledName.ts"
import { temporaryFolder } from "./Front.ts"

const install = (prefix: string, name: string) => {
  mkdirSync(join(prefix, "versions", name, "1"), { recursive: true })
  symlinkSync("1", join(prefix, "versions", name, "current"))
}

describe("the name of what goes back", () => {
  it.live("is the one that is given, else the only one that is installed", () =>
    Effect.gen(function* () {
      const prefix = yield* temporaryFolder
      expect((yield* Effect.flip(installedName(prefix, undefined))).message).toBe(`nothing is installed in ${prefix}`)
      install(prefix, "shop")
      expect(yield* installedName(prefix, undefined)).toBe("shop")
      install(prefix, "till")
      expect((yield* Effect.flip(installedName(prefix, undefined))).message).toBe(`${prefix} holds shop, till`)
      expect(yield* installedName(prefix, "till")).toBe("till")
    })
  )
})
