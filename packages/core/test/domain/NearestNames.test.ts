import { nearestNames } from "@deputize/core/domain/NearestNames"
import { expect, it } from "@effect/vitest"

it.each([
  ["redme.md", ["README.md", "main.ts"], ["README.md"]],
  ["index.js", ["index.ts", "index.tsx", "main.js"], ["index.ts", "index.tsx", "main.js"].slice(0, 2)],
  ["Makefile", ["makefile", "Dockerfile"], ["makefile"]],
  ["cafe\u0301.txt", ["caf\u00e9.txt"], ["caf\u00e9.txt"]],
  ["delegate-p", ["delegate-parallel", "agents"], ["delegate-parallel"]],
  ["modle", ["model", "mood", "provider"], ["model"]],
  ["x", ["completely-else"], []],
  ["test1", ["test2", "test3", "test4", "test5"], ["test2", "test3", "test4"]]
])("for %s of %j means %j", (wanted, names, meant) => {
  expect(nearestNames(wanted, names)).toStrictEqual(meant)
})
