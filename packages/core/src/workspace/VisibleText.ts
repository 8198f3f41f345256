/**
 * Text made safe to show, as `domain/VisibleText` has it, for the stages that read files and run tools.
 */
export { visibleLine, visibleText } from "../domain/VisibleText.ts"
