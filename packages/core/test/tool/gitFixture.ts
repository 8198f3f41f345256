/**
 * A real repository in a workspace: commits with names and dates that never change.
 */
import { execFileSync } from "node:child_process"
import type { Fixture } from "../workspace/fixture.ts"

export interface Repository {
  readonly git: (...args: ReadonlyArray<string>) => string
  /** Commits all that is in the workspace. */
  readonly commit: (message: string) => void
}

export const repository = ({ root }: Fixture, ...options: ReadonlyArray<string>): Repository => {
  let minute = 0
  const git = (...args: ReadonlyArray<string>): string => {
    const date = `2024-01-02T03:${String(minute).padStart(2, "0")}:00Z`
    const env = {
      PATH: process.env.PATH,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_AUTHOR_NAME: "Ada",
      GIT_AUTHOR_EMAIL: "ada@example.org",
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: "Ada",
      GIT_COMMITTER_EMAIL: "ada@example.org",
      GIT_COMMITTER_DATE: date
    }
    return execFileSync("git", args, { cwd: root, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
  }
  git("init", "-q", "-b", "main", ...options)
  return {
    git,
    commit: (message) => {
      minute += 1
      git("add", "-A")
      git("commit", "-q", "--allow-empty", "-m", message)
    }
  }
}
