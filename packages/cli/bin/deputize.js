#!/usr/bin/env node
// The file that npm links. It answers what needs no runtime by itself (version, help that the build has rendered) and
// loads everything else on demand. CommonJS (bin/package.json) because that starts 2 ms sooner than a module, and syntax
// that Node 12 parses, so that an old Node gets the message below and not a syntax error.
"use strict"

const fs = require("fs")
const path = require("path")

const root = path.dirname(__dirname)
const main = path.join(root, "dist", "main.js")
const words = process.argv.slice(2)

if (Number(process.versions.node.split(".")[0]) < 24) {
  stop(
    `deputize needs Node 24 or newer; this is Node ${process.versions.node} (${process.execPath}).\n` +
      "  Install a current one from https://nodejs.org, or put it first on PATH.\n"
  )
} else if (words.length === 1 && ["--version", "-V", "version"].indexOf(words[0]) >= 0) {
  print(`${JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")).version}\n`)
} else if (!fs.existsSync(main)) {
  stop(`deputize is not built yet: ${main} is missing.\n  Run \`npm run build\` in the repository.\n`)
} else {
  answer(helpPage(helpTopic(words)) || completionScript(words))
}

/** The command that plain help is asked for, as "agents list"; undefined where only the parser can tell. */
function helpTopic(words) {
  const last = words[words.length - 1]
  if (words.length === 0) return ""
  if (words[0] === "help") words = words.slice(1)
  else if (last === "--help" || last === "-h") words = words.slice(0, -1)
  else return undefined
  const plain = words.every((word) => word[0] !== "-")
  return plain ? words.join(" ") : undefined
}

function helpPage(topic) {
  if (topic === undefined) return undefined
  const pages = JSON.parse(fs.readFileSync(path.join(root, "dist", "help.json"), "utf8"))
  if (!Object.hasOwn(pages, topic)) return undefined
  const { layOut, usualColumns } = require("../dist/help.cjs")
  return layOut(pages[topic], terminalColumns() || usualColumns)
}

/** Undefined without a terminal. Only a device can be one, and asking Node's streams costs more than that. */
function terminalColumns() {
  try {
    return fs.fstatSync(1).isCharacterDevice() ? process.stdout.columns : undefined
  } catch (_) {
    return undefined
  }
}

function completionScript(words) {
  if (words.length !== 2 || words[0] !== "completion" || !/^[a-z]+$/.test(words[1])) return undefined
  const file = path.join(root, "dist", "completion", words[1])
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined
}

/** Writes to standard output without loading Node's streams, which costs as much as the rest of this file. */
function print(text) {
  const bytes = Buffer.from(text)
  let at = 0
  try {
    while (at < bytes.length) at += fs.writeSync(1, bytes, at)
  } catch (error) {
    if (error.code === "EAGAIN") process.stdout.write(bytes.subarray(at))
    else if (error.code !== "EPIPE") {
      stop(`standard output cannot be written: ${error.message}\n`)
      process.exitCode = 1
    }
  }
}

function stop(message) {
  fs.writeSync(2, message)
  process.exitCode = 2
}

/** V8's code is kept in the user's own cache: the default folder is shared by everyone on the machine. */
function cacheFolder() {
  const env = process.env
  if (env.DEPUTIZE_HOME) return path.join(env.DEPUTIZE_HOME, "cache", "compile")
  if (env.XDG_CACHE_HOME) return path.join(env.XDG_CACHE_HOME, "deputize", "compile")
  if (process.platform === "win32")
    return env.LOCALAPPDATA && path.join(env.LOCALAPPDATA, "deputize", "cache", "compile")
  return env.HOME && path.join(env.HOME, ".cache", "deputize", "compile")
}

/** Makes the folder where there is none, step by step: in /proc, Node's own recursive way never returns. */
function isFolder(folder) {
  if (fs.existsSync(folder)) return true
  if (path.dirname(folder) === folder || !isFolder(path.dirname(folder))) return false
  try {
    fs.mkdirSync(folder, 0o700)
  } catch (error) {
    return error.code === "EEXIST"
  }
  return true
}

function answer(page) {
  if (page !== undefined) return print(page)
  const cache = cacheFolder()
  if (cache && path.isAbsolute(cache) && isFolder(cache)) require("node:module").enableCompileCache(cache)
  import("../dist/main.js")
}
