/**
 * Builds the published command line: one bundle with a lazy chunk for every command, all help pages, the scripts of
 * completion, and the JSON Schemas of results and of the configuration. `node --conditions=@deputize/source packages/cli/scripts/build.ts`
 */
import { mkdir, readdir, rm, writeFile } from "node:fs/promises"
import { isBuiltin } from "node:module"
import { dirname, join, relative } from "node:path"
import { pipelineJsonSchema } from "@deputize/build-tools/pipeline/JsonSchema"
import { CreationJson } from "@deputize/core/generate/CreationJson"
import { ResultJson } from "@deputize/core/runtime/ResultJson"
import * as Schema from "effect/Schema"
import { build, type Plugin } from "esbuild"
import { completionScript } from "../src/command/completion/Script.ts"
import { shells } from "../src/command/completion/Shell.ts"
import { helpPages } from "../src/command/Help.ts"
import { commandTable } from "../src/commands/table.ts"
import { configJsonSchema } from "../src/config/ConfigJsonSchema.ts"
import { DetachedJson, RemovedJson, StoppedJson } from "../src/render/Acts.ts"
import { CostJson } from "../src/render/Cost.ts"
import { CostByJson } from "../src/render/CostBy.ts"
import { DiffJson } from "../src/render/DiffJson.ts"
import { DoctorJson } from "../src/render/Doctor.ts"
import { RunListJson } from "../src/render/RunList.ts"
import { StreamLine } from "../src/render/StreamJson.ts"
import { UndoJson } from "../src/render/UndoText.ts"
import { joinChunks } from "./joinChunks.ts"

const root = join(import.meta.dirname, "..")
const dist = join(root, "dist")

/**
 * Imports of Node's own modules as plain property reads. An import statement makes Node evaluate every export at once,
 * and those of `node:fs` alone load its streams and promises: 7 ms that no command needs to start.
 */
const lazyBuiltins: Plugin = {
  name: "lazy-builtins",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^[a-z]/ }, ({ kind, path }) => {
      if (!isBuiltin(path) || kind === "dynamic-import") return undefined
      return { path, namespace: kind === "require-call" ? "builtin-required" : "builtin" }
    })
    onLoad({ filter: /./, namespace: "builtin-required" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule("${path}")`
    }))
    onLoad({ filter: /./, namespace: "builtin" }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((name) => name !== "default")
      // Marked pure, so that the reads nobody imports are left out of the bundle.
      const reads = names.map((name) => `export const ${name} = /* @__PURE__ */ (() => builtin.${name})()`)
      return {
        contents: [`const builtin = process.getBuiltinModule("${path}")`, "export default builtin", ...reads].join("\n")
      }
    })
  }
}

const bundle = () =>
  build({
    absWorkingDir: root,
    // The worker and the host of Nx stand beside the chunks, from one of which each is started.
    entryPoints: {
      main: "src/main.ts",
      "chunks/tokenWorker": "../core/src/budget/tokenWorker.ts",
      "chunks/host": "../build-tools/src/nx/host.ts"
    },
    outdir: "dist",
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node24",
    format: "esm",
    conditions: ["@deputize/source"],
    external: ["@vscode/ripgrep"],
    minifySyntax: true,
    metafile: true,
    write: false,
    plugins: [lazyBuiltins],
    logLevel: "warning"
  })

/** What the file that npm links needs by itself; CommonJS as that is. */
const bundleHelp = () =>
  build({
    absWorkingDir: root,
    entryPoints: { help: "src/command/HelpLayout.ts" },
    outdir: "dist",
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    conditions: ["@deputize/source"],
    minifySyntax: true,
    logLevel: "warning"
  })

const write = async (path: string, text: string) => {
  const file = join(dist, path)
  await mkdir(join(file, ".."), { recursive: true })
  await writeFile(file, text)
}

const writeJson = (path: string, value: unknown, indent?: number) =>
  write(path, `${JSON.stringify(value, null, indent)}\n`)

const schemaOf = (title: string, subject: Schema.Top) => {
  const { definitions, schema } = Schema.toJsonSchemaDocument(subject)
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title,
    ...schema,
    ...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions })
  }
}

/** Names of chunks change with their content: old ones would be published with the new. */
const removeOthers = async (kept: ReadonlyArray<string>) => {
  const names = await readdir(join(dist, "chunks"))
  const old = names.filter((name) => !kept.includes(`dist/chunks/${name}`))
  await Promise.all(old.map((name) => rm(join(dist, "chunks", name))))
}

/**
 * Where one is not beside what starts it, tokens would silently be bounded instead of counted, and Nx run by its own
 * command instead of hosted.
 */
const checkBeside = (outputs: Readonly<Record<string, { readonly inputs: object }>>, source: string) => {
  const holding = Object.keys(outputs).filter((path) =>
    Object.keys(outputs[path]?.inputs ?? {}).some((input) => input.endsWith(source))
  )
  if (holding.length > 0 && holding.every((path) => dirname(path) === "dist/chunks")) return
  throw new Error(`${source} is in ${holding.join(", ") || "no file"}, and what it starts in dist/chunks`)
}

const handlers = (...commands: ReadonlyArray<string>) => commands.map((name) => `src/commands/${name}.handler.ts`)

const { metafile, outputFiles } = await bundle()
checkBeside(metafile.outputs, "core/src/budget/TokenCounter.ts")
checkBeside(metafile.outputs, "build-tools/src/nx/NxHost.ts")
const outputs = await joinChunks(
  new Map(outputFiles.map(({ path, text }) => [relative(root, path).replaceAll("\\", "/"), text])),
  metafile,
  {
    start: ["src/main.ts", "src/RunHandler.ts", ...handlers("agents/list")],
    names: ["src/record/RunNames.ts", "../core/src/journal/SqliteReader.ts", ...handlers("completion/names")],
    record: ["../core/src/journal/SqliteReader.ts", ...handlers("cost", "logs", "ps")],
    later: handlers("attach", "diff", "doctor", "rm", "stop", "undo"),
    agents: handlers("agents/export", "agents/show", "config/explain"),
    run: [
      "src/config/LoadConfiguration.ts",
      "../core/src/promise/Services.ts",
      "../core/src/journal/SqliteJournal.ts",
      "../core/src/model/openai/OpenAiModel.ts",
      ...handlers("delegate", "delegate-parallel")
    ],
    plan: [
      "src/build/ShowPlan.ts",
      "../build-tools/src/runner/DryRun.ts",
      "src/buildServices.ts",
      ...handlers("build")
    ],
    build: ["src/build/RunBuild.ts"],
    // Each starts by itself and needs a small part of them all.
    worker: ["../core/src/budget/tokenWorker.ts", "../build-tools/src/nx/host.ts"]
  }
)
// Only now: a build that failed leaves the last one in working order.
await Promise.all([...outputs].map(([path, text]) => write(relative("dist", path), text)))
await Promise.all([
  removeOthers([...outputs.keys()]),
  bundleHelp(),
  writeJson("help.json", helpPages(commandTable)),
  ...shells.map((shell) => write(`completion/${shell}`, completionScript(commandTable, shell))),
  writeJson("schema/config.schema.json", configJsonSchema(), 2),
  writeJson("schema/result.schema.json", schemaOf("Result of a deputize run (--json, -o)", ResultJson), 2),
  writeJson("schema/creation.schema.json", schemaOf("Result of deputize agent-create (--json, -o)", CreationJson), 2),
  writeJson("schema/diff.schema.json", schemaOf("Result of deputize diff (--json)", DiffJson), 2),
  writeJson("schema/undo.schema.json", schemaOf("Result of deputize undo (--json)", UndoJson), 2),
  writeJson("schema/runs.schema.json", schemaOf("Result of deputize ps (--json)", RunListJson), 2),
  writeJson(
    "schema/cost.schema.json",
    schemaOf("Result of deputize cost (--json)", Schema.Union([CostJson, CostByJson])),
    2
  ),
  writeJson("schema/doctor.schema.json", schemaOf("Result of deputize doctor (--json)", DoctorJson), 2),
  writeJson("schema/stop.schema.json", schemaOf("Result of deputize stop (--json)", StoppedJson), 2),
  writeJson("schema/rm.schema.json", schemaOf("Result of deputize rm (--json)", RemovedJson), 2),
  writeJson("schema/detached.schema.json", schemaOf("Result of a run with --detach (--json)", DetachedJson), 2),
  writeJson("schema/build.schema.json", pipelineJsonSchema(), 2),
  writeJson(
    "schema/stream.schema.json",
    schemaOf("A line of a deputize run (--output-format stream-json)", StreamLine),
    2
  )
])
