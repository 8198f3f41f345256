/**
 * Joins chunks that are loaded together. The bundler makes a chunk for each set of commands that share a module, a
 * hundred for a run, and Node takes a quarter of a millisecond to find, read and link each.
 *
 * What is to start fast is given as groups of entries. Chunks that the same groups lead to become one: a start of any
 * group loads each of them whole or not at all. What was bundled is bundled again, and whatever imported from a chunk
 * imports from the one that holds it, which is named by its chunks, as those carry a hash of all that they lead to.
 */
import { createHash } from "node:crypto"
import { posix } from "node:path"
import { build, type Metafile, type Plugin } from "esbuild"

/** The text of each output, by its path as the metafile has it. */
export type Outputs = ReadonlyMap<string, string>

/** Sources of entries, by the name that their joined chunk is to have. */
export type Groups = Readonly<Record<string, ReadonlyArray<string>>>

export const joinChunks = async (outputs: Outputs, metafile: Metafile, groups: Groups): Promise<Outputs> => {
  const joints = jointsOf(metafile, groups)
  const homes = new Map(joints.flatMap((joint) => joint.parts.map((part): [string, Joint] => [part, joint])))
  const texts = [
    ...[...outputs].filter(([name]) => !homes.has(name)),
    ...(await Promise.all(
      joints.map(async (joint): Promise<[string, string]> => [joint.path, await joined(joint, outputs, metafile)])
    ))
  ]
  return new Map(texts.map(([name, text]): [string, string] => [name, redirected(name, text, homes)]))
}

// internal

/** Chunks that become one. */
interface Joint {
  readonly path: string
  readonly parts: ReadonlyArray<string>
}

const jointsOf = ({ outputs }: Metafile, groups: Groups): ReadonlyArray<Joint> => {
  const entryOf = (source: string): string => {
    const found = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === source)
    if (found === undefined) throw new Error(`${source} is no entry of the bundle`)
    return found
  }
  const reach = (path: string, seen: Set<string>): Set<string> => {
    if (seen.has(path)) return seen
    seen.add(path)
    for (const { external, kind, path: next } of outputs[path]?.imports ?? []) {
      if (kind === "import-statement" && external !== true) reach(next, seen)
    }
    return seen
  }
  const leading = new Map<string, Array<string>>()
  for (const [name, sources] of Object.entries(groups)) {
    const reached = sources.reduce((seen, source) => reach(entryOf(source), seen), new Set<string>())
    for (const path of reached) {
      if (outputs[path]?.entryPoint === undefined) leading.set(path, [...(leading.get(path) ?? []), name])
    }
  }
  const byNames = Map.groupBy([...leading.keys()].sort(), (path) => leading.get(path)?.join("-") ?? "")
  return [...byNames].map(([names, parts]) => ({
    path: posix.join(posix.dirname(parts[0] ?? ""), `${names}-${hashOf(parts)}.js`),
    parts
  }))
}

const hashOf = (parts: ReadonlyArray<string>): string =>
  createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 8).toUpperCase()

/** What a part exports is named by its part as well: two parts may use one name. */
const nameIn = ({ parts }: Joint, part: string, name: string): string => `${name}_${parts.indexOf(part)}`

const joined = async (joint: Joint, outputs: Outputs, metafile: Metafile): Promise<string> => {
  const { parts } = joint
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
    return `export { ${names.map((name) => `${name} as ${nameIn(joint, part, name)}`).join(", ")} } from "${part}"`
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

const redirected = (name: string, text: string, homes: ReadonlyMap<string, Joint>): string => {
  const folder = posix.dirname(name)
  const changed = text.replace(importStatement, (whole: string, names: string | undefined, path: string) => {
    const part = posix.join(folder, path)
    const home = homes.get(part)
    if (home === undefined) return whole
    const specifier = `./${posix.relative(folder, home.path)}`
    if (names === undefined) return `import "${specifier}";`
    const renamed = names.split(",").map((each) => {
      const [imported = "", local = imported] = each.trim().split(" as ")
      return `${nameIn(home, part, imported)} as ${local}`
    })
    return `import { ${renamed.join(", ")} } from "${specifier}";`
  })
  const missed = [...homes.keys()].find((part) => changed.includes(`${posix.basename(part)}"`))
  if (missed !== undefined) throw new Error(`${name} still imports ${missed}`)
  return changed
}
