/**
 * Pipeline files that are refused, each with all that is said about it: `LINE:COLUMN FIELD: PROBLEM > FIX`.
 */

export interface Broken {
  readonly what: string
  readonly text: string
  readonly problems: ReadonlyArray<string>
}

const step = (...lines: ReadonlyArray<string>): string =>
  ["steps:", "  - id: a", "    run: make", ...lines.map((line) => `    ${line}`), ""].join("\n")

const install = (...lines: ReadonlyArray<string>): string =>
  ["install:", ...lines.map((line) => `  ${line}`), ""].join("\n")

export const broken: ReadonlyArray<Broken> = [
  {
    what: "an empty file",
    text: "",
    problems: ["1:1 : the file is empty > Write at least one step, or have deputize build --init write the file."]
  },
  {
    what: "a file of comments",
    text: "# nothing\n",
    problems: ["1:1 : the file is empty > Write at least one step, or have deputize build --init write the file."]
  },
  {
    what: "a list instead of a mapping",
    text: "- id: a\n",
    problems: ["1:1 : expected a mapping with name and steps, found a list > Write a mapping with name and steps."]
  },
  {
    what: "a text instead of a mapping",
    text: "build everything\n",
    problems: [
      '1:1 : expected a mapping with name and steps, found "build everything" > Write a mapping with name and steps.'
    ]
  },
  {
    what: "no steps",
    text: "name: x\n",
    problems: ["1:1 : there is no step > Write steps: with at least one step of an id and a run."]
  },
  {
    what: "an empty list of steps",
    text: "steps: []\n",
    problems: ["1:1 steps: there is no step > Write steps: with at least one step of an id and a run."]
  },
  {
    what: "steps as a mapping",
    text: "steps:\n  a:\n    run: make\n",
    problems: ["2:3 steps: expected a list of steps, found a mapping > Write a list of steps."]
  },
  {
    what: "steps without a value",
    text: "steps:\n",
    problems: ["1:1 steps: has no value > Write a list of steps, or remove the key."]
  },
  {
    what: "a step that is a text",
    text: "steps:\n  - make\n",
    problems: [
      '2:5 steps[0]: expected a step: a mapping with an id, found "make" > Write a step: a mapping with an id.'
    ]
  },
  {
    what: "a step without an id",
    text: "steps:\n  - run: make\n",
    problems: ["2:5 steps[0]: id is missing > Add id: to it."]
  },
  {
    what: "a step that does nothing",
    text: "steps:\n  - id: a\n",
    problems: ["2:5 steps[0]: has nothing to do > Give it one of run, nx, steps or install."]
  },
  {
    what: "a step with both run and nx",
    text: step("nx: build"),
    problems: [
      "4:5 steps[0].nx: a step does one thing, and this has run and nx > Keep one of them, or make steps of them with needs between."
    ]
  },
  {
    what: "a step with three kinds of work",
    text: step("nx: build", "install: {bin: {a: a}}"),
    problems: [
      "4:5 steps[0].nx: a step does one thing, and this has run and nx and install > Keep one of them, or make steps of them with needs between."
    ]
  },
  {
    what: "an empty command",
    text: 'steps:\n  - id: a\n    run: ""\n',
    problems: ["3:10 steps[0].run: is empty > Write a command for the shell, or a list of a program and its arguments."]
  },
  {
    what: "an empty argument list",
    text: "steps:\n  - id: a\n    run: []\n",
    problems: ["3:10 steps[0].run: is an empty list > Give it at least one entry."]
  },
  {
    what: "a command of a wrong type",
    text: "steps:\n  - id: a\n    run: {make: all}\n",
    problems: [
      "3:10 steps[0].run: expected a command for the shell, or a list of a program and its arguments, found a mapping > Write a command for the shell, or a list of a program and its arguments."
    ]
  },
  {
    what: "an id with a slash",
    text: "steps:\n  - id: a/b\n    run: make\n",
    problems: [
      '2:9 steps[0].id: "a/b" is no name for a step > Use at most 64 letters, digits and . _ - without two underscores in a row.'
    ]
  },
  {
    what: "an id that is a number",
    text: "steps:\n  - id: 7\n    run: make\n",
    problems: [
      "2:9 steps[0].id: expected a name of letters, digits and . _ -, found 7 > Use at most 64 letters, digits and . _ - without two underscores in a row."
    ]
  },
  {
    what: "an id with two underscores",
    text: "steps:\n  - id: a__b\n    run: make\n",
    problems: [
      '2:9 steps[0].id: "a__b" is no name for a step > Use at most 64 letters, digits and . _ - without two underscores in a row.'
    ]
  },
  {
    what: "an id given twice",
    text: "steps:\n  - id: a\n    run: make\n  - id: a\n    run: make\n",
    problems: ["4:9 steps[1].id: there are two steps a > Give each step a name of its own."]
  },
  {
    what: "ids that differ in case only",
    text: "steps:\n  - id: build\n    run: make\n  - id: Build\n    run: make\n",
    problems: [
      "4:9 steps[1].id: the steps build and Build differ only in the case of letters > Give each step a name of its own."
    ]
  },
  {
    what: "a step beside a top-level install of its id",
    text: `steps:\n  - id: install\n    run: make\n${install("bin: {a: out/a}")}`,
    problems: ["4:1 install: there are two steps install > Give each step a name of its own."]
  },
  {
    what: "an unknown key of a step",
    text: step("retrys: 3"),
    problems: ["4:5 steps[0].retrys: unknown key > Did you mean retries?"]
  },
  {
    what: "a key that other tools have",
    text: step("depends_on: [b]"),
    problems: ["4:5 steps[0].depends_on: unknown key > Did you mean needs?"]
  },
  {
    what: "an unknown key that is near nothing",
    text: step("zebra: 1"),
    problems: [
      "4:5 steps[0].zebra: unknown key > Known here: id, nx, run, install, title, inputs, outputs, cache, retries, retry_on, backoff, timeout, silent_after, env, cwd, skip_unless, continue_on_error, needs, on, steps."
    ]
  },
  {
    what: "an unknown key at the top",
    text: `${step()}step: []\n`,
    problems: ["4:1 step: unknown key > Did you mean steps?"]
  },
  {
    what: "a key in capitals",
    text: step("continueOnError: true"),
    problems: ["4:5 steps[0].continueOnError: unknown key > Did you mean continue_on_error?"]
  },
  {
    what: "a need that does not exist",
    text: `${step()}  - id: b\n    run: make\n    needs: [aa, zebra]\n`,
    problems: [
      '6:13 steps[1].needs[0]: there is no step "aa" > Did you mean a?',
      '6:17 steps[1].needs[1]: there is no step "zebra" > Steps are a, b.'
    ]
  },
  {
    what: "a step that needs itself",
    text: step("needs: a"),
    problems: ["4:12 steps[0].needs: steps need each other in a circle: a → a > Remove one of these needs."]
  },
  {
    what: "a circle of needs",
    text: "steps:\n  - {id: a, run: x, needs: [c]}\n  - {id: b, run: x, needs: [a]}\n  - {id: c, run: x, needs: [b]}\n",
    problems: ["2:29 steps[0].needs[0]: steps need each other in a circle: a → c → b → a > Remove one of these needs."]
  },
  {
    what: "two circles of needs",
    text: "steps:\n  - {id: a, run: x, needs: [b]}\n  - {id: b, run: x, needs: [a]}\n  - {id: c, run: x, needs: [d]}\n  - {id: d, run: x, needs: [c]}\n",
    problems: [
      "2:29 steps[0].needs[0]: steps need each other in a circle: a → b → a > Remove one of these needs.",
      "4:29 steps[2].needs[0]: steps need each other in a circle: c → d → c > Remove one of these needs."
    ]
  },
  {
    what: "a member that needs its own group",
    text: "steps:\n  - id: g\n    steps:\n      - {id: a, run: x, needs: [g]}\n",
    problems: [
      "4:33 steps[0].steps[0].needs[0]: steps need each other in a circle: g/a → g/a > Remove one of these needs."
    ]
  },
  {
    what: "a step that needs the top-level install",
    text: `${step("needs: install")}${install("bin: {a: out/a}")}`,
    problems: ["4:12 steps[0].needs: steps need each other in a circle: a → install → a > Remove one of these needs."]
  },
  {
    what: "a group that says what only steps can",
    text: "steps:\n  - id: g\n    timeout: 1m\n    steps:\n      - {id: a, run: x}\n",
    problems: [
      "3:5 steps[0].timeout: cannot be said of a group > Say it of its members; they inherit needs, env and cwd."
    ]
  },
  {
    what: "a group without members",
    text: "steps:\n  - id: g\n    steps: []\n",
    problems: ["3:12 steps[0].steps: is an empty list > Give it at least one entry."]
  },
  {
    what: "a duration without a unit",
    text: step("timeout: 10"),
    problems: [
      "4:14 steps[0].timeout: expected a duration such as 90s, 10m or 1h30m, found 10 > Write a number with ms, s, m, h or d, such as 90s, 10m or 1h30m."
    ]
  },
  {
    what: "a duration that is none",
    text: step("timeout: 10 minutes", "silent_after: 0s", "backoff: {initial: soon, max: 30d}"),
    problems: [
      '4:14 steps[0].timeout: "10 minutes" is no duration > Write a number with ms, s, m, h or d, such as 90s, 10m or 1h30m.',
      '5:19 steps[0].silent_after: "0s" is no time at all > Write a number with ms, s, m, h or d, such as 90s, 10m or 1h30m.',
      '6:24 steps[0].backoff.initial: "soon" is no duration > Write a number with ms, s, m, h or d, such as 90s, 10m or 1h30m.',
      '6:35 steps[0].backoff.max: "30d" is longer than 24 days > Write a number with ms, s, m, h or d, such as 90s, 10m or 1h30m.'
    ]
  },
  {
    what: "a backoff of a wrong type",
    text: step("backoff: [1s]"),
    problems: [
      "4:14 steps[0].backoff: expected a duration such as 1s, or a mapping with initial, factor and max, found a list > Write a duration such as 1s, or a mapping with initial, factor and max."
    ]
  },
  {
    what: "a backoff whose factor is below 1",
    text: step("backoff: {factor: 0.5}"),
    problems: ["4:23 steps[0].backoff.factor: expected a number from 1 to 10, found 0.5 > Write a number from 1 to 10."]
  },
  {
    what: "retries that are no count",
    text: step("retries: -1"),
    problems: [
      "4:14 steps[0].retries: expected a whole number from 0 to 100, found -1 > Write a whole number from 0 to 100."
    ]
  },
  {
    what: "retries that are a text",
    text: step('retries: "two"'),
    problems: [
      '4:14 steps[0].retries: expected a whole number from 0 to 100, found "two" > Write a whole number from 0 to 100.'
    ]
  },
  {
    what: "exit codes that are none",
    text: step("retry_on: {exit_codes: [0, 300, x]}"),
    problems: [
      "4:29 steps[0].retry_on.exit_codes[0]: expected a whole number from 1 to 255, found 0 > Write a whole number from 1 to 255.",
      "4:32 steps[0].retry_on.exit_codes[1]: expected a whole number from 1 to 255, found 300 > Write a whole number from 1 to 255.",
      '4:37 steps[0].retry_on.exit_codes[2]: expected a whole number from 1 to 255, found "x" > Write a whole number from 1 to 255.'
    ]
  },
  {
    what: "a regular expression that is none",
    text: step('retry_on: {patterns: ["(", "ok"]}'),
    problems: [
      '4:27 steps[0].retry_on.patterns[0]: "(" is no regular expression: Unterminated group > Correct the expression; put it in single quotes, so that backslashes stay as they are.'
    ]
  },
  {
    what: "a glob with an open bracket",
    text: step('inputs: ["src/[ab", "src/{a,b"]'),
    problems: [
      '4:14 steps[0].inputs[0]: "src/[ab" is no glob: a bracket has no partner > Write a path or glob from the workspace with / between folders, such as src/**; ! in front leaves out.',
      '4:25 steps[0].inputs[1]: "src/{a,b" is no glob: a bracket has no partner > Write a path or glob from the workspace with / between folders, such as src/**; ! in front leaves out.'
    ]
  },
  {
    what: "a glob with backslashes",
    text: step("inputs: ['src\\**']"),
    problems: [
      '4:14 steps[0].inputs[0]: "src\\\\**" has \\ between folders > Write a path or glob from the workspace with / between folders, such as src/**; ! in front leaves out.'
    ]
  },
  {
    what: "outputs outside the workspace",
    text: step("outputs: [../dist, /tmp/x, ~/y, a/../../b]"),
    problems: [
      '4:15 steps[0].outputs[0]: "../dist" is outside the workspace > Write a path or glob inside the workspace with / between folders, such as dist or out/*.js.',
      '4:24 steps[0].outputs[1]: "/tmp/x" is outside the workspace > Write a path or glob inside the workspace with / between folders, such as dist or out/*.js.',
      '4:32 steps[0].outputs[2]: "~/y" begins with ~, which is not expanded here > Write a path or glob inside the workspace with / between folders, such as dist or out/*.js.',
      '4:37 steps[0].outputs[3]: "a/../../b" goes back by .. > Write a path or glob inside the workspace with / between folders, such as dist or out/*.js.'
    ]
  },
  {
    what: "outputs that are the whole workspace",
    text: step('outputs: [".", "**"]'),
    problems: [
      '4:15 steps[0].outputs[0]: "." is the whole workspace > Write a path or glob inside the workspace with / between folders, such as dist or out/*.js.',
      '4:20 steps[0].outputs[1]: "**" is the whole workspace > Write a path or glob inside the workspace with / between folders, such as dist or out/*.js.'
    ]
  },
  {
    what: "a working folder outside the workspace",
    text: step("cwd: ../other"),
    problems: [
      '4:10 steps[0].cwd: "../other" is outside the workspace > Write a path from the workspace that stays in it, such as packages/app.'
    ]
  },
  {
    what: "a cache that does not exist",
    text: step("cache: always"),
    problems: ['4:12 steps[0].cache: expected nx, content or never, found "always" > Write nx, content or never.']
  },
  {
    what: "Nx's cache for a command",
    text: step("cache: nx"),
    problems: ["4:12 steps[0].cache: nx caches only what runs by nx > Use content and state inputs, or never."]
  },
  {
    what: "a cache by content without inputs",
    text: step("cache: content"),
    problems: [
      "4:12 steps[0].cache: content is compared by inputs, and none are stated > Use content and state inputs, or never."
    ]
  },
  {
    what: "two steps with one output",
    text: `${step("outputs: [dist, other]")}  - id: b\n    run: make\n    outputs: [dist]\n`,
    problems: ["7:15 steps[1].outputs[0]: dist is made by a too > Let one step make it, or leave it out of one with !."]
  },
  {
    what: "an output inside another step's",
    text: `${step("outputs: [dist/**]")}  - id: b\n    run: make\n    outputs: [dist/types]\n`,
    problems: [
      "7:15 steps[1].outputs[0]: dist/types is made by a too (dist) > Let one step make it, or leave it out of one with !."
    ]
  },
  {
    what: "an output that another step's glob matches",
    text: `${step("outputs: ['out/*.js']")}  - id: b\n    run: make\n    outputs: [./out/a.js]\n`,
    problems: [
      "7:15 steps[1].outputs[0]: out/a.js is made by a too (out/*.js) > Let one step make it, or leave it out of one with !."
    ]
  },
  {
    what: "names of variables that are none",
    text: step("env: {A-B: 1, 1X: 2, OK: 3}"),
    problems: [
      '4:11 steps[0].env.A-B: "A-B" is no name of a variable > Use letters, digits and underscores, and begin with no digit.',
      '4:19 steps[0].env.1X: "1X" is no name of a variable > Use letters, digits and underscores, and begin with no digit.'
    ]
  },
  {
    what: "a variable that is a list",
    text: step("env: {A: [1]}"),
    problems: ["4:14 steps[0].env.A: expected a text, found a list > Write a text without null characters."]
  },
  {
    what: "an environment that is a list",
    text: step("env: [A=1]"),
    problems: ["4:10 steps[0].env: expected variables by name, found a list > Write variables by name."]
  },
  {
    what: "a condition with two parts",
    text: step("skip_unless: {env: CI, exists: dist}"),
    problems: ["4:5 steps[0].skip_unless: states more than one condition > Give it one of exists, env and command."]
  },
  {
    what: "a condition without a part",
    text: step("skip_unless: {}"),
    problems: ["4:5 steps[0].skip_unless: states no condition > Give it one of exists, env and command."]
  },
  {
    what: "a condition by a name that is none",
    text: step("skip_unless: {env: A-B}"),
    problems: [
      '4:24 steps[0].skip_unless.env: "A-B" is neither NAME nor NAME=value > Write NAME where it must be set, or NAME=value.'
    ]
  },
  {
    what: "a flag that is a text",
    text: step('continue_on_error: "yes"'),
    problems: ['4:24 steps[0].continue_on_error: expected true or false, found "yes" > Write true or false.']
  },
  {
    what: "a platform that does not exist",
    text: step("on: {darwin: null}"),
    problems: ["4:10 steps[0].on.darwin: unknown key > Known here: linux, macos, windows."]
  },
  {
    what: "a step with work on some platforms only",
    text: "steps:\n  - id: a\n    on: {linux: {run: make}, windows: null}\n",
    problems: ["2:5 steps[0]: has nothing to do on macos > Give it a run for macos too, or null to leave it out there."]
  },
  {
    what: "a platform with two kinds of work",
    text: step("on: {linux: {run: a, nx: b}}"),
    problems: [
      "4:26 steps[0].on.linux.nx: a step does one thing, and this has run and nx > Keep one of them, or make steps of them with needs between."
    ]
  },
  {
    what: "an nx step without targets",
    text: "steps:\n  - id: a\n    nx: {projects: [x]}\n",
    problems: ["3:9 steps[0].nx: targets is missing > Add targets: to it."]
  },
  {
    what: "an nx step with no jobs",
    text: "steps:\n  - id: a\n    nx: {targets: build, parallel: 0}\n",
    problems: [
      "3:36 steps[0].nx.parallel: expected a whole number from 1 to 1024, found 0 > Write a whole number from 1 to 1024."
    ]
  },
  {
    what: "an install of nothing",
    text: install("verify: x --version"),
    problems: [
      "1:1 install: has neither bin nor files to install > Give it bin with the built file of each command, or files, npm or cargo."
    ]
  },
  {
    what: "an install with an empty bin",
    text: install("bin: {}"),
    problems: [
      "1:1 install: has neither bin nor files to install > Give it bin with the built file of each command, or files, npm or cargo."
    ]
  },
  {
    what: "an install from two sources",
    text: install("npm: packages/a", "cargo: crates/a"),
    problems: [
      "1:1 install: installs from npm and from cargo > Keep one of files, npm and cargo, or make two install steps."
    ]
  },
  {
    what: "an install whose commands have no files",
    text: install("bin: [a]"),
    problems: [
      "2:3 install.bin: names commands without their files > Write bin as a mapping from each command to its file."
    ]
  },
  {
    what: "an install that leaves its folder",
    text: install("files: [{from: ../x, to: ../y, mode: 999}]", "bin: {a/b: bin/a}"),
    problems: [
      '2:18 install.files[0].from: "../x" is outside the workspace > Write a path from the workspace that stays in it, such as packages/app.',
      '2:28 install.files[0].to: "../y" leads out of what is installed > Write a path that stays inside what is installed, such as bin/tool.',
      '3:9 install.bin.a/b: "a/b" is no name of a command > Write the name by which a shell finds it, without a path.'
    ]
  },
  {
    what: "an install that is a text",
    text: `${step()}install: yes\n`,
    problems: [
      '4:10 install: expected a mapping with bin, files, npm or cargo, found "yes" > Write a mapping with bin, files, npm or cargo.'
    ]
  },
  {
    what: "a size that is none",
    text: `checks: {disk: 10 gigs, memory: {least: 5}}\n${step()}`,
    problems: [
      '1:16 checks.disk: "10 gigs" is no size > Write a number with B, KB, MB, GB, TB or KiB, MiB, GiB, TiB, such as 10GB.',
      "1:41 checks.memory.least: expected a size such as 10GB or 512MiB, found 5 > Write a number with B, KB, MB, GB, TB or KiB, MiB, GiB, TiB, such as 10GB."
    ]
  },
  {
    what: "a severity that does not exist",
    text: `checks: {disk: {least: 1GB, severity: fatal}}\n${step()}`,
    problems: ['1:39 checks.disk.severity: expected warning or error, found "fatal" > Write warning or error.']
  },
  {
    what: "a version range that is none",
    text: `checks: {tools: {cargo: "newest please", ./x: "1"}}\n${step()}`,
    problems: [
      '1:25 checks.tools.cargo: "newest please" is no version range > Write a range such as ">=1.75 <2" or "^3.20"; "*" for any version.',
      '1:42 checks.tools../x: "./x" is no name of a command > Write the name by which a shell finds it, without a path.'
    ]
  },
  {
    what: "ports and hosts that are none",
    text: `checks: {ports: [0, 70000], network: ["https://x.y/", "x.y:0"]}\n${step()}`,
    problems: [
      "1:18 checks.ports[0]: expected a whole number from 1 to 65535, found 0 > Write a whole number from 1 to 65535.",
      "1:21 checks.ports[1]: expected a whole number from 1 to 65535, found 70000 > Write a whole number from 1 to 65535.",
      '1:39 checks.network[0]: "https://x.y/" is no host:port > Write host:port, such as registry.npmjs.org:443.',
      '1:55 checks.network[1]: "x.y:0" is no host:port > Write host:port, such as registry.npmjs.org:443.'
    ]
  },
  {
    what: "a key given twice",
    text: step("retries: 1", "retries: 2"),
    problems: ["5:5 steps[0].retries: given twice > Keep one of the two."]
  },
  { what: "a tab", text: "steps:\n\t- id: a\n", problems: ["2:1 : a tab indents this line > Indent with spaces."] },
  {
    what: "a quote without an end",
    text: 'steps:\n  - id: "a\n',
    problems: ['3:1 : missing closing "quote > Mend the YAML at this place.']
  },
  {
    what: "wrong indentation",
    text: "steps:\n  - id: a\n   run: make\n",
    problems: ["3:1 : sequence item without - indicator > Mend the YAML at this place."]
  },
  {
    what: "two documents",
    text: `${step()}---\n${step()}`,
    problems: ["4:1 : the file holds more than one YAML document > Keep what is before the line of ---."]
  },
  {
    what: "a tag",
    text: "steps: !include other.yaml\n",
    problems: ["1:8 : unresolved tag: !include > Remove the tag (!name)."]
  },
  {
    what: "an alias without an anchor",
    text: step("env: *common"),
    problems: ["4:10 steps[0].env: there is no &common before this > Write the value out."]
  },
  {
    what: "what an alias stands for, where it is written",
    text: "steps:\n  - {id: a, run: x, env: &e {A-B: 1}}\n  - {id: b, run: x, env: *e}\n",
    problems: [
      '2:30 steps[0].env.A-B: "A-B" is no name of a variable > Use letters, digits and underscores, and begin with no digit.',
      '2:30 steps[1].env.A-B: "A-B" is no name of a variable > Use letters, digits and underscores, and begin with no digit.'
    ]
  },
  {
    what: "aliases that expand without end",
    text: `a: &a [x,x,x,x,x,x,x,x,x]\n${["b", "c", "d", "e", "f"].map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${"abcdef"[index]}`).join(",")}]`).join("\n")}\n`,
    problems: ["5:8 : its aliases (*name) expand to too much > Write the values out instead of using aliases."]
  },
  {
    what: "an alias to itself",
    text: "steps: &a\n  - *a\n",
    problems: ["2:5 : its aliases (*name) expand to too much > Write the values out instead of using aliases."]
  },
  {
    what: "a depth that nobody writes",
    text: `steps: ${"[".repeat(100)}${"]".repeat(100)}\n`,
    problems: ["1:72 : nested deeper than 64 levels > Flatten the file."]
  },
  {
    what: "a key that is a list",
    text: "? [a, b]\n: 1\nsteps: []\n",
    problems: [
      "1:3 : a key that is not a text > Write a plain text before the colon.",
      "3:1 steps: there is no step > Write steps: with at least one step of an id and a run."
    ]
  },
  {
    what: "control characters in a title",
    text: step('title: "a\\eb"'),
    problems: ['4:12 steps[0].title: "a\\u001bb" has control characters > Write a few words on one line.']
  },
  {
    what: "much at once",
    text: `name: ""\nsteps:\n  - id: a\n    timeout: 5\n    needs: [bb]\n    colour: red\n  - id: b\n    run: make\n    nx: build\n    outputs: [../x]\n    env: {A-B: 1}\n`,
    problems: [
      "1:7 name: is empty > Write a few words on one line.",
      "3:5 steps[0]: has nothing to do > Give it one of run, nx, steps or install.",
      "4:14 steps[0].timeout: expected a duration such as 90s, 10m or 1h30m, found 5 > Write a number with ms, s, m, h or d, such as 90s, 10m or 1h30m.",
      '5:13 steps[0].needs[0]: there is no step "bb" > Did you mean b?',
      "6:5 steps[0].colour: unknown key > Known here: id, nx, run, install, title, inputs, outputs, cache, retries, retry_on, backoff, timeout, silent_after, env, cwd, skip_unless, continue_on_error, needs, on, steps.",
      "9:5 steps[1].nx: a step does one thing, and this has run and nx > Keep one of them, or make steps of them with needs between.",
      '10:15 steps[1].outputs[0]: "../x" is outside the workspace > Write a path or glob inside the workspace with / between folders, such as dist or out/*.js.',
      '11:11 steps[1].env.A-B: "A-B" is no name of a variable > Use letters, digits and underscores, and begin with no digit.'
    ]
  }
]
