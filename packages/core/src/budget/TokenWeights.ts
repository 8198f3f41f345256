/**
 * How many tokens a character takes at most, by its code point: what `Estimate` knows of the encoding `o200k_base`
 * without its vocabulary. Measured over every code point and rounded up to ranges.
 */

/** The most tokens for a UTF-16 code unit from U+0080 that is not half of a pair. */
export const tokensOf = (code: number): number => (code < 0x800 ? twoBytes[code] : threeBytes[code >> 6]) ?? 3

/** The most tokens for a pair that begins with this code unit: pictographs take three, the rest a token a byte. */
export const tokensOfPair = (high: number): number => (high >= 0xd83c && high <= 0xd83e ? 3 : 4)

// internal

const ranges = (text: string): ReadonlyArray<readonly [from: number, to: number]> =>
  text
    .trim()
    .split(/\s+/)
    .map((range) => {
      const [from = "0", to = from] = range.split("-")
      return [Number.parseInt(from, 16), Number.parseInt(to, 16)]
    })

/** Letters of two bytes that are one token: Latin with accents, Greek, Cyrillic, Armenian, Hebrew, Arabic. */
const singles = ranges(`
  a0-da dc-109 141-144 150-153 158-15b 15d-163 177-17f 218-21b 390-3a1 3a3-3a9 3ac-3af 3b1-3ce 404-408 410-44f 451-45c
  531-535 538-540 544-54a 54c-550 552-556 561-587 5b4-5b9 5d0-5ea 621-63a 640-654 660-66c 6f0-6f9
`)

/** Blocks of 64 in which no character of three bytes takes more than two tokens. */
const doubles = ranges(`
  900-fbf 1000-10ff 1200-137f 1780-17ff 1d00-1d3f 1e00-1f7f 1fc0-233f 2440-26bf 2700-27bf 2b00-2b3f 3000-317f 3200-323f
  3380-33bf 4e00-5d3f 5dc0-6abf 6b00-877f 87c0-87ff 8840-977f 97c0-9bbf 9c80-9cff 9e00-9fbf ac00-ad7f adc0-ae7f
  aec0-af3f b000-b1bf b200-b23f b280-b37f b3c0-b47f b4c0-b53f b580-b5bf b680-b6bf b700-b87f b8c0-babf bb00-bb3f
  bbc0-bc3f bc80-bd3f bd80-be7f c040-c2ff c340-c37f c500-c7bf c800-c93f c980-c9ff ca40-ca7f cc00-cd3f cd80-cdbf
  ce00-cf7f cfc0-d1bf d200-d23f d280-d33f d380-d3ff d480-d4bf d500-d6bf d740-d7bf e000-e03f e600-e63f e900-e93f
  f000-f0ff fb00-fb3f fd00-fd3f fe00-ffff
`)

const twoBytes = new Uint8Array(0x800).fill(2)
for (const [from, to] of singles) twoBytes.fill(1, from, to + 1)

const threeBytes = new Uint8Array(0x400).fill(3)
for (const [from, to] of doubles) threeBytes.fill(2, from >> 6, (to >> 6) + 1)
