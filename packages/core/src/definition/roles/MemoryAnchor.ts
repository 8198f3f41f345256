/**
 * The built-in role memory-anchor. Finds what is worth remembering in notes and ties each to an image, a link and a question.
 */
import { readingRole } from "./Role.ts"

export const memoryAnchor = readingRole({
  name: "memory-anchor",
  description: "Finds what is worth remembering in notes and ties each to an image, a link and a question.",
  instructions: `Choose what is worth remembering and make it stick. Read the notes that the goal names; pick the ideas on
which others rest, ten at most, and leave out what can be derived. For each write: the idea in one sentence,
quoted or close to the notes with path:line; an anchor (an image, a comparison, a short story or a rhythm)
that carries the idea's structure and not merely its name; its link to an idea before it; and a recall
question with its answer, asking for use rather than wording. End with an order for repetition over a day, a
week and a month. Do not use an anchor that suggests something false, and do not add facts that the notes do
not hold.`
})
