/** Results of builds as a runner gives them. */
import type { BuildResult, StepResult } from "@deputize/build-tools/runner/BuildResult"

const logs = "/home/ada/.local/state/deputize/shop-3f1c/build/logs/20261121_103000"

export const stepResult = (id: string, facts: Partial<StepResult> = {}): StepResult => ({
  id,
  title: id,
  outcome: { _tag: "UpToDate" },
  why: "up to date",
  attempts: 0,
  ms: 0,
  percent: 0,
  warnings: 0,
  tasks: [],
  outputs: [],
  log: null,
  ...facts
})

export const completed: BuildResult = {
  schemaVersion: 1,
  session: "20261121_103000",
  pipeline: "release",
  status: "completed",
  ms: 125_400,
  steps: [
    stepResult("clean", { outcome: { _tag: "Ran" }, attempts: 1, ms: 310, percent: 0.2, log: `${logs}/clean.1.log` }),
    stepResult("compile", {
      outcome: { _tag: "Ran" },
      attempts: 1,
      ms: 95_200,
      percent: 75.9,
      warnings: 3,
      tasks: [
        { task: "core:build", status: "local-cache", ms: 40 },
        { task: "web:build", status: "success", ms: 91_000 }
      ],
      outputs: Array.from({ length: 14 }, (_, index) => ({
        path: `dist/chunk-${index}.js`,
        size: 1_400_000 >> index,
        debugSize: null
      })),
      log: `${logs}/compile.1.log`
    }),
    stepResult("native", {
      outcome: { _tag: "Ran" },
      attempts: 2,
      ms: 8_660,
      percent: 6.9,
      warnings: 1,
      outputs: [{ path: "native/release/helper", size: 812, debugSize: 4_060 }],
      log: `${logs}/native.2.log`
    }),
    stepResult("文書", { outcome: { _tag: "Skipped", why: "there is no docs/conf.py" } }),
    stepResult("test"),
    stepResult("install", {
      outcome: { _tag: "Ran" },
      attempts: 1,
      ms: 2_100,
      percent: 1.7,
      log: `${logs}/install.1.log`
    })
  ],
  counts: { cached: 2, ran: 4, retried: 1, failed: 0 },
  criticalPath: [
    { name: "clean", ms: 310 },
    { name: "compile", ms: 95_200 },
    { name: "install", ms: 2_100 }
  ],
  savedMs: 184_000,
  slowest: [
    { name: "compile", ms: 95_200 },
    { name: "web:build", ms: 91_000 },
    { name: "native", ms: 8_660 }
  ],
  installed: [
    {
      prefix: "/home/ada/.deputize",
      version: "20261121_103000",
      previous: "20261120_180312",
      binaries: [
        { path: "/home/ada/.deputize/bin/shop", size: 812 },
        { path: "/home/ada/.deputize/bin/shopd", size: 1_400_000 }
      ],
      agents: ["reviewer.md"],
      onPath: false
    }
  ],
  caches: ["sccache: 40 hits, 5 misses (before: sccache: 12 hits, 3 misses)"],
  warnings: ["the cache of Nx cannot be written: the disk is full"],
  log: `${logs}/build-log-20261121_103000.log`,
  record: "/home/ada/.local/state/deputize/shop-3f1c/build/record.db"
}

export const failing: BuildResult = {
  ...completed,
  status: "failed",
  ms: 18_400,
  steps: [
    stepResult("compile"),
    stepResult("test", {
      outcome: { _tag: "Failed", problem: "it ended with exit code 1", hint: `Its output is in ${logs}/test.1.log.` },
      attempts: 1,
      ms: 3_200,
      percent: 17.4,
      log: `${logs}/test.1.log`
    }),
    stepResult("install", { outcome: { _tag: "Blocked", by: "test" } })
  ],
  counts: { cached: 1, ran: 0, retried: 0, failed: 1 },
  criticalPath: [{ name: "test", ms: 3_200 }],
  savedMs: 0,
  slowest: [{ name: "test", ms: 3_200 }],
  installed: [],
  warnings: []
}

export const idle: BuildResult = {
  ...completed,
  session: null,
  status: "nothing-to-do",
  ms: 41,
  steps: [
    stepResult("compile"),
    stepResult("test"),
    stepResult("sign", { outcome: { _tag: "Skipped", why: "--skip" } })
  ],
  counts: { cached: 2, ran: 0, retried: 0, failed: 0 },
  criticalPath: [],
  savedMs: 0,
  slowest: [],
  installed: [],
  warnings: [],
  log: null
}
