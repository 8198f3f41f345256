/** Runs that stand still until they are let go, what the command line says of them, and a provider for them. */
import { execFileSync } from "node:child_process"
import { open, rm } from "node:fs/promises"
import { join } from "node:path"
import { type Answer, type Received, startProviderServer } from "@deputize/core/testing/ProviderServer"
import type { Place } from "./Cli.ts"

export const delegate = ["delegate", "code-reviewer", "Find TODO comments"]

/** A search waits for a writer of this pipe, which never comes. */
export const neverEnding = ({ workspace }: Place) => {
  const pipe = join(workspace, ".ignore")
  execFileSync("mkfifo", [pipe])
  return () => rm(pipe)
}

/** The writer comes after all. */
export const endSearch = async ({ workspace }: Place) => {
  const pipe = join(workspace, ".ignore")
  const writer = await open(pipe, "w")
  await rm(pipe)
  await writer.close()
}

/** From 0: the newest. */
export const stateOf = async (place: Place, index = 0): Promise<unknown> => {
  const { stdout } = await place.run(["ps", "--json"])
  return JSON.parse(stdout).runs[index]?.state
}

/** The newest. */
export const runOf = async (place: Place): Promise<string> =>
  JSON.parse((await place.run(["ps", "--json"])).stdout).runs[0]?.run

export const withServer = async <A>(
  answer: (request: Received) => Answer | Promise<Answer>,
  body: (env: Readonly<Record<string, string>>, requests: ReadonlyArray<Received>) => Promise<A>
): Promise<A> => {
  const server = await startProviderServer(answer)
  try {
    return await body({ OPENAI_API_KEY: "sk-secret-0123456789", OPENAI_BASE_URL: server.url }, server.requests)
  } finally {
    await server.close()
  }
}
