/**
 * A Cargo project for measuring: modules of generated functions over numbers, text, maps and generic containers, different
 * enough that none can be folded into another, so that the optimiser and the linker have work.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/** Writes it and answers with its count of lines. */
export const writeCrate = (project: string): number => {
  const source = join(project, "src")
  mkdirSync(source, { recursive: true })
  writeFileSync(
    join(project, "Cargo.toml"),
    '[package]\nname = "generated"\nversion = "0.1.0"\nedition = "2021"\n\n[workspace]\n'
  )
  const files = [
    ["main.rs", mainFile],
    ...modules.map((module, index) => [`${module}.rs`, moduleFile(index)] as const)
  ] as const
  for (const [name, text] of files) writeFileSync(join(source, name), text)
  return files.reduce((lines, [, text]) => lines + text.split("\n").length - 1, 0)
}

/** Changes the first function of one module, differently in every round. */
export const editCrate = (project: string, round: number): void => {
  const file = join(project, "src", `${modules[0]}.rs`)
  const text = readFileSync(file, "utf8")
  writeFileSync(file, text.replace(/wrapping_add\(\d+\)/u, `wrapping_add(${900_001 + round})`))
}

// internal

const modules = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"]

const functionsOfModule = 24

const mainFile = `${modules.map((module) => `mod ${module};\n`).join("")}
fn main() {
    let seed = std::env::args().count() as u64;
    let mut total = 0u64;
${modules.map((module) => `    total = total.wrapping_mul(31).wrapping_add(${module}::run(seed));\n`).join("")}    println!("{total}");
}
`

const moduleFile = (module: number): string => {
  const numbers = Array.from({ length: functionsOfModule }, (_, index) => module * functionsOfModule + index + 1)
  const calls = numbers.map((number) => `    total = total.rotate_left(5) ^ compute_${number}(seed + ${number});\n`)
  return `use std::collections::{BTreeMap, HashMap};

${numbers.map(functionText).join("\n")}
pub fn run(seed: u64) -> u64 {
    let mut total = 0u64;
${calls.join("")}    total
}
`
}

/** Every fourth has types of its own, which is what costs most; the text differs by number in constants and shape. */
const functionText = (number: number): string => (number % 4 === 0 ? groupingText(number) : foldingText(number))

const groupingText = (number: number): string => `#[derive(Clone, Debug, PartialEq)]
struct Record${number} {
    key: u64,
    name: String,
    weights: [u32; ${(number % 7) + 2}],
}

fn compute_${number}(seed: u64) -> u64 {
    let records: Vec<Record${number}> = (0..${(number % 11) + 5})
        .map(|index| Record${number} {
            key: (seed ^ index).wrapping_mul(${number * 2654435761}).wrapping_add(${number}),
            name: format!("record-{}-{index}", ${number}),
            weights: [index as u32 + ${number}; ${(number % 7) + 2}],
        })
        .collect();
    let mut groups: ${number % 8 === 0 ? "BTreeMap" : "HashMap"}<u64, Vec<Record${number}>> = Default::default();
    for record in records.iter().cloned() {
        groups.entry(record.key % ${(number % 5) + 3}).or_default().push(record);
    }
    let largest = groups.values().map(Vec::len).max().unwrap_or(0) as u64;
    let text: String = records.iter().flat_map(|record| record.name.chars().rev()).collect();
    let sum: u64 = records.iter().flat_map(|record| record.weights.iter()).map(|weight| u64::from(*weight)).sum();
    text.bytes().fold(sum ^ largest, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(${1099511628211 + number}))
}
`

const foldingText = (number: number): string => `fn compute_${number}(seed: u64) -> u64 {
    let mut values = [0u64; ${(number % 13) + 8}];
    for (index, value) in values.iter_mut().enumerate() {
        *value = (seed + index as u64).wrapping_mul(${number * 2654435761}).wrapping_add(${number});
    }
    let mut total = ${number}u64;
    for round in 0..${(number % 9) + 4}u64 {
        for index in 1..values.len() {
            let mixed = values[index - 1].rotate_left(${(number % 31) + 1}) ^ values[index];
            values[index] = match mixed % ${(number % 4) + 3} {
                0 => mixed.wrapping_add(round),
                1 => mixed.wrapping_mul(${2 * number + 1}),
                2 => mixed ^ (mixed >> ${(number % 23) + 3}),
                _ => mixed.swap_bytes(),
            };
        }
        total = values.iter().fold(total, |sum, value| sum.rotate_left(7).wrapping_add(*value));
    }
    let digits: Vec<u32> = total.to_string().chars().filter_map(|digit| digit.to_digit(10)).collect();
    digits.iter().enumerate().fold(total, |sum, (place, digit)| sum ^ (u64::from(*digit) << (place % 48)))
}
`
