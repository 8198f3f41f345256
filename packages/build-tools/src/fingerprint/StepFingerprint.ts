/**
 * The fingerprint of a step from its parts. Pure.
 */

import { relative } from "node:path"
import { sha256 } from "@deputize/core/internal/domain/Sha256"
import type { Step } from "../pipeline/Pipeline.ts"
import type { Fingerprint, OutputFile } from "./Fingerprint.ts"

/** What a step's result depends on beside its own statement. */
export interface StepContext {
  /** The pipeline's declared environment. */
  readonly env: Readonly<Record<string, string>>
  /** Versions of tools by name; platform, architecture and Node among them. */
  readonly tools: Readonly<Record<string, string>>
}

export interface Parts extends StepContext {
  readonly workspace: string
  /** What each step that it needs came to, by `resultOf`. */
  readonly needs: Readonly<Record<string, string>>
  /** Path and content's hash, sorted by path. */
  readonly inputs: ReadonlyArray<readonly [path: string, content: string]>
}

export const fingerprintOf = (step: Step, parts: Parts): Fingerprint =>
  sealed({
    command: digest({
      work: workOf(step),
      cwd: relative(parts.workspace, step.cwd),
      outputs: step.outputs
    }),
    env: digest({ ...parts.env, ...step.env }),
    tools: digest(parts.tools),
    needs: digest(parts.needs),
    inputs: parts.inputs
  })

/** The same fingerprint with these inputs, by path. */
export const withInputs = (
  fingerprint: Omit<Fingerprint, "hash" | "inputs">,
  inputs: ReadonlyMap<string, string>
): Fingerprint => sealed({ ...fingerprint, inputs: [...inputs].sort(([a], [b]) => (a < b ? -1 : 1)) })

/**
 * What steps that need this one depend on: its outputs, whose content may be the same after other inputs; the inputs
 * where it states no outputs.
 */
export const resultOf = (fingerprint: Fingerprint | null, outputs: ReadonlyArray<OutputFile>): string =>
  outputs.length === 0
    ? (fingerprint?.hash ?? "none")
    : digest(outputs.map(({ hash, mode, path }) => [path, mode, hash]))

// internal

const digest = (value: unknown): string => sha256(canonical(value))

/** JSON whose objects have their keys in order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(sorted(member))
      : member
  )

const sorted = (members: object): ReadonlyArray<[string, unknown]> =>
  Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1))

/** Puts the hash of all parts to them. A step that has nothing to do never asks for the table of its inputs. */
const sealed = ({
  command,
  env,
  inputs,
  needs,
  tools
}: Omit<Fingerprint, "hash" | "inputs"> & Pick<Parts, "inputs">) => {
  let table: Fingerprint["inputs"] | undefined
  return {
    hash: digest([command, env, tools, needs, digestOfFiles(inputs)]),
    command,
    env,
    tools,
    needs,
    get inputs(): Fingerprint["inputs"] {
      table ??= Object.fromEntries(inputs)
      return table
    }
  }
}

/** Lines, because there may be ten thousand; no path has a null character in it. */
const digestOfFiles = (files: Parts["inputs"]): string => {
  let text = ""
  for (const [path, content] of files) text += `${path}\0${content}\n`
  return sha256(text)
}

/** Retries, time limits and the like do not change what comes out. */
const workOf = (step: Step): unknown => {
  switch (step._tag) {
    case "Run":
      return step.command
    case "Nx":
      return { targets: step.targets, projects: step.projects, configuration: step.configuration }
    case "Install":
      return step.install
  }
}
