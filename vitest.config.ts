import { defineConfig } from "vitest/config"

const project = (name: string) => ({
  extends: true as const,
  test: {
    name,
    include: [`packages/${name}/test/**/*.test.ts`],
    // Files share their modules: reading Effect anew for each takes as long as most of them.
    isolate: false
  }
})

export default defineConfig({
  resolve: { conditions: ["@deputize/source", "module", "node", "default"] },
  ssr: { resolve: { conditions: ["@deputize/source", "module", "node", "default"] } },
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [project("core"), project("build-tools"), project("cli")]
  }
})
