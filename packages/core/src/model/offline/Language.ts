/**
 * The language a goal is written in, as far as reports can be written in it. Script first, then a count of the small
 * words that every sentence has.
 */
import type { ReportLanguage } from "./Probe.ts"

export interface GoalLanguage {
  readonly report: ReportLanguage
  /** The goal's own language has no report texts; English stands in. */
  readonly standIn: boolean
}

export const languageOf = (goal: string): GoalLanguage => {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(goal)) return { report: "ja", standIn: false }
  if (/\p{Script=Han}/u.test(goal)) return { report: japaneseForms.test(goal) ? "ja" : "zh", standIn: false }
  const letters = goal.match(/\p{L}/gu)?.length ?? 0
  const latin = goal.match(/\p{Script=Latin}/gu)?.length ?? 0
  if (letters > 0 && (letters - latin) * 3 >= letters) return { report: "en", standIn: true }
  const words = new Set(goal.toLowerCase().match(/\p{L}+/gu))
  const score = (small: string) => small.split(" ").filter((word) => words.has(word)).length
  const english = score(smallWords.en)
  const german = score(smallWords.de) + (/[äöüß]/i.test(goal) ? 1 : 0)
  const other = score(smallWords.other) + (/[àâçèéêëîïñóòôœùúûąćęłńśźżãõåø]/i.test(goal) ? 1 : 0)
  if (german > english && german >= other) return { report: "de", standIn: false }
  return { report: "en", standIn: other > english }
}

// internal

/** Characters that Japanese writes and Chinese does not, for goals in Kanji alone. */
const japaneseForms = /[検査処図読実発効関変単総験対応編働込脆]/u

const smallWords = {
  en: "the a an of for to in and is are with without what how where which review check find list show explain",
  de: "der die das den dem des ein eine einen und oder mit ohne von für auf im in ist sind wie was wo welche alle prüfe prüfen finde suche zeige erkläre nach nicht dateien fehler tests sicherheit",
  other:
    "le la les des du une un et ou avec sans pour dans sur est sont que qui el los las una y con sin por para en del il lo gli di e che per sono da o os as um uma não com sem van het een och att är для som"
}
