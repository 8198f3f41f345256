/**
 * A grant of nothing but what is given.
 */
import { Grant } from "../../src/policy/Grant.ts"

export const grant = (rights: Partial<Omit<Grant, "label">>, label = "tester"): Grant =>
  new Grant({ label, read: [], write: [], net: [], exec: [], mcp: [], spawn: [], ...rights })
