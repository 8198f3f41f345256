/**
 * A skill: a page of know-how in the workspace, `SKILL.md`, that agents are offered by name and read when they need it.
 */
export interface Skill {
  readonly name: string
  readonly description: string
  /** Of its `SKILL.md`, relative to the workspace. */
  readonly path: string
}
