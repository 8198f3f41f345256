/**
 * Small projects of the kinds that a first pipeline is drafted for.
 */

export type Files = Readonly<Record<string, string>>

export const cargoProject: Files = {
  "Cargo.toml":
    '[package]\nname = "greet"\nversion = "0.1.0"\nedition = "2021"\nrust-version = "1.70"\n\n[workspace]\n',
  "src/main.rs":
    'fn main() {\n    println!("hello");\n}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn adds() {\n        assert_eq!(1 + 1, 2);\n    }\n}\n'
}

export const cmakeProject: Files = {
  "CMakeLists.txt":
    "cmake_minimum_required(VERSION 3.20)\nproject(greet C)\nenable_testing()\n# add_executable(old old.c)\nadd_subdirectory(src)\n",
  "src/CMakeLists.txt":
    "add_executable(greet main.c)\nadd_executable(greet_test main.c)\nadd_test(NAME runs COMMAND greet_test)\n",
  "src/main.c": '#include <stdio.h>\nint main(void) {\n  puts("hello");\n  return 0;\n}\n'
}

export const goProject: Files = {
  "go.mod": "module example.org/greet/v2\n\ngo 1.22\n",
  "main.go": 'package main\n\nfunc main() { println("hello") }\n',
  "cmd/other/main.go": 'package main\n\nfunc main() { println("other") }\n',
  "cmd/shared/shared.go": "package shared\n"
}

export const makeProject: Files = {
  Makefile:
    "CC ?= cc\nPROGRAM = out/greet\n\n.PHONY: all test clean\nall: $(PROGRAM)\n\nout/greet: main.c\n\tmkdir -p out\n\t$(CC) -o $@ $<\n\ntest: all\n\t./out/greet\n\nclean:\n\trm -rf out\n",
  "main.c": '#include <stdio.h>\nint main(void) {\n  puts("hello");\n  return 0;\n}\n'
}

export const npmProject: Files = {
  "package.json": JSON.stringify({
    name: "greet",
    version: "1.0.0",
    bin: { greet: "dist/greet.js" },
    files: ["dist"],
    engines: { node: ">=20" },
    scripts: {
      build: "mkdir -p dist && cp src/greet.js dist/greet.js && chmod +x dist/greet.js",
      test: "node --test",
      prepare: "true"
    }
  }),
  "src/greet.js": "#!/usr/bin/env node\nconsole.log('hello')\n",
  "greet.test.js": "require('node:test')('adds', () => require('node:assert').equal(1 + 1, 2))\n"
}

/** A program that needs the package beside it; `nx` itself is to be linked into its node_modules. */
export const nxProject: Files = {
  ".gitignore": "node_modules\ndist\n.nx\n",
  "nx.json": JSON.stringify({
    analytics: false,
    neverConnectToCloud: true,
    targetDefaults: {
      build: { cache: true, dependsOn: ["^build"], outputs: ["{projectRoot}/dist"] },
      test: { cache: true, dependsOn: ["build"] }
    }
  }),
  "package.json": JSON.stringify({ workspaces: ["packages/*"], devDependencies: { nx: "24.0.6" } }),
  "packages/tool/package.json": JSON.stringify({
    name: "tool",
    version: "1.0.0",
    bin: { greet: "dist/tool.js" },
    files: ["dist"],
    dependencies: { library: "*" },
    scripts: { build: "mkdir -p dist && cp tool.js dist && chmod +x dist/tool.js", test: "test -x dist/tool.js" }
  }),
  "packages/tool/tool.js": '#!/usr/bin/env node\nconsole.log(require("library"))\n',
  "packages/library/package.json": JSON.stringify({
    name: "library",
    version: "1.0.0",
    main: "dist/library.js",
    files: ["dist"],
    scripts: { build: "mkdir -p dist && cp library.js dist" }
  }),
  "packages/library/library.js": 'module.exports = "hello"\n'
}
