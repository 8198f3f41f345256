/**
 * `npm run bench:build -- cargo`: a generated Cargo project without dependencies, built with Cargo's own settings and
 * with the fast ones that `deputize build --init` writes for Cargo: the first build, the rebuild after one edit, and the
 * size of the program. No bar is stated; the figures are for whoever chooses between the two.
 *
 * The programs of all variants must print the same, or the benchmark ends: settings may not change what is built.
 */

import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, statSync } from "node:fs"
import { homedir, tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { cargoVariables } from "@deputize/build-tools/pipeline/init/Cargo"
import { editCrate, writeCrate } from "./buildCrate.ts"
import { type Usage, usageOf } from "./buildUsage.ts"
import { aligned } from "./report.ts"
import { median } from "./statistics.ts"

const rounds = 3

const notMeasured = "dependencies, which Cargo builds once; a compile cache; how fast the program is that was built"

export interface CargoReport {
  readonly cargo: string
  readonly lines: number
  readonly rounds: number
  readonly variants: ReadonlyArray<CargoFigures>
  readonly notMeasured: string
}

export interface CargoFigures {
  readonly profile: Profile
  readonly settings: "standard" | "fast"
  readonly env: Readonly<Record<string, string>>
  readonly first: Usage
  readonly rebuild: Usage
  readonly bytes: number
}

/** Undefined where there is no Cargo. */
export const cargo = (): { readonly report: CargoReport; readonly text: string } | undefined => {
  const version = spawnSync("cargo", ["--version"], { env: environment, encoding: "utf8" })
  if (version.status !== 0) return undefined
  const base = mkdtempSync(join(tmpdir(), "deputize-bench-cargo-"))
  try {
    const project = join(base, "project")
    const lines = writeCrate(project)
    const variants = variantsWith(fastEnvironment())
    for (let round = 0; round < rounds; round += 1) measureRound(base, project, variants, round)
    const report = {
      cargo: version.stdout.trim(),
      lines,
      rounds,
      variants: variants.map(figuresOf),
      notMeasured
    }
    return { report, text: textOf(report) }
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
}

// internal

type Profile = "dev" | "release"

interface Variant extends Pick<CargoFigures, "profile" | "settings" | "env"> {
  readonly first: Array<Usage>
  readonly rebuild: Array<Usage>
  readonly bytes: Array<number>
}

const environment: Readonly<Record<string, string>> = {
  PATH: [process.env.PATH, join(homedir(), ".cargo", "bin")].filter((part) => part !== undefined).join(delimiter),
  HOME: homedir(),
  CARGO_NET_OFFLINE: "true",
  CARGO_TERM_COLOR: "never"
}

/** As `deputize build --init` writes them; lld only where there is one. */
const fastEnvironment = (): Readonly<Record<string, string>> => {
  const hasLld = spawnSync("ld.lld", ["--version"], { env: environment }).status === 0
  const { stdout } = spawnSync("rustc", ["-vV"], { env: environment, encoding: "utf8" })
  const triple = /^host: (\S+)$/m.exec(stdout)?.[1]
  return Object.fromEntries(cargoVariables(triple, hasLld).map(({ name, value }) => [name, value]))
}

const variantsWith = (fast: ReturnType<typeof fastEnvironment>): ReadonlyArray<Variant> =>
  (["dev", "release"] as const).flatMap((profile) => [
    { profile, settings: "standard", env: {}, first: [], rebuild: [], bytes: [] },
    { profile, settings: "fast", env: fast, first: [], rebuild: [], bytes: [] }
  ])

const measureRound = (base: string, project: string, variants: ReadonlyArray<Variant>, round: number): void => {
  const folder = (index: number) => join(base, `target-${index}`)
  for (const index of variants.keys()) rmSync(folder(index), { recursive: true, force: true })
  for (const step of ["first", "rebuild"] as const) {
    if (step === "rebuild") editCrate(project, round)
    const printed = variants.map((variant, index) => {
      variant[step].push(compile(project, folder(index), variant, join(base, "log")))
      const program = join(folder(index), variant.profile === "dev" ? "debug" : "release", "generated")
      if (step === "first") variant.bytes.push(statSync(program).size)
      return spawnSync(program, { encoding: "utf8" }).stdout
    })
    if (new Set(printed).size !== 1 || printed[0] === "") {
      throw new Error(`the programs do not print the same: ${JSON.stringify(printed)}`)
    }
  }
}

const compile = (project: string, target: string, { env, profile }: Variant, log: string): Usage =>
  usageOf({
    argv: ["cargo", "build", `--profile=${profile}`, "--offline"],
    cwd: project,
    env: { ...environment, ...env, CARGO_TARGET_DIR: target },
    log
  })

const figuresOf = ({ bytes, env, first, profile, rebuild, settings }: Variant): CargoFigures => ({
  profile,
  settings,
  env,
  first: medianOf(first),
  rebuild: medianOf(rebuild),
  bytes: median(bytes)
})

const medianOf = (usages: ReadonlyArray<Usage>): Usage => ({
  ms: median(usages.map(({ ms }) => ms)),
  cpuMs: median(usages.map(({ cpuMs }) => cpuMs))
})

const textOf = (report: CargoReport): string => {
  const rows = report.variants.map((figures) => {
    const standard = report.variants.find(
      ({ profile, settings }) => profile === figures.profile && settings === "standard"
    )
    const beside = (of: (figures: CargoFigures) => number, shown: string) =>
      standard === undefined ? shown : `${shown} ${(of(figures) / of(standard)).toFixed(2)}x`
    const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`
    return [
      `${figures.profile}, ${figures.settings}`,
      beside(({ first }) => first.ms, seconds(figures.first.ms)),
      beside(({ first }) => first.cpuMs, seconds(figures.first.cpuMs)),
      beside(({ rebuild }) => rebuild.ms, seconds(figures.rebuild.ms)),
      beside(({ rebuild }) => rebuild.cpuMs, seconds(figures.rebuild.cpuMs)),
      beside(({ bytes }) => bytes, `${(figures.bytes / 1_024).toFixed(0)} KiB`)
    ]
  })
  const fast = report.variants.filter(({ settings }) => settings === "fast")
  return [
    `${report.cargo}, ${report.lines} generated lines\n`,
    aligned([["", "first build", "its CPU", "rebuild after one edit", "its CPU", "program"], ...rows]),
    ...fast.map(({ env, profile }) => {
      const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`)
      return `fast, ${profile}: ${settings.join(" ")}\n`
    }),
    `medians of ${report.rounds} interleaved rounds; not measured: ${report.notMeasured}\n`
  ].join("")
}
