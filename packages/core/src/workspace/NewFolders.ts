/**
 * The folders that a new file brings with it.
 */
import * as Effect from "effect/Effect"
import type { ConfinedRoot } from "./ConfinedRoot.ts"

/** Those on the way to a real path that are not there yet, the highest first. */
export const newFolders = Effect.fnUntraced(function* (root: ConfinedRoot["Service"], real: string) {
  const names = real.split("/")
  const folders: Array<string> = []
  for (let length = names.length - 1; length > 0; length--) {
    const folder = names.slice(0, length).join("/")
    const isThere = yield* root.resolve(folder).pipe(
      Effect.as(true),
      Effect.catchTag("PathNotFound", () => Effect.succeed(false)),
      Effect.orElseSucceed(() => true)
    )
    if (isThere) break
    folders.unshift(folder)
  }
  return folders
})
