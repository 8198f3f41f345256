import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import ignore from "ignore"
import { ignoreRules } from "../../src/fingerprint/IgnoreRules.ts"

const Line = Schema.Literals([
  "a",
  "/a",
  "!a",
  "!/a",
  "a/",
  "b*",
  "*",
  "!*.c",
  "**/b",
  "a/b",
  "!a/b",
  "/a/**",
  "# a",
  "",
  "/b/"
])
const Path = Schema.NonEmptyArray(Schema.Literals(["a", "b", "bb", "x.c"])).pipe(Schema.check(Schema.isMaxLength(4)))

const ancestors = (path: ReadonlyArray<string>) => path.slice(1).map((_, at) => path.slice(0, at + 1).join("/"))

it.effect.prop(
  "the short way by names says what all rules say",
  [Schema.Array(Line), Schema.Array(Path), Schema.Boolean],
  ([lines, paths, isFolder]) =>
    Effect.sync(() => {
      const rules = ignoreRules([]).with("", lines.join("\n"))
      const plain = ignore({ ignorecase: false }).add([...lines])
      for (const path of paths) {
        const isReached = ancestors(path).every((folder) => !plain.ignores(`${folder}/`))
        if (!isReached) continue
        const text = path.join("/")
        expect([text, rules.leavesOut(text, isFolder)]).toStrictEqual([
          text,
          plain.ignores(isFolder ? `${text}/` : text)
        ])
      }
    }),
  { arbitrary: { runs: 1000 } }
)
