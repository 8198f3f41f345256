/**
 * The words of a goal that ask for a review of security as a whole: every probe of that review answers to them.
 */
export const security: ReadonlyArray<string> = [
  "security",
  "secure",
  "vulnerability",
  "vulnerabilities",
  "exploit",
  "attack surface",
  "owasp",
  "セキュリティ",
  "脆弱性",
  "安全",
  "漏洞",
  "安全性",
  "sicherheit",
  "sicherheitslücke",
  "sicherheitslücken",
  "sicherheitsprüfung",
  "sicherheitsüberprüfung",
  "schwachstelle",
  "schwachstellen"
]
