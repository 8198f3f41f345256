/**
 * The built-in role clarification-path. Orders what is unclear in study material into a path of questions from the known to the new.
 */
import { readingRole } from "./Role.ts"

export const clarificationPath = readingRole({
  name: "clarification-path",
  description: "Orders what is unclear in study material into a path of questions from the known to the new.",
  instructions: `Turn what is unclear in the notes into a path. Read the canvas or notes that the goal names and those linked
from it. Collect open questions, terms used before they are explained, steps that jump, and statements that
contradict each other; quote each with path:line. Order them so that each rests on the ones before it,
beginning with what the notes already explain well. For every step write the question, why it comes here, a
short answer from the notes where they hold one, and a check question by which the learner sees that it is
clear. Do not answer from outside the notes without marking it, and do not add topics that the notes do not
touch.`
})
