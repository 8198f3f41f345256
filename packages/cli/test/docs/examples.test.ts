/** Every `npx deputize` line that the documents show is run as it stands, in a small repository of its own. */
import { execFile, execFileSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type ProviderServer, startProviderServer } from "@deputize/core/testing/ProviderServer"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { bin, makePlace, type Place, packageRoot, type Ran } from "../process/Cli.ts"

const repository = join(packageRoot, "..", "..")
const documents = [
  "README.md",
  "README.ja.md",
  "docs/status.md",
  ...readdirSync(join(repository, "docs", "guide"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/guide/${name}`)
]

interface Example {
  readonly place: string
  readonly line: string
}

/** Lines of code blocks that hold a command, and commands that stand in backticks; each once. */
const examplesIn = (document: string): ReadonlyArray<Example> => {
  let inBlock = false
  return readFileSync(join(repository, document), "utf8")
    .split("\n")
    .flatMap((text, index) => {
      if (text.startsWith("```")) inBlock = !inBlock
      const lines = inBlock ? (/^(\$ )?.*\bnpx deputize /.test(text) ? [text] : []) : inBackticks(text)
      return lines.map((line) => ({ place: `${document}:${index + 1}`, line: commandOf(line) }))
    })
}

const inBackticks = (text: string): ReadonlyArray<string> =>
  Array.from(text.matchAll(/`(npx deputize [^`]*)`/g), ([, line = ""]) => line)

/** Without the prompt and what installs and builds before it. */
const commandOf = (line: string): string => line.replace(/^\$ /, "").replace(/^npm install && /, "")

const examples = documents
  .flatMap(examplesIn)
  .filter(({ line }, index, all) => all.findIndex((each) => each.line === line) === index)

/** As the guide shows it. */
const firstPipeline =
  /```yaml\n([\s\S]*?)```/.exec(readFileSync(join(repository, "docs", "guide", "build.md"), "utf8"))?.[1] ?? ""

let place: Place
let provider: ProviderServer
beforeAll(async () => {
  provider = await startProviderServer(({ goal }) => ({ text: `Nothing was found about: ${goal}` }))
  place = await makePlace({
    "package.json": '{ "name": "sample", "type": "module" }\n',
    "AGENTS.md": "Tests stand beside what they test.\n",
    "goal.md": "Review the parser\n",
    "deputize.build.yaml": firstPipeline,
    "src/shop.js": '#!/usr/bin/env node\nconsole.log("shop 1.0")\n',
    "src/parser/parse.ts": 'import { spawn } from "node:child_process"\n// TODO: quote\nspawn("sh", ["-c", "ls"])\n',
    "packages/cli/src/main.ts": "export const journal = 1 // where the journal is written\n",
    "packages/core/src/journal/Journal.ts": "export const append = () => undefined\n"
  })
  for (const args of ["init -q", "add -A", "-c user.name=A -c user.email=a@example.org commit -q -m first"]) {
    execFileSync("git", args.split(" "), { cwd: place.workspace, env: { PATH: process.env.PATH, HOME: place.home } })
  }
})
afterAll(async () => {
  await provider.close()
  await place.remove()
})

/** By a shell, as a reader would paste it; `npx deputize` is the command of this checkout. */
const run = (line: string): Promise<Ran> =>
  new Promise((resolve) => {
    const command = line.replaceAll("npx deputize", `"${process.execPath}" "${bin}"`)
    const options = {
      cwd: place.workspace,
      // Used only by examples that set a key: their provider answers on loopback.
      env: { HOME: place.home, PATH: process.env.PATH, LANG: "C.UTF-8", OPENAI_BASE_URL: provider.url }
    }
    execFile("sh", ["-c", command], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr })
    )
  })

describe.skipIf(process.platform === "win32")("the examples of the documents", () => {
  it("are found", () => {
    expect(examples[0]?.place).toMatch(/^README\.md:/)
    expect(examples.length).toBeGreaterThan(5)
  })

  it.each(examples)("work: $place $line", async ({ line }) => {
    const { code, stderr, stdout } = await run(line)
    expect(code, stderr).toBe(0)
    expect(stdout).not.toBe("")
  })
})
