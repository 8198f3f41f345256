/**
 * What a setting is: its names in files, variables and flags, the form of its values, and what a project may do to it.
 */
import type { Form } from "./Form.ts"
import type { SettingFacts } from "./SettingFacts.ts"
import type { Said } from "./Source.ts"

export interface Setting<A> extends SettingFacts {
  readonly form: Form<A>
  readonly fallback: A | undefined
  readonly project: ProjectRule<A>
  /** A value over one of a lower layer; without it, it takes that one's place. */
  readonly over?: (above: A, below: A) => A
  /** What variables of other names say. */
  readonly otherVariables?: (variables: Variables) => Said<A> | undefined
  /** What flags say, where more than one has a say in it. */
  readonly flagText?: (flags: Flags) => string | undefined
}

export type Variables = Readonly<Record<string, string | undefined>>

/** The flags of a command line. */
export interface Flags {
  has(flag: string): boolean
  value(flag: string): string | undefined
  all(flag: string): ReadonlyArray<string>
}

/**
 * A project is whatever its authors made it. What sends requests or keys elsewhere is used once the user trusts it; what
 * limits a run may be narrowed, never widened, trusted or not.
 */
export type ProjectRule<A> =
  | { readonly _tag: "Free" }
  | { readonly _tag: "Trusted" }
  | { readonly _tag: "Narrows"; readonly narrow: Narrow<A> }

/** Of what a project says over what is in force, the part that is used and the part that would widen it. */
export type Narrow<A> = (
  said: A,
  inForce: A | undefined
) => { readonly kept: A | undefined; readonly refused: A | undefined }
