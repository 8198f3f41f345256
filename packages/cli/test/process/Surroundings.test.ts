/** What the machine does not give: a home, room, rights, a folder to stand in. Nothing starts, and the message says why. */
import { execFileSync } from "node:child_process"
import { chmod, copyFile, mkdir, readdir, rm, truncate, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { isRoot, makePlace, type Place, type Ran, recordIn } from "./Cli.ts"

let place: Place
beforeEach(async () => {
  place = await makePlace({ "src/a.ts": "// TODO: x\n" })
})
afterEach(() => place.remove())

const task = ["delegate", "code-reviewer", "Find TODO comments"]
/** A user whom the system does not know. */
const stranger = 54_321

const shell = (script: string, ...args: ReadonlyArray<string>) =>
  execFileSync("sh", ["-c", script, "sh", ...args], { stdio: "ignore" })

const expectRefusal = ({ code, stderr, stdout }: Ran, expected: string, hint: string) => {
  expect({ code, stdout, lines: stderr.trimEnd().split("\n").length }, stderr).toStrictEqual({
    code: 2,
    stdout: "",
    lines: 2
  })
  expect(stderr).toContain(expected)
  expect(stderr).toContain(hint)
}

describe("the folder of records", () => {
  it("is never the repository, also when HOME is empty or relative", async () => {
    const before = await readdir(place.workspace)
    for (const home of ["", "here"]) {
      const { code, stderr } = await place.run(["agents", "list"], { env: { HOME: home } })
      expect(code, stderr).toBe(0)
      await place.run(task, { env: { HOME: home, XDG_STATE_HOME: "state", DEPUTIZE_HOME: join(place.home, "kept") } })
    }
    expect(await readdir(place.workspace)).toStrictEqual(before)
  })

  it.runIf(isRoot)("is asked for when there is no home at all", async () => {
    const nobody = { env: { HOME: undefined }, as: stranger }
    expectRefusal(await place.run(task, nobody), "there is no home folder", "Set HOME")
    expect((await place.run(["agents", "list"], nobody)).code).toBe(0)
    const kept = join(place.home, "kept")
    await mkdir(kept)
    await chmod(kept, 0o777)
    expect((await place.run(task, { ...nobody, env: { HOME: undefined, DEPUTIZE_HOME: kept } })).code).toBe(0)
  })

  it.each([
    ["a file", "/dev/null", "a part of this path is a file"],
    ["a file system without room for folders", "/proc/nosuch", "no folder can be made there"]
  ])("may not be in %s", async (_, folder, reason) => {
    for (const variable of ["DEPUTIZE_HOME", "XDG_STATE_HOME"]) {
      const ran = await place.run(task, { env: { [variable]: folder } })
      expectRefusal(ran, `cannot be kept in ${folder}`, "set DEPUTIZE_HOME")
      expect(ran.stderr).toContain(reason)
    }
  })

  it.runIf(isRoot)("must be one that the user may write to", async () => {
    await chmod(place.home, 0o555)
    const ran = await place.run(task, { as: stranger })
    expectRefusal(ran, "permission denied", "set DEPUTIZE_HOME")
  })
})

describe("a file of records", () => {
  const recorded = async () => {
    await place.run(task)
    return recordIn(place.home)
  }

  it("that is none is left alone", async () => {
    const file = await recorded()
    await writeFile(file, "not a database, but long enough to be looked at".repeat(20))
    expectRefusal(await place.run(task), "not a journal of deputize", "Move ")
  })

  it("that is damaged is not trusted", async () => {
    const file = await recorded()
    await truncate(file, 5000)
    const { code, stderr } = await place.run(task)
    expect({ code, lines: stderr.trimEnd().split("\n").length }, stderr).toStrictEqual({ code: 1, lines: 2 })
    expect(stderr).toContain("Do not trust this record")
  })

  it("of a newer deputize is not touched", async () => {
    const file = await recorded()
    const database = new DatabaseSync(file)
    database.exec("PRAGMA user_version = 99")
    database.close()
    expectRefusal(await place.run(task), "has version 99", "Update deputize")
  })

  it("that is a folder is refused", async () => {
    const file = await recorded()
    await rm(dirname(file), { recursive: true })
    await mkdir(file, { recursive: true })
    expectRefusal(await place.run(task), "journal.db", "DEPUTIZE_HOME")
  })

  it.runIf(isRoot && process.platform === "linux")(
    "on a full disk ends the run with a word about it",
    async ({ skip }) => {
      const small = join(place.home, "small")
      await mkdir(small)
      try {
        shell('mount -t tmpfs -o size=64k tmpfs "$1"', small)
      } catch {
        skip("this machine lets nobody mount")
      }
      try {
        const { code, stderr } = await place.run([...task, "-q"], { env: { XDG_STATE_HOME: small } })
        expect({ code, trace: /^\s+at /m.test(stderr) }, stderr).toStrictEqual({ code: 1, trace: false })
        expect(stderr).toContain("the disk is full")
        expect(stderr).toContain("Free space")
      } finally {
        shell('umount "$1"', small)
      }
    }
  )
})

describe("the workspace", () => {
  it.runIf(isRoot)("may be read-only; a result in it is refused before anything starts", async () => {
    await chmod(place.workspace, 0o555)
    const kept = { as: stranger, env: { DEPUTIZE_HOME: join(place.home, "kept") } }
    await mkdir(kept.env.DEPUTIZE_HOME)
    await chmod(kept.env.DEPUTIZE_HOME, 0o777)
    expect((await place.run(task, kept)).code).toBe(0)
    expectRefusal(await place.run([...task, "-o", "out.json"], kept), "-o out.json", "that you may write to")
    expect(await readdir(kept.env.DEPUTIZE_HOME)).not.toContain("out.json")
  })

  it("may be empty and without git", async () => {
    const bare = join(place.home, "bare")
    await mkdir(bare)
    const { code, stderr } = await place.run(task, { cwd: bare })
    expect(code, stderr).toBe(0)
    expect(await readdir(bare)).toStrictEqual([])
  })

  it.skipIf(process.platform === "win32")("may have been removed under the shell's feet", async () => {
    const gone = join(place.home, "gone")
    await mkdir(gone)
    const script = `cd "$1" && rmdir "$1" && shift && exec "$@"`
    const inGone = (args: ReadonlyArray<string>) => {
      const command = [process.execPath, join(import.meta.dirname, "..", "..", "bin", "deputize.js"), ...args]
      try {
        const stdout = execFileSync("sh", ["-c", script, "sh", gone, ...command], {
          encoding: "utf8",
          stdio: "pipe",
          env: { HOME: place.home, PATH: process.env.PATH }
        })
        return { code: 0, stdout, stderr: "" }
      } catch (error) {
        const { status, stderr } = error as { readonly status: number; readonly stderr: string }
        return { code: status, stdout: "", stderr }
      }
    }
    expectRefusal(inGone(["agents", "list"]), "the current folder does not exist", "Change to one")
    await mkdir(gone)
    expect(inGone(["-C", place.workspace, ...task, "-q"]).code).toBe(0)
  })
})

describe("definitions", () => {
  it("of the same name in one folder are an error that names both files", async () => {
    const agents = join(place.workspace, ".deputize", "agents")
    await mkdir(agents)
    await writeFile(join(agents, "one.yaml"), "name: twin\ngoal: x\n")
    await copyFile(join(agents, "one.yaml"), join(agents, "two.yaml"))
    const ran = await place.run(["delegate", "twin", "x"])
    expectRefusal(ran, "one.yaml", "Rename one of the two")
    expect(ran.stderr).toContain("two.yaml")
  })
})
