/**
 * Children by hand: each notes when it starts and when it is stopped, and ends when it is told to.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { type ChildSpec, make } from "../../src/actor/ChildSpec.ts"

export type Spec = ChildSpec<string, string>

export const children = () => {
  const seen: Array<string> = []
  const lives = new Map<string, Deferred.Deferred<string, string>>()
  const child = (id: string, more: Partial<Spec> = {}): Spec =>
    make<string, string>({
      id,
      start: () =>
        Effect.sync(() => {
          const life = Deferred.makeUnsafe<string, string>()
          lives.set(id, life)
          seen.push(`start ${id}`)
          return Deferred.await(life).pipe(Effect.onInterrupt(() => Effect.sync(() => seen.push(`stop ${id}`))))
        }),
      ...more
    })
  const life = (id: string) => lives.get(id) ?? Deferred.makeUnsafe<string, string>()
  const settled = Effect.repeat(Effect.yieldNow, { times: 20 })
  return {
    child,
    /** What has happened since this was last asked. */
    seen: Effect.as(settled, seen).pipe(Effect.map((all) => all.splice(0))),
    crash: (id: string) => Effect.andThen(Deferred.fail(life(id), `${id} crashed`), settled),
    complete: (id: string) => Effect.andThen(Deferred.succeed(life(id), `${id} is done`), settled),
    die: (id: string) => Effect.andThen(Deferred.die(life(id), new Error(`${id} broke`)), settled),
    interrupt: (id: string) => Effect.andThen(Deferred.interrupt(life(id)), settled)
  }
}
