/** The completion scripts in the shells that they are for. bash is asked as its own line editor asks. */
import { execFileSync, spawn, spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { chmod, mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { completionTable } from "../../src/command/completion/CompletionTable.ts"
import { completionScript } from "../../src/command/completion/Script.ts"
import { shells } from "../../src/command/completion/Shell.ts"
import { commandTable } from "../../src/commands/table.ts"
import { bin, makePlace, type Place } from "./Cli.ts"

let place: Place
let run = ""
beforeAll(async () => {
  place = await makePlace({
    "goal.md": "Review the parser\n",
    "two words.md": "x\n",
    "src/a.ts": "// TODO: x\n",
    "other/.deputize/agents/stranger.md": "---\nname: stranger\ndescription: x\ntools: Read\n---\nRead.\n",
    ".deputize/agents/newcomer.md": "---\nname: newcomer\ndescription: x\ntools: Read\n---\nRead.\n",
    ".deputize/agents/broken.yaml": "name: [\n"
  })
  const programs = join(place.home, "bin")
  await mkdir(programs)
  for (const name of ["deputize", "dpz"]) {
    await writeFile(join(programs, name), `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`)
    await chmod(join(programs, name), 0o755)
  }
  const { stdout } = await place.run(["delegate", "explorer", "Look around", "--json", "-q"])
  run = JSON.parse(stdout).run
})
afterAll(() => place.remove())

const env = () => ({
  HOME: place.home,
  PATH: `${join(place.home, "bin")}:${process.env.PATH}`,
  LANG: "C.UTF-8",
  TERM: "xterm",
  PS1: "> "
})
const options = () => ({ cwd: place.workspace, env: env(), encoding: "utf8" as const })

/** Where a shell is, if it is on this machine. */
const find = (program: string): string | undefined => {
  const { status, stdout } = spawnSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" })
  return status === 0 ? stdout.trim() : undefined
}

describe.skipIf(process.platform === "win32")("the script of bash", () => {
  it("is what the source renders, for every shell", async () => {
    for (const shell of shells) {
      const stdout = completionScript(commandTable, shell)
      expect(await place.run(["completion", shell])).toStrictEqual({ code: 0, stdout, stderr: "" })
      expect((await place.run(["-q", "completion", shell])).stdout).toBe(stdout)
    }
  })

  /** Breaks the line into words as bash does, asks the function, and shows what it offers; the cursor stands at the end. */
  const ask = `
eval "$(deputize completion bash)"
while IFS= read -r line; do
  COMP_WORDS=() COMPREPLY=() rest=$line last=' '
  while [[ $rest =~ ^([^\\ =:@]+|[=:]+|@|\\ +) ]]; do
    last=\${BASH_REMATCH[1]} rest=\${rest:\${#BASH_REMATCH[1]}}
    [[ $last == ' '* ]] || COMP_WORDS+=("$last")
  done
  [[ $last == ' '* ]] && COMP_WORDS+=('')
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
  _deputize "\${COMP_WORDS[0]}" "\${COMP_WORDS[COMP_CWORD]}" ''
  (IFS='|'; printf '%s\\n' "\${COMPREPLY[*]}")
done
`
  const offered = (lines: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> =>
    execFileSync("bash", ["--norc", "-c", ask], { ...options(), input: lines.map((line) => `${line}\n`).join("") })
      .split("\n")
      .slice(0, lines.length)
      .map((line) => line.split("|"))

  it("offers commands, flags, words, files, folders, agents and runs", () => {
    const lines: ReadonlyArray<readonly [line: string, offers: ReadonlyArray<string>]> = [
      ["deputize ag", ["agent-create", "agents"]],
      ["deputize config ", ["explain", "path"]],
      ["deputize build st", ["status"]],
      ["deputize help conf", ["config"]],
      ["deputize delegate --dr", ["--dry-run"]],
      ["deputize delegate x --sandbox ", ["read-only", "workspace-write"]],
      ["deputize delegate x --sandbox=w", ["workspace-write"]],
      ["deputize --color=", ["auto", "always", "never"]],
      ["deputize ps --output-format ", ["text", "json"]],
      ["deputize logs --output-format s", ["stream-json"]],
      ["deputize delegate x y -o go", ["goal.md"]],
      ["deputize delegate x y --out=go", ["goal.md"]],
      ["deputize delegate x y -o two", ["two words.md"]],
      ["deputize -C s", ["src"]],
      ["deputize delegate newc", ["newcomer"]],
      ["deputize delegate brok", [""]],
      ["dpz -q delegate newc", ["newcomer"]],
      ["deputize -C other delegate str", ["stranger"]],
      ["deputize delegate-parallel explorer,newc", ["explorer,newcomer"]],
      ["deputize logs r", [run]],
      ["deputize completion f", ["fish"]],
      ["deputize config explain max_d", ["max_depth"]],
      ["deputize delegate -- --", [""]],
      ["deputize delegate x a:b=c", [""]],
      ["deputize nothing ", [""]]
    ]
    expect(offered(lines.map(([line]) => line))).toStrictEqual(lines.map(([, offers]) => offers))
  })

  it("offers every command there is", () => {
    const first = [...new Set(commandTable.commands.map(({ name }) => name.split(" ")[0] ?? ""))]
    expect(new Set(offered(["deputize "])[0])).toStrictEqual(new Set([...first, "help"]))
  })

  it.runIf(process.platform === "linux" && existsSync("/usr/bin/script"))("completes what is typed", async () => {
    const shell = spawn("/usr/bin/script", ["-qfec", "bash --norc --noprofile -i", "/dev/null"], options())
    let heard = ""
    let look = (): void => undefined
    shell.stdout.on("data", (chunk: Buffer) => {
      heard += chunk.toString()
      look()
    })
    const until = (text: string) =>
      new Promise<void>((resolve, reject) => {
        look = () => {
          if (heard.includes(text)) resolve()
        }
        shell.on("close", () => reject(new Error(`it ended without ${text}: ${heard}`)))
        look()
      })
    shell.stdin.write('eval "$(deputize completion bash)"; echo rea""dy\n')
    await until("ready")
    for (const [typed, completed] of [
      ["deputize conf\tex\tmax_d\t", "deputize config explain max_depth "],
      ["deputize delegate newc\t--sandbox=rea\t-o goa\t", "deputize delegate newcomer --sandbox=read-only -o goal.md "],
      ["deputize delegate-parallel explorer,newc\t --color=nev\t", "explorer,newcomer --color=never "]
    ] as const) {
      heard = ""
      shell.stdin.write(typed)
      await until(completed)
      shell.stdin.write("\u0015")
    }
    shell.stdin.write("exit\n")
    await new Promise((resolve) => shell.on("close", resolve))
  })

  it("says nothing where the program is gone, or its record broken", () => {
    const { status, stderr, stdout } = spawnSync(
      "bash",
      [
        "--norc",
        "-c",
        `${completionScript(commandTable, "bash")}\nCOMP_WORDS=(nowhere delegate '') COMP_CWORD=2\n_deputize nowhere '' ''`
      ],
      options()
    )
    expect({ status, stderr, stdout }).toStrictEqual({ status: 0, stderr: "", stdout: "" })
  })
})

describe("the script of PowerShell", () => {
  it("holds the whole table as data", () => {
    const script = completionScript(commandTable, "powershell")
    const table: Record<string, { readonly subcommands: ReadonlyArray<{ readonly word: string }> }> = JSON.parse(
      /@'\n([\s\S]*?)\n'@/.exec(script)?.[1] ?? ""
    )
    expect(Object.keys(table)).toStrictEqual(completionTable(commandTable).map(({ path }) => `/${path}`))
    expect(table["/config"]?.subcommands.map(({ word }) => word)).toStrictEqual(["explain", "path"])
  })
})

const lines = [
  ["deputize agents l", "list"],
  ["deputize delegate newc", "newcomer"],
  ["deputize delegate-parallel explorer,newc", "explorer,newcomer"],
  ["deputize delegate x --sandbox r", "read-only"],
  ["deputize delegate x y -o go", "goal.md"],
  ["dpz completion po", "powershell"]
] as const

describe("the script of fish", () => {
  it("offers the same", ({ skip }) => {
    const fish = find("fish") ?? skip("there is no fish on this machine")
    for (const [line, offer] of lines) {
      const script = `deputize completion fish | source; complete -C '${line}'`
      expect(execFileSync(fish, ["-N", "-c", script], options()).split("\n")[0]?.split("\t")[0]).toBe(offer)
    }
  })
})

describe("the script of zsh", () => {
  it("completes what is typed", async ({ skip }) => {
    const zsh = find("zsh") ?? skip("there is no zsh on this machine")
    if (!existsSync("/usr/bin/script")) skip("there is no pseudo-terminal on this machine")
    const shell = spawn("/usr/bin/script", ["-qfec", `${zsh} -f -i`, "/dev/null"], options())
    let heard = ""
    let look = (): void => undefined
    shell.stdout.on("data", (chunk: Buffer) => {
      heard += chunk.toString()
      look()
    })
    const until = (text: string) =>
      new Promise<void>((resolve) => {
        // What zsh redraws is not all of the line.
        look = () => {
          if (heard.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, "").includes(text)) resolve()
        }
        look()
      })
    shell.stdin.write("autoload -Uz compinit; compinit -D -u; source <(deputize completion zsh); echo rea''dy\n")
    await until("ready")
    for (const [line, offer] of lines) {
      heard = ""
      shell.stdin.write(`${line}\t`)
      await until(offer)
      shell.stdin.write("\u0015")
    }
    shell.stdin.write("exit\n")
    await new Promise((resolve) => shell.on("close", resolve))
  })
})
