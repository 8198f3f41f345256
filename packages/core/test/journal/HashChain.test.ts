import { createHash } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { rootPath } from "../../src/domain/Ids.ts"
import { canonicalJson, chainStart, entryHash, eventHash, genesis } from "../../src/journal/HashChain.ts"
import type { ChainEntry, StoredEvent } from "../../src/journal/JournalEvent.ts"
import { agent, runId } from "./fixture.ts"

const event: Omit<StoredEvent, "hash"> = {
  run: runId(1),
  seq: 1,
  time: 2,
  namespace: "test",
  version: 1,
  path: agent,
  parent: rootPath,
  type: "Note",
  body: '{"_tag":"Note","text":"a"}'
}

const entry: Omit<ChainEntry, "hash"> = { position: 1, time: 2, run: runId(1), kind: "Closed", events: 3, head: "ab" }

describe("canonicalJson", () => {
  it("writes keys in one order and leaves out what is undefined", () => {
    expect(canonicalJson({ b: [1, { d: null, c: "é" }, undefined], a: -0, z: undefined })).toBe(
      '{"a":0,"b":[1,{"c":"é","d":null},null]}'
    )
  })

  it("sorts keys by UTF-16 code units, not by characters", () => {
    expect(canonicalJson({ "\u{1f600}": 1, "\uff5e": 2, a: 3 })).toBe('{"a":3,"\u{1f600}":1,"\uff5e":2}')
  })

  it.effect.prop("means the same value, whatever the value", [Schema.Json], ([value]) =>
    Effect.sync(() => {
      expect(JSON.parse(canonicalJson(value))).toStrictEqual(JSON.parse(JSON.stringify(value)))
    })
  )

  it.effect.prop(
    "does not depend on the order in which keys were set",
    [Schema.Record(Schema.String, Schema.Json)],
    ([value]) =>
      Effect.sync(() => {
        expect(canonicalJson(Object.fromEntries(Object.entries(value).reverse()))).toBe(canonicalJson(value))
      })
  )
})

describe("eventHash", () => {
  it("is the SHA-256 of the hash before, a line feed and the event's canonical JSON", () => {
    const text = `{"body":{"_tag":"Note","text":"a"},"namespace":"test","parent":"/root","path":"/root/code-reviewer","run":"${runId(1)}","seq":1,"time":2,"type":"Note","version":1}`
    expect(canonicalJson({ ...event, body: JSON.parse(event.body) })).toBe(text)
    expect(eventHash(chainStart, event)).toBe(createHash("sha256").update(`${chainStart}\n${text}`).digest("hex"))
  })

  it("changes with every field and with the event before", () => {
    const others: ReadonlyArray<typeof event> = [
      { ...event, run: runId(2) },
      { ...event, seq: 2 },
      { ...event, time: 3 },
      { ...event, namespace: "tesu" },
      { ...event, version: 2 },
      { ...event, path: rootPath },
      { ...event, parent: null },
      { ...event, type: "Other" },
      { ...event, body: '{"_tag":"Note","text":"b"}' }
    ]
    const hashes = [...others, event].map((other) => eventHash(chainStart, other))
    expect(new Set([...hashes, eventHash("1".repeat(64), event)]).size).toBe(others.length + 2)
  })

  it.effect.prop(
    "tells any two texts apart, and any two places of one text",
    [Schema.String, Schema.String],
    ([a, b]) =>
      Effect.sync(() => {
        const at = (namespace: string, type: string) => eventHash(chainStart, { ...event, namespace, type })
        expect(at(a, "Note") === at(b, "Note")).toBe(a === b)
        expect(at(a, b) === at(b, a)).toBe(a === b)
      })
  )
})

describe("entryHash", () => {
  it("changes with every field and with the entry before", () => {
    const others: ReadonlyArray<typeof entry> = [
      { ...entry, position: 2 },
      { ...entry, time: 3 },
      { ...entry, run: runId(2) },
      { ...entry, kind: "Opened" },
      { ...entry, events: 4 },
      { ...entry, head: "ac" }
    ]
    const hashes = [...others, entry].map((other) => entryHash(chainStart, other))
    expect(new Set([...hashes, entryHash("1".repeat(64), entry)]).size).toBe(others.length + 2)
  })
})

describe("genesis", () => {
  it("differs between runs and between places in the chain of heads", () => {
    const all = [genesis(runId(1), chainStart), genesis(runId(2), chainStart), genesis(runId(1), "1".repeat(64))]
    expect(new Set(all).size).toBe(3)
  })
})
