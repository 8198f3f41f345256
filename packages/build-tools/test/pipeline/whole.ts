/**
 * Pipeline files that load.
 */

const full = `# yaml-language-server: $schema=./schema.json
env: {A: 1, B: 1.80, C: true}
checks:
  tools:
    cargo: ">=1.75"
    ninja: {version: 1.10, args: [-v], severity: warning}
  disk: 10GB
  memory: {least: 512 MiB, severity: warning}
  ports: [8080]
  network: ["registry.npmjs.org:443"]
logs_dir: ~/logs
steps:
  - id: compile
    title: Compile
    run: [make, -j, 4]
    inputs: src/**
    outputs: [dist]
    retries: 5
    retry_on: {exit_codes: [7], patterns: ETIME}
    backoff: {initial: 500ms, factor: 3, max: 1m}
    timeout: 1h30m
    silent_after: 1.5s
    env: {D: 0x1F}
    cwd: ./sub/
    skip_unless: {env: CI=a=b}
    continue_on_error: true
  - id: nx
    needs: [compile]
    nx: {targets: [build, test], projects: a, configuration: production, parallel: 3}
    skip_unless: {exists: nx.json}
install:
  name: x
  prefix: ~/tools
  files:
    - {from: out/x, to: bin/x, mode: 0755}
    - share
  bin: {x: bin/x}
  verify: [x, --version]
  keep: 1
  agents: agents
`

const grouped = `steps:
  - {id: clean, run: rm}
  - id: g
    needs: clean
    env: {A: g, B: g}
    cwd: sub
    steps:
      - {id: clean, run: rm}
      - id: h
        cwd: other
        steps:
          - {id: one, run: x, needs: clean, env: {A: one}}
  - {id: test, run: x, needs: g}
`

const platforms = `steps:
  - {id: a, run: make, env: {X: 1, Y: 1}, on: {windows: {run: nmake, env: {X: 2.50}}}}
  - {id: b, run: sign, needs: a, on: {windows: null}}
  - {id: c, run: ship, needs: b, on: {windows: {nx: ship}}}
`

export const whole = { full, grouped, platforms }
