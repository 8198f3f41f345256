/**
 * Where something stands in a text. Lines and columns count from 1.
 */
export interface Place {
  readonly line: number
  readonly column: number
}

export const start: Place = { line: 1, column: 1 }

/** The places of a text's offsets. `firstLine` is the line of the file on which the text begins. */
export const placesOf = (text: string, firstLine = 1): ((offset: number) => Place) => {
  const starts = [0]
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1)
  return (offset) => {
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + firstLine, column: Math.max(0, offset - (starts[low] ?? 0)) + 1 }
  }
}
