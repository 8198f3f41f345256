/**
 * The workload as one bundle, made once for a torture: it starts in half the time, and is not touched by changes of the
 * sources while it runs.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { build } from "esbuild"

/** The file to be started with Node. Made below the repository, where packages that are not bundled are found. */
export const bundleWorkload = async (): Promise<string> => {
  const folder = mkdtempSync(join(repository, "node_modules", ".deputize-torture-"))
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }))
  await build({
    absWorkingDir: repository,
    entryPoints: {
      workload: "torture/runWorkload.ts",
      tokenWorker: "packages/core/src/budget/tokenWorker.ts"
    },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node24",
    format: "esm",
    conditions: ["@deputize/source"],
    external: ["@vscode/ripgrep"],
    minifySyntax: true,
    logLevel: "error"
  })
  return join(folder, "workload.mjs")
}

// internal

const repository = join(import.meta.dirname, "..")
