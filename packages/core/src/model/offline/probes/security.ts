/**
 * Constructs that security reviews look at first.
 */
import type { Probe } from "../Probe.ts"
import { security } from "./securityWords.ts"

export const secrets: Probe = {
  id: "secrets",
  title: { en: "Credentials in source", ja: "ソース内の認証情報", zh: "源码中的凭据", de: "Zugangsdaten im Quelltext" },
  words: [
    ...security,
    "secret",
    "secrets",
    "password",
    "passwords",
    "credential",
    "credentials",
    "api key",
    "token leak",
    "パスワード",
    "秘密情報",
    "認証情報",
    "密码",
    "密钥",
    "凭据",
    "passwort",
    "passwörter",
    "zugangsdaten"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`(?:password|passwd|secret|api_?key|access_?key|auth_?token|private_?key)\w*["']?\s*[:=]\s*["'][^"'\s]{8,}["']|\b(?:sk-[A-Za-z0-9_-]{20,}|ghp_[A-Za-z0-9]{36}|AKIA[0-9A-Z]{16})\b|-----BEGIN [A-Z ]*PRIVATE KEY-----`
  }
}

export const dynamicCode: Probe = {
  id: "dynamic-code",
  title: {
    en: "Text that runs as code",
    ja: "コードとして実行される文字列",
    zh: "作为代码执行的文本",
    de: "Text, der als Code läuft"
  },
  words: [...security, "eval", "code injection", "dynamic code", "コードインジェクション", "代码注入", "動的コード"],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`(?:^|[^.\w"'])eval\s*\(|\bnew Function\s*\(|\bvm\.run\w*\(|\bpickle\.loads?\(|\byaml\.load\(|\bMarshal\.load\b`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}

export const sqlText: Probe = {
  id: "sql-text",
  title: {
    en: "Values inside SQL text",
    ja: "SQL 文字列に埋め込まれた値",
    zh: "拼入 SQL 文本的值",
    de: "Werte im Text von SQL"
  },
  words: [
    ...security,
    "sql",
    "sql injection",
    "injection",
    "database query",
    "SQLインジェクション",
    "インジェクション",
    "SQL注入",
    "注入"
  ],
  look: {
    _tag: "LinePattern",
    pattern:
      "(?:query|execute|exec|raw|prepare)\\w*\\s*\\(\\s*(?:`[^`]*\\$\\{|f[\"'][^\"']*(?:select|insert|update|delete)\\b|[\"'][^\"']*(?:select|insert|update|delete)\\b[^\"']*[\"']\\s*(?:\\+|%))",
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}

export const weakCrypto: Probe = {
  id: "weak-crypto",
  title: {
    en: "Weak hashes and predictable numbers",
    ja: "弱いハッシュと予測可能な乱数",
    zh: "弱哈希与可预测随机数",
    de: "Schwache Hashes, vorhersagbare Zahlen"
  },
  words: [
    ...security,
    "crypto",
    "cryptography",
    "hash",
    "hashing",
    "random",
    "encryption",
    "md5",
    "暗号",
    "ハッシュ",
    "乱数",
    "加密",
    "哈希",
    "随机",
    "kryptographie",
    "verschlüsselung"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`createHash\(\s*["'](?:md5|sha1)["']|\bhashlib\.(?:md5|sha1)\(|\bmd5\.(?:New|Sum)\b|\bsha1\.(?:New|Sum)\b|\bMath\.random\s*\(|\bcreateCipher\(|\brandom\.(?:random|randint|choice)\(`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}

export const tlsOff: Probe = {
  id: "tls-off",
  title: {
    en: "Certificate checks turned off",
    ja: "無効にされた証明書検証",
    zh: "被关闭的证书校验",
    de: "Abgeschaltete Zertifikatsprüfung"
  },
  words: [
    ...security,
    "tls",
    "ssl",
    "certificate",
    "certificates",
    "https",
    "証明書",
    "证书",
    "zertifikat",
    "zertifikate"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`rejectUnauthorized\s*:\s*false|NODE_TLS_REJECT_UNAUTHORIZED|\bverify\s*=\s*False\b|InsecureSkipVerify\s*:\s*true|danger_accept_invalid_certs\(\s*true`
  }
}

export const pathJoins: Probe = {
  id: "path-joins",
  title: {
    en: "Paths built from variables",
    ja: "変数から組み立てたパス",
    zh: "由变量拼接的路径",
    de: "Pfade aus Variablen"
  },
  words: [
    ...security,
    "path traversal",
    "directory traversal",
    "traversal",
    "path handling",
    "パストラバーサル",
    "ディレクトリトラバーサル",
    "路径遍历",
    "目录遍历",
    "pfad",
    "file access"
  ],
  look: {
    _tag: "LinePattern",
    pattern:
      "\\b(?:readFile|readFileSync|writeFile|writeFileSync|createReadStream|createWriteStream|sendFile|rmSync|unlink|unlinkSync)\\s*\\(\\s*(?:`[^`]*\\$\\{|\\w+\\s*\\+|(?:path\\.)?(?:join|resolve)\\()|(?:^|[^.\\w]|\\bpath\\.)(?:join|resolve)\\(\\s*[\\w.()]+\\s*,\\s*[a-z][\\w.]*\\s*[,)]|\\bopen\\(\\s*(?:f[\"']|\\w+\\s*\\+|os\\.path\\.join\\()",
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}

export const parsedText: Probe = {
  id: "parsed-text",
  title: {
    en: "Text that is parsed into values",
    ja: "値に変換されるテキスト",
    zh: "被解析成值的文本",
    de: "Text, der zu Werten gelesen wird"
  },
  words: [
    ...security,
    "json.parse",
    "json parse",
    "parsing of input",
    "input validation",
    "validation",
    "untrusted input",
    "deserialization",
    "deserialisation",
    "入力検証",
    "逆シリアル化",
    "デシリアライズ",
    "输入验证",
    "反序列化",
    "eingabeprüfung",
    "deserialisierung"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`\bJSON\.parse\(|\bYAML\.parse\w*\(|\byaml\.(?:load|parse|safe_load)\w*\(|\bparseDocument\(|\bjson\.loads?\(|\bjson\.Unmarshal\(|\bserde_json::from_\w+\(|\bpickle\.loads?\(|\bunserialize\(`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}

export const rawMarkup: Probe = {
  id: "raw-markup",
  title: {
    en: "Markup written without escaping",
    ja: "エスケープなしで書かれる HTML",
    zh: "未转义写入的 HTML",
    de: "Unmaskiertes HTML"
  },
  words: [...security, "xss", "cross site scripting", "html injection", "クロスサイトスクリプティング", "跨站脚本"],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`\.innerHTML\s*=|dangerouslySetInnerHTML|\bdocument\.write\(|\bv-html=|\|\s*safe\b`
  }
}
