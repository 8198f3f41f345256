/**
 * Which probes the words of a goal name, and which of its words are thereby spoken for. Words of everyday use name a
 * probe only if the goal says nothing else: the `state` of a budget is no question about global variables.
 */
import type { Probe } from "./Probe.ts"
import { fold, isCjk, stem, type Token, tokens } from "./Words.ts"

export interface ProbeChoice {
  readonly probes: ReadonlyArray<Probe>
  /** The tokens of the goal that the chosen probes stand for. */
  readonly covered: ReadonlySet<Token>
}

/** A probe whose words are only a part of another's phrase is left out; the role's own come first. */
export const chooseProbes = (goal: string, found: ReadonlyArray<Token>, probes: ReadonlyArray<Probe>): ProbeChoice => {
  const text = fold(goal)
  const words = new Set(probes.flatMap((probe) => probe.words.map(fold)))
  const claims = probes.map((probe) => claimOf(probe, text, found, words))
  const claimed = new Set(claims.flatMap((claim) => [...claim.tokens]))
  const saysMore = found.some((token) => token.kind === "content" && !claimed.has(token))
  const sure = claims.filter((claim) => claim.tokens.size > 0 && (claim.sure || !saysMore))
  // One sure claim is what the goal is about; the vague words beside it only describe it.
  const counted = sure.some((claim) => claim.sure) ? sure.filter((claim) => claim.sure) : sure
  const kept = counted
    .filter((claim) => !counted.some((other) => isPart(claim.tokens, other.tokens)))
    .toSorted((one, other) => Number(one.probe.borrowed ?? false) - Number(other.probe.borrowed ?? false))
    .slice(0, mostProbes)
  // Beside a sure claim, vague words are no terms of their own either.
  const spokenFor = counted.some((claim) => claim.sure) ? claims : kept
  return { probes: kept.map((claim) => claim.probe), covered: new Set(spokenFor.flatMap((claim) => [...claim.tokens])) }
}

// internal

const mostProbes = 10

interface Claim {
  readonly probe: Probe
  readonly tokens: ReadonlySet<Token>
  /** A phrase, or a word with one meaning. */
  readonly sure: boolean
}

const claimOf = (probe: Probe, text: string, found: ReadonlyArray<Token>, words: ReadonlySet<string>): Claim => {
  const named = probe.words.flatMap((word) => {
    const run = tokensOf(text, found, word, words)
    return run.length === 0 ? [] : [{ run, sure: !vague.has(stem(word)) }]
  })
  const sure = named.some((one) => one.sure)
  return { probe, sure, tokens: new Set(named.filter((one) => one.sure === sure).flatMap((one) => one.run)) }
}

const isPart = (tokens: ReadonlySet<Token>, others: ReadonlySet<Token>): boolean =>
  others.size > tokens.size && [...tokens].every((token) => others.has(token))

/** The goal's tokens that say `word`: as a run of stems, or, where words are not spaced, as a part of the text. */
const tokensOf = (
  text: string,
  found: ReadonlyArray<Token>,
  word: string,
  words: ReadonlySet<string>
): ReadonlyArray<Token> => {
  const folded = fold(word)
  if (isCjk(folded)) {
    const at = text.indexOf(folded)
    return at < 0 ? [] : found.filter((token) => token.start < at + folded.length && token.end > at)
  }
  const wanted = tokens(folded)
  for (let from = 0; from + wanted.length <= found.length && wanted.length > 0; from++) {
    const run = found.slice(from, from + wanted.length)
    if (run.every((token, index) => sameWord(token, wanted[index], wanted.length === 1 && !words.has(token.text))))
      return run
  }
  return []
}

/** Long single words also match as the beginning of one that no probe has, for German compounds and inflections. */
const sameWord = (token: Token, wanted: Token | undefined, prefix: boolean): boolean =>
  wanted !== undefined &&
  (token.stem === wanted.stem ||
    token.text === wanted.text ||
    (prefix && wanted.text.length >= 6 && token.text.startsWith(wanted.text)))

const vague: ReadonlySet<string> = new Set(
  `any api arguments build cast casts class classes client component components conditional config configuration delay
  design doc document endpoint endpoints entry env environment examples example export exports failure failures fetch
  fork global guide hang hangs hash http https interface interfaces log logs main module modules order overview
  parameter parameters path print process random raise request requests route routes sample samples server service
  services settings shell signal signals signature skip skipped socket start startup state step storage structure
  switch term terms thrown throw timeout timeouts topic type types typing url warnings
  状態 状态 条件 設定 配置 设置 設計 设计 型 类型 类 服务 モジュール 模块 サービス クラス 起動 启动 构建 構成 構造 结构
  流れ 手順 顺序 流程 前提 例 例子 请求 通信 プロセス 进程 中断 信号
  ausgabe klasse klassen dienst dienste modul komponente komponenten zustand aufbau pfad frage fragen signale`
    .split(/\s+/)
    .map(stem)
)
