/**
 * Whether colour is used, as other programs are told. Pure.
 */
import type { Variables } from "./Setting.ts"
import type { ColourChoice } from "./SettingFacts.ts"
import type { Said } from "./Source.ts"

/** FORCE_COLOR wins over NO_COLOR. */
export const usualColour = ({ FORCE_COLOR, NO_COLOR }: Variables): Said<ColourChoice> | undefined => {
  if (FORCE_COLOR !== undefined) {
    const value = FORCE_COLOR === "0" || FORCE_COLOR === "false" ? "never" : "always"
    return { value, source: { _tag: "Variable", name: "FORCE_COLOR" } }
  }
  return NO_COLOR === undefined || NO_COLOR === ""
    ? undefined
    : { value: "never", source: { _tag: "Variable", name: "NO_COLOR" } }
}
