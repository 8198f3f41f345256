/**
 * How a repository is put together: where it starts, what it needs, what it talks to.
 */
import type { Probe } from "../Probe.ts"

export const entryPoints: Probe = {
  id: "entry-points",
  title: { en: "Entry points", ja: "エントリーポイント", zh: "入口", de: "Einstiegspunkte" },
  words: [
    "entry point",
    "entry points",
    "entry",
    "main",
    "start",
    "startup",
    "architecture",
    "structure",
    "overview",
    "bootstrap",
    "エントリーポイント",
    "起動",
    "アーキテクチャ",
    "構造",
    "構成",
    "概要",
    "入口",
    "启动",
    "架构",
    "结构",
    "概述",
    "einstiegspunkt",
    "einstieg",
    "architektur",
    "aufbau",
    "struktur",
    "überblick"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`"(?:main|bin)"\s*:|^#!/usr/bin/env|\bif __name__ == ["']__main__["']|^fn main\(|^func main\(|\bcreateServer\(|\bapp\.listen\(|\bpublic static void main\(|\brunMain\(`,
    glob: "**/*.{json,ts,tsx,mts,js,jsx,mjs,cjs,py,rs,go,java}"
  }
}

export const manifests: Probe = {
  id: "manifests",
  title: {
    en: "Manifests and settings",
    ja: "マニフェストと設定",
    zh: "清单与配置",
    de: "Manifeste und Einstellungen"
  },
  words: [
    "package manager",
    "manifest",
    "configuration",
    "config",
    "settings",
    "build",
    "architecture",
    "structure",
    "設定",
    "ビルド",
    "构建",
    "配置",
    "设置",
    "アーキテクチャ",
    "架构",
    "konfiguration",
    "einstellungen",
    "architektur"
  ],
  look: {
    _tag: "FileGlob",
    glob: "**/{package.json,tsconfig*.json,pyproject.toml,Cargo.toml,go.mod,pom.xml,build.gradle*,Dockerfile,Makefile,*.config.{ts,js,mjs}}"
  }
}

export const dependencies: Probe = {
  id: "dependencies",
  title: { en: "Declared dependencies", ja: "宣言された依存関係", zh: "声明的依赖", de: "Erklärte Abhängigkeiten" },
  words: [
    "dependency",
    "dependencies",
    "third party",
    "libraries",
    "依存関係",
    "依存",
    "ライブラリ",
    "依赖",
    "第三方库",
    "abhängigkeit",
    "abhängigkeiten",
    "bibliotheken"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`^\s*"(?:@[\w.-]+/[\w.-]+|[a-uw-z][\w.-]*|v[a-df-z][\w.-]*)"\s*:\s*"(?:[\^~]?\d+(?:\.[\dx*]+)*[-\w.+]*|workspace:[^"]*|\*|npm:[^"]*)"|^[\w-]+\s*=\s*(?:"[\^~<>=]*\d|\{\s*version)|^\s*require\s|^[\w.-]+==\d`,
    glob: "**/{package.json,Cargo.toml,pyproject.toml,go.mod,requirements*.txt}"
  }
}

export const environment: Probe = {
  id: "environment",
  title: { en: "Environment variables", ja: "環境変数", zh: "环境变量", de: "Umgebungsvariablen" },
  words: [
    "environment variable",
    "environment variables",
    "environment",
    "env",
    "env var",
    "env vars",
    "configuration",
    "config",
    "環境変数",
    "設定",
    "环境变量",
    "配置",
    "umgebungsvariable",
    "umgebungsvariablen",
    "konfiguration"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`\bprocess\.env\b|\bos\.environ\b|\bos\.getenv\(|\bstd::env::var|\bos\.Getenv\(|\bimport\.meta\.env\b`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}

export const network: Probe = {
  id: "network",
  title: { en: "Use of the network", ja: "ネットワークの利用", zh: "网络的使用", de: "Nutzung des Netzes" },
  words: [
    "network",
    "http",
    "https",
    "request",
    "requests",
    "fetch",
    "api call",
    "api calls",
    "url",
    "socket",
    "server",
    "client",
    "endpoint",
    "endpoints",
    "route",
    "routes",
    "ネットワーク",
    "通信",
    "サーバー",
    "网络",
    "请求",
    "服务器",
    "netzwerk",
    "anfrage",
    "anfragen"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`(?:^|[^.\w"'])fetch\s*\(|\baxios\b[.(]|\bhttps?\.(?:get|request|createServer)\(|\bnew WebSocket\(|\brequests\.(?:get|post|put|delete)\(|\breqwest::|\bhttp\.(?:Get|Post|NewRequest)\(|\b(?:app|router)\.(?:get|post|put|delete|use)\(`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}

export const storage: Probe = {
  id: "storage",
  title: { en: "Files and databases", ja: "ファイルとデータベース", zh: "文件与数据库", de: "Dateien und Datenbanken" },
  words: [
    "storage",
    "database",
    "databases",
    "persistence",
    "file system",
    "filesystem",
    "sql",
    "sqlite",
    "postgres",
    "データベース",
    "永続化",
    "数据库",
    "存储",
    "持久化",
    "datenbank",
    "datenbanken",
    "speicherung"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`\b(?:readFile|writeFile|appendFile|createReadStream|createWriteStream)(?:Sync)?\(|\bnew DatabaseSync\(|\bnew Pool\(|\bsqlite3\.connect\(|\bpsycopg\w*\.connect\(|\bsql\.Open\(|\bFile::(?:open|create)\(`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}

export const definitions: Probe = {
  id: "definitions",
  title: { en: "Classes and services", ja: "クラスとサービス", zh: "类与服务", de: "Klassen und Dienste" },
  words: [
    "class",
    "classes",
    "service",
    "services",
    "module",
    "modules",
    "component",
    "components",
    "design",
    "architecture",
    "structure",
    "クラス",
    "サービス",
    "モジュール",
    "設計",
    "コンポーネント",
    "アーキテクチャ",
    "类",
    "服务",
    "模块",
    "组件",
    "设计",
    "架构",
    "klasse",
    "klassen",
    "dienst",
    "dienste",
    "modul",
    "komponente",
    "komponenten",
    "architektur"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`^(?:export\s+)?(?:default\s+)?(?:abstract\s+)?class\s+\w|^(?:pub\s+)?(?:struct|trait)\s+\w|^type\s+\w+\s+(?:struct|interface)\b`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}
