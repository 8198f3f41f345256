import { spawnSync } from "node:child_process"
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { helpPages } from "../../src/command/Help.ts"
import { layOut } from "../../src/command/HelpLayout.ts"
import { commandTable } from "../../src/commands/table.ts"
import { bin, ended, makePlace, type Place, packageRoot } from "./Cli.ts"
import { hasPty, onTerminal } from "./Pty.ts"

let place: Place
beforeAll(async () => {
  place = await makePlace()
})
afterAll(() => place.remove())

describe("deputize --version", () => {
  it.each(["--version", "-V", "version"])("prints the version of the package for %s", async (word) => {
    const { version }: { version: string } = JSON.parse(await readFile(join(packageRoot, "package.json"), "utf8"))
    expect(await place.run([word])).toStrictEqual({ code: 0, stdout: `${version}\n`, stderr: "" })
  })

  it("says the same when the parser has to be asked", async () => {
    expect(await place.run(["-q", "--version"])).toStrictEqual(await place.run(["--version"]))
  })
})

describe("deputize --help", () => {
  const pages = Object.fromEntries(
    Object.entries(helpPages(commandTable)).map(([topic, page]) => [topic, layOut(page, 80)])
  )

  it("prints for every topic the page that the source renders, for 80 columns without a terminal", async () => {
    for (const [topic, page] of Object.entries(pages)) {
      const words = topic.split(" ").filter((word) => word !== "")
      const expected = { code: 0, stdout: page, stderr: "" }
      expect(await place.run([...words, "--help"])).toStrictEqual(expected)
      expect(await place.run(["help", ...words])).toStrictEqual(expected)
    }
  })

  it("is what no arguments print, and finds the command behind its arguments", async () => {
    expect((await place.run([])).stdout).toBe(pages[""])
    expect((await place.run(["delegate", "code-reviewer", "-h"])).stdout).toBe(pages.delegate)
    expect((await place.run(["help", "constructor"])).code).toBe(2)
  })

  it.runIf(hasPty)("is as wide as the terminal, whoever renders it", async () => {
    const shown = async (args: ReadonlyArray<string>, columns: number) => {
      const pty = onTerminal(place, args, { columns })
      expect(await pty.ended).toBe(0)
      return pty.output().replaceAll("\r\n", "\n")
    }
    const page = helpPages(commandTable).ps ?? []
    expect([
      await shown(["ps", "--help"], 50),
      await shown(["-q", "ps", "--help"], 50),
      await shown(["ps", "--help"], 96)
    ]).toStrictEqual([layOut(page, 50), layOut(page, 50), layOut(page, 96)])
  })

  it("ends quietly when nobody reads it", async () => {
    const child = place.start(["--help"])
    child.stdout?.destroy()
    expect(await ended(child)).toStrictEqual({ code: 0, stdout: "", stderr: "" })
  })
})

describe("the file that npm links", () => {
  const alone = async (change: (source: string) => string) => {
    const root = await mkdtemp(join(tmpdir(), "deputize-bin-"))
    await mkdir(join(root, "bin"))
    await copyFile(join(packageRoot, "bin", "package.json"), join(root, "bin", "package.json"))
    await writeFile(join(root, "bin", "deputize.js"), change(await readFile(bin, "utf8")))
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      [join(root, "bin", "deputize.js"), "agents", "list"],
      {
        encoding: "utf8"
      }
    )
    await rm(root, { recursive: true })
    return { status, stderr: stderr.replaceAll(root, "ROOT"), stdout }
  }

  it("says how to build when nothing is built", async () => {
    expect(await alone((source) => source)).toStrictEqual({
      status: 2,
      stdout: "",
      stderr: `deputize is not built yet: ${join("ROOT", "dist", "main.js")} is missing.\n  Run \`npm run build\` in the repository.\n`
    })
  })

  it("says which Node it needs to one that is too old", async () => {
    const old = await alone((source) => source.replaceAll("process.versions.node", '"12.22.0"'))
    expect({ ...old, stderr: old.stderr.split("\n")[0] }).toStrictEqual({
      status: 2,
      stdout: "",
      stderr: `deputize needs Node 24 or newer; this is Node 12.22.0 (${process.execPath}).`
    })
  })

  it("has only syntax that an old Node parses", async () => {
    const { transform } = await import("esbuild")
    const source = await readFile(bin, "utf8")
    const lowered = await transform(source, { target: "node12.22", supported: { "dynamic-import": true } })
    const same = await transform(source, { target: "esnext" })
    expect(lowered.code).toBe(same.code)
  })
})
