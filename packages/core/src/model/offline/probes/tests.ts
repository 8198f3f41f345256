/**
 * The state of the tests: missing, skipped, and how they are written.
 */
import type { Probe } from "../Probe.ts"

export const untestedFiles: Probe = {
  id: "untested-files",
  title: {
    en: "Source files without a test",
    ja: "テストのないソースファイル",
    zh: "没有测试的源文件",
    de: "Quelldateien ohne Test"
  },
  words: [
    "test",
    "tests",
    "testing",
    "unit test",
    "unit tests",
    "テスト",
    "ユニットテスト",
    "単体テスト",
    "测试",
    "单元测试",
    "komponententest",
    "testfälle",
    "code without tests",
    "untested",
    "untested code",
    "missing tests",
    "test coverage",
    "coverage",
    "unit tests",
    "test generation",
    "カバレッジ",
    "テストのない",
    "未テスト",
    "テストがない",
    "测试覆盖率",
    "没有测试",
    "缺少测试",
    "ungetestet",
    "testabdeckung",
    "ohne tests"
  ],
  look: { _tag: "UntestedFiles" }
}

export const skippedTests: Probe = {
  id: "skipped-tests",
  title: { en: "Tests that do not run", ja: "実行されないテスト", zh: "不运行的测试", de: "Tests, die nicht laufen" },
  words: [
    "skipped test",
    "skipped tests",
    "skipped",
    "skip",
    "disabled tests",
    "test.only",
    "flaky",
    "flaky tests",
    "スキップ",
    "跳过的测试",
    "跳过",
    "übersprungen",
    "übersprungene tests"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`\b(?:it|test|describe)\.(?:skip|only|todo)\s*\(|(?:^|\s)x(?:it|describe)\s*\(|@pytest\.mark\.skip|@unittest\.skip|#\[ignore|\bt\.Skip\(|@Disabled\b`
  }
}

export const testCases: Probe = {
  id: "test-cases",
  title: { en: "Tests that exist", ja: "既存のテスト", zh: "已有的测试", de: "Vorhandene Tests" },
  words: [
    "existing tests",
    "test style",
    "test suite",
    "test cases",
    "既存のテスト",
    "テストスイート",
    "现有测试",
    "测试用例",
    "vorhandene tests"
  ],
  look: {
    _tag: "LinePattern",
    pattern:
      "^\\s*(?:describe|it|test)(?:\\.\\w+)*\\(\\s*[\"'`]|^\\s*(?:async\\s+)?def test_|^\\s*#\\[(?:tokio::)?test\\]|^func Test[A-Z]|^\\s*@Test\\b"
  }
}

export const testSetup: Probe = {
  id: "test-setup",
  title: {
    en: "Set-up of the test runner",
    ja: "テストランナーの設定",
    zh: "测试运行器的配置",
    de: "Einrichtung der Tests"
  },
  words: [
    "test runner",
    "test setup",
    "test configuration",
    "test framework",
    "テストランナー",
    "テスト設定",
    "测试框架",
    "测试配置",
    "testumgebung"
  ],
  look: { _tag: "FileGlob", glob: "**/{vitest,jest,playwright,karma}.config.*" }
}
