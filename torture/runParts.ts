/**
 * The work of each agent of a tortured run, turn by turn: reading, writing, patching, deleting, effects on the outside,
 * plans, messages, children. A part bears every outcome that a cut call may have: what it finds unknown it looks up
 * before it does it again, so that each effect happens once and the files are the same in the end.
 */

export interface Call {
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
}

/** What the calls of a turn have given, in their order. */
export type Results = ReadonlyArray<string>

/** Turn by turn; comes back with the agent's answer. */
export type Part = Generator<ReadonlyArray<Call>, string, Results>

export type Kind =
  | "writer"
  | "lead"
  | "grand"
  | "deputy"
  | "talker"
  | "patcher"
  | "helper"
  | "reader"
  | "foreman"
  | "quick"

export const partOf = (kind: Kind, key: string): Part => parts[kind](key)

/** Files that the parts begin with. */
export const givenFiles = (keys: ReadonlyArray<string>): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(range(6).map((file) => [`src/file${file}.ts`, sourceText(file)])),
  ...Object.fromEntries(range(3).map((round) => [`patched/old${round}.txt`, oldText(round)])),
  ...Object.fromEntries(range(3).map((round) => [`patched/gone${round}.txt`, `gone ${round}\n`])),
  ...Object.fromEntries(range(books).map((book) => [`books/book${book}.txt`, bookText(book)])),
  [board]: keys.map((key) => `- [ ] ${key}\n`).join("")
})

/** Each as long as a read may be; a few of them are more than the reader's model holds. */
export const books = 14

/** A file of which many agents change a line each. */
export const board = "shared/board.md"

// internal

type Steps<A> = Generator<ReadonlyArray<Call>, A, Results>

const range = (count: number) => Array.from({ length: count }, (_, index) => index)

const sourceText = (file: number): string =>
  range(30)
    .map((line) => `export const value${file}_${line} = ${file * line}\n`)
    .join("")

const oldText = (round: number): string => `round ${round}\nold line\nlast line\n`

const bookText = (book: number): string =>
  range(70)
    .map((line) => `Line ${line} of book ${book}: ${"it was a long story and nobody had asked ".repeat(2)}\n`)
    .join("")

const call = (name: string, args: Call["args"]): Call => ({ name, args })
const read = (path: string): Call => call("read_file", { path })
const probe = (id: string): Call => call("probe", { id })
const program = (id: string): Call => call("run_program", { id })

/** A script that does not come to an end is a mistake of the torture, or of what it tortures. */
const mostTries = 10

/** Until an attempt says that it is done. */
function* repeat(what: string, attempt: (count: number) => Steps<boolean>): Steps<void> {
  for (const count of range(mostTries)) if (yield* attempt(count)) return
  throw new Error(`${what}: still not done after ${mostTries} tries`)
}

const has = (results: Results, words: string): boolean => (results[0] ?? "").includes(words)
const begins = (results: Results, words: RegExp): boolean => words.test(results[0] ?? "")

/** Has a whole new file there. Its first line tells that it is. */
function* put(path: string, content: string): Steps<void> {
  const marker = content.split("\n")[0] ?? ""
  yield* repeat(`writing ${path}`, function* () {
    const results = yield [call("write_file", { path, content })]
    return begins(results, /^(made|replaced) /) || has(yield [read(path)], marker)
  })
}

/** Has one line in the place of another. */
function* change(path: string, old: string, fresh: string): Steps<void> {
  yield* repeat(`editing ${path}`, function* (count) {
    if (has(yield [read(path)], fresh)) return true
    // Who loses a race for a shared file often is not to be taken for one who repeats itself.
    const all = count % 2 === 1
    return begins(yield [call("edit", { path, old, new: fresh, all })], /^edited /)
  })
}

function* remove(path: string): Steps<void> {
  yield* repeat(`removing ${path}`, function* () {
    const isGone = !begins(yield [read(path)], /^(?!error)/)
    return isGone || begins(yield [call("delete_file", { path })], /^removed /)
  })
}

/** On the outside, once: looked up where it is not known. */
function* effect(id: string): Steps<void> {
  yield* repeat(`effect ${id}`, function* () {
    return (
      begins(yield [call("post_effect", { id })], /^posted /) || has(yield [call("look_effect", { id })], "is there")
    )
  })
}

function* plan(key: string, ...statuses: ReadonlyArray<"pending" | "doing" | "done">): Steps<void> {
  yield [call("update_plan", { steps: statuses.map((status, index) => ({ text: `${key} step ${index}`, status })) })]
}

function* waitForAll(): Steps<void> {
  yield* repeat("waiting", function* () {
    return !has(yield [call("wait", {})], "Not ended yet")
  })
}

/** One call may be made again, and starts nobody else then. */
const start = (agent: string, key: string): Call => call("spawn_agent", { agent, goal: goalOf(key) })

export const goalOf = (key: string): string => `Do your part. [[${key}]]`

const text = (key: string, lines: number): string =>
  [`of ${key}`, ...range(lines).map((line) => `${key} line ${line}`), ""].join("\n")

function* tick(key: string): Steps<void> {
  yield* change(board, `- [ ] ${key}\n`, `- [x] ${key}\n`)
}

const parts: Readonly<Record<Kind, (key: string) => Part>> = {
  *writer(key) {
    yield* plan(key, "doing", "pending", "pending")
    yield [read("src/file0.ts"), call("grep", { pattern: "value1_2" }), probe(`${key}-a`)]
    yield* put(`out/${key}/a.txt`, text(key, 40))
    yield* effect(`${key}-1`)
    yield* change(`out/${key}/a.txt`, `${key} line 7\n`, `${key} line seven\n`)
    yield* put(`out/${key}/tmp.txt`, text(`${key} tmp`, 5))
    yield* tick(key)
    yield* remove(`out/${key}/tmp.txt`)
    yield [program(`${key}-c`)]
    yield [probe(`${key}-b`), call("list_dir", { path: "src" }), read("src/file1.ts")]
    yield* put(`out/${key}/b.txt`, text(`${key} b`, 10))
    yield* effect(`${key}-2`)
    yield* plan(key, "done", "done", "done")
    return `${key} has written its files.`
  },
  *lead(key) {
    yield* plan(key, "doing", "pending")
    yield [start("helper", `${key}.1`), start("helper", `${key}.2`)]
    yield* put(`out/${key}/lead.txt`, text(key, 20))
    yield [program(`${key}-a`)]
    yield* effect(key)
    yield* waitForAll()
    yield [start("helper", `${key}.3`)]
    yield* tick(key)
    yield* waitForAll()
    yield* put(`out/${key}/sum.txt`, text(`${key} sum`, 3))
    return `${key} has the parts together.`
  },
  *grand(key) {
    yield [start("deputy", `${key}.d`), probe(`${key}-a`)]
    yield* tick(key)
    yield* waitForAll()
    yield* put(`out/${key}/grand.txt`, text(key, 4))
    return `${key} is content.`
  },
  *deputy(key) {
    yield [start("helper", `${key}.1`), start("helper", `${key}.2`)]
    yield [call("send_message", { to: "parent", text: `${key} has begun` })]
    yield* put(`out/${key}/deputy.txt`, text(key, 8))
    yield* waitForAll()
    yield* effect(key)
    return `${key} is done.`
  },
  *talker(key) {
    const other = key === "t1" ? "/root/talker#2" : "/root/talker"
    yield [call("send_message", { to: other, text: `${key} has begun` }), probe(`${key}-a`)]
    yield* put(`out/${key}/said.txt`, text(key, 6))
    yield [program(`${key}-b`), program(`${key}-c`)]
    yield [call("send_message", { to: other, text: `${key} has written` }), call("list_agents", {})]
    yield* tick(key)
    yield* effect(key)
    yield [call("send_message", { to: "/root/patcher", text: `${key} is about to end` })]
    return `${key} has said it.`
  },
  *patcher(key) {
    for (const round of range(3)) {
      const [old, gone, fresh] = ["old", "gone", "new"].map((name) => `patched/${name}${round}.txt`)
      yield [read(`${old}`), read(`${gone}`)]
      const patch = [
        "*** Begin Patch",
        `*** Update File: ${old}`,
        "@@",
        ` round ${round}`,
        "-old line",
        "+new line",
        `*** Add File: ${fresh}`,
        `+fresh ${round}`,
        `*** Delete File: ${gone}`,
        "*** End Patch"
      ].join("\n")
      if (begins(yield [call("apply_patch", { patch })], /^(made|changed|removed) /)) continue
      yield* change(`${old}`, "old line\n", "new line\n")
      yield* remove(`${gone}`)
      if (!has(yield [read(`${fresh}`)], `fresh ${round}`)) yield* put(`${fresh}`, `fresh ${round}\n`)
    }
    yield* tick(key)
    yield* effect(key)
    return `${key} has patched.`
  },
  *helper(key) {
    yield [read("src/file2.ts"), probe(`${key}-a`)]
    yield* put(`out/${key}.txt`, text(key, 12))
    yield* effect(key)
    yield [probe(`${key}-b`), read(`out/${key}.txt`)]
    return `${key} is there.`
  },
  /** Reads more than its model can hold at once, so that its conversation is summed up several times. */
  *reader(key) {
    yield* tick(key)
    for (const book of range(books)) {
      yield [read(`books/book${book}.txt`)]
      if (book % 4 === 2) yield* effect(`${key}-${(book + 2) / 4}`)
    }
    yield* put(`out/${key}/read.txt`, text(key, books))
    return `${key} has read them all.`
  },
  /** `KEY*N` starts eight quick ones N times, each when those before have ended. */
  *foreman(key) {
    const [name = "", count = "1"] = key.split("*")
    for (const batch of range(Number(count))) {
      yield range(8).map((index) => start("quick", `${name}.${batch}.${index}`))
      yield* waitForAll()
    }
    return `${key} has the parts together.`
  },
  *quick(key) {
    for (const turn of range(3)) yield [probe(`${key}-${turn}`), read("src/file3.ts")]
    return `${key} is there.`
  }
}
