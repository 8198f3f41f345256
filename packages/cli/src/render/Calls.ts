/**
 * Calls of tools in words. Pure.
 */

import type { ToolCall } from "@deputize/core/domain/Message"
import { listAt, parsed, textAt, textsAt } from "@deputize/core/history/Body"
import type { Plan } from "@deputize/core/tool/Plan"
import { cutTo, oneLine } from "./Width.ts"

/** The tool with the arguments that say most about the call, on one line. */
export const callText = ({ args, name }: Pick<ToolCall, "name" | "args">): string => {
  const given = parsed(args)
  const said = telling.flatMap((key) => {
    const text = listAt(given, key).length > 0 ? textsAt(given, key).join(" ") : textAt(given, key)
    return text === "" ? [] : [cutTo(oneLine(text), 80, "...")]
  })
  return [oneLine(name), ...said].join(" ")
}

/** `2/5 Write the tests`: how many steps are done, and the one at work, else the next. */
export const planText = (plan: Plan): string => {
  if (plan.length === 0) return "without steps"
  const done = plan.filter(({ status }) => status === "done").length
  const now = plan.find(({ status }) => status === "doing") ?? plan.find(({ status }) => status === "pending")
  return `${done}/${plan.length} ${now === undefined ? "all done" : oneLine(now.text)}`
}

// internal

/** In the order in which they read best; those of one tool stand together. */
const telling = [
  ...["pattern", "path", "glob", "query", "command", "args", "url", "server", "tool"],
  ...["agent", "name", "to", "paths", "goal", "text"]
]
