/**
 * Paths that no grant opens. Writing them would let an agent change what runs next or what it may do; reading
 * credentials would hand them to a model. Compared as a disk without case would, also for paths that do not exist yet.
 */
/** The pattern that keeps `path` from being written, if one does. */
export const writeProtection = (path: string): string | undefined => first(unwritable, path) ?? first(credentials, path)

/** The pattern by which `path` counts as credentials. Published examples such as `.env.example` do not. */
export const credentialPattern = (path: string): string | undefined =>
  /\.(example|sample|template|dist)$/i.test(path) ? undefined : first(credentials, path)

// internal

interface Protection {
  readonly pattern: string
  readonly matches: RegExp
}

/**
 * Each at any depth and with all below it, as what is a file today may be a folder tomorrow. The patterns below are
 * plain enough for expressions that never look back; every file that a search finds is held against them.
 */
const compile = (patterns: ReadonlyArray<string>): ReadonlyArray<Protection> => {
  const expression = (pattern: string): string =>
    pattern
      .replace(/\./g, "\\.")
      .replace(/\*/g, "[^/]*")
      .replace(/\{([^}]*)\}/g, (_, names: string) => `(?:${names.replaceAll(",", "|")})`)
  return patterns.map((pattern) => ({ pattern, matches: new RegExp(`(?:^|/)${expression(pattern)}(?:/|$)`) }))
}

/** Never writable: repositories, our own state, rules for agents and editors, and what other programs run by themselves. */
const unwritable = compile([
  "{.git,.hg,.svn,.jj,git~[0-9]}",
  ".git{modules,attributes,config}",
  ".{deputize,claude,codex,gemini,cursor,opencode,agents}",
  ".mcp.json",
  ".{vscode,idea,devcontainer,husky,zed}",
  ".devcontainer.json",
  ".npmrc",
  ".yarnrc*",
  ".pnpmfile.*",
  ".pypirc",
  ".github/{workflows,actions}",
  ".gitlab-ci.yml",
  ".{ci,circleci,buildkite,woodpecker,forgejo,gitea}",
  ".{travis,drone,woodpecker,appveyor}.{yml,yaml}",
  "{azure-pipelines,bitbucket-pipelines,appveyor}.{yml,yaml}",
  "jenkinsfile",
  ".pre-commit-config.yaml",
  "{.,}lefthook.{yml,yaml}",
  ".{bash,zsh,ksh,csh,tcsh}*",
  ".{profile,login,logout,inputrc}",
  ".config/fish"
])

/** Readable only where a rule names the very file, and never writable. */
const credentials = compile([
  ".env*",
  "*.{pem,key,p12,pfx,keystore,jks,ppk}",
  "id_{rsa,dsa,ecdsa,ed25519}*",
  ".{ssh,gnupg,aws,azure,kube}",
  ".{netrc,pgpass,git-credentials,htpasswd}",
  "credentials",
  "{client_secret*,credentials,service-account*}.json",
  ".docker/config.json",
  ".config/gcloud"
])

const first = (protections: ReadonlyArray<Protection>, path: string): string | undefined => {
  const folded = fold(path)
  return protections.find(({ matches }) => matches.test(folded))?.pattern
}

/**
 * A path as a forgiving file system reads it: case folded (upper first, which knows `ſ`), characters without a glyph
 * left out, and in every name the dots and spaces at its end and what follows a colon.
 */
const fold = (path: string): string =>
  path
    .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
    .normalize("NFC")
    .toUpperCase()
    .toLowerCase()
    .replace(/:[^/]*/g, "")
    .replace(/(?<![. ])[. ]+(?=\/|$)/g, "")
