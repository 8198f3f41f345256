/**
 * Joins the chunks that every command starts with. The bundler makes a chunk for each set of commands that share a
 * module, forty of them for a list of agents, and Node takes a quarter of a millisecond to find, read and link each.
 *
 * What was bundled is bundled again: the chunks become one, and whatever imported from them imports from that one. It is
 * named by theirs, which carry a hash of all that they lead to.
 */
import { createHash } from "node:crypto"
import { posix } from "node:path"
import { build, type Metafile, type Plugin } from "esbuild"

/** The text of each output, by its path as the metafile has it. */
export type Outputs = ReadonlyMap<string, string>

export interface Joining {
  /** Sources of the entries whose chunks are joined. */
  readonly started: ReadonlyArray<string>
  /** Sources of the entries that start by themselves, and whose chunks stay apart: they need a small part of them all. */
  readonly apart: ReadonlyArray<string>
}

export const joinChunks = async (outputs: Outputs, metafile: Metafile, joining: Joining): Promise<Outputs> => {
  const parts = partsOf(metafile, joining)
  const path = posix.join(posix.dirname(parts[0] ?? ""), `start-${hashOf(parts)}.js`)
  const others = [...outputs].filter(([name]) => !parts.includes(name))
  return new Map([
    ...others.map(([name, text]): [string, string] => [name, redirected(name, text, parts, path)]),
    [path, await joined(parts, outputs, metafile)]
  ])
}

// internal

const partsOf = ({ outputs }: Metafile, { apart, started }: Joining): ReadonlyArray<string> => {
  const entries = (sources: ReadonlyArray<string>) =>
    sources.map((source) => {
      const found = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === source)
      if (found === undefined) throw new Error(`${source} is no entry of the bundle`)
      return found
    })
  const reached = (path: string, seen: Set<string>): Set<string> => {
    if (seen.has(path)) return seen
    seen.add(path)
    for (const { external, kind, path: next } of outputs[path]?.imports ?? []) {
      if (kind === "import-statement" && external !== true) reached(next, seen)
    }
    return seen
  }
  const allOf = (sources: ReadonlyArray<string>) =>
    entries(sources).reduce((seen, path) => reached(path, seen), new Set<string>())
  const left = allOf(apart)
  return [...allOf(started)].filter((path) => outputs[path]?.entryPoint === undefined && !left.has(path)).sort()
}

const hashOf = (parts: ReadonlyArray<string>): string =>
  createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 8).toUpperCase()

/** What a part exports is named by its part as well: two parts may use one name. */
const nameIn = (parts: ReadonlyArray<string>, part: string, name: string): string => `${name}_${parts.indexOf(part)}`

const joined = async (parts: ReadonlyArray<string>, outputs: Outputs, metafile: Metafile): Promise<string> => {
  const fromMemory: Plugin = {
    name: "parts",
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /./ }, ({ importer, kind, path }) => {
        const part = importer === "<stdin>" ? path : posix.join(posix.dirname(importer), path)
        return kind === "import-statement" && parts.includes(part)
          ? { path: part, namespace: "part" }
          : { path, external: true }
      })
      onLoad({ filter: /./, namespace: "part" }, ({ path }) => ({ contents: outputs.get(path) ?? "" }))
    }
  }
  const contents = parts.map((part) => {
    const names = metafile.outputs[part]?.exports ?? []
    return `export { ${names.map((name) => `${name} as ${nameIn(parts, part, name)}`).join(", ")} } from "${part}"`
  })
  const { outputFiles } = await build({
    stdin: { contents: contents.join("\n") },
    write: false,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    minifySyntax: true,
    plugins: [fromMemory],
    logLevel: "warning"
  })
  return outputFiles[0]?.text ?? ""
}

/** As the bundler writes imports: `import { a, b as c } from "./chunk.js";`, over several lines. */
const importStatement = /^import (?:\{([^}]*)\} from )?"(\.[^"]*)";$/gm

const redirected = (name: string, text: string, parts: ReadonlyArray<string>, start: string): string => {
  const folder = posix.dirname(name)
  const specifier = `./${posix.relative(folder, start)}`
  const changed = text.replace(importStatement, (whole: string, names: string | undefined, path: string) => {
    const part = posix.join(folder, path)
    if (!parts.includes(part)) return whole
    if (names === undefined) return `import "${specifier}";`
    const renamed = names.split(",").map((each) => {
      const [imported = "", local = imported] = each.trim().split(" as ")
      return `${nameIn(parts, part, imported)} as ${local}`
    })
    return `import { ${renamed.join(", ")} } from "${specifier}";`
  })
  const missed = parts.find((part) => changed.includes(`${posix.basename(part)}"`))
  if (missed !== undefined) throw new Error(`${name} still imports ${missed}`)
  return changed
}
