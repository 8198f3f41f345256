/**
 * Paths that no grant opens. Writing them would let an agent change what runs next or what it may do; reading
 * credentials would hand them to a model. Compared as a disk without case would, also for paths that do not exist yet.
 */

/** The pattern that keeps `path` from being written, if one does. */
export const writeProtection = (path: string): string | undefined => {
  const folded = fold(path)
  return first(unwritable, folded) ?? first(credentials, folded)
}

/** The pattern by which `path` counts as credentials. The name of a published example such as `.env.example` does not. */
export const credentialPattern = (path: string): string | undefined =>
  first(credentials, fold(path).replace(/(^|\/)[^/]+\.(example|sample|template|dist)$/, ""))

// internal

interface Protection {
  readonly pattern: string
  readonly matches: RegExp
}

/**
 * Each at any depth and with all below it, as what is a file today may be a folder tomorrow; with `$` at its end only
 * as the last name. The patterns below are plain enough for expressions that never look back; every file that a search
 * finds is held against them.
 */
const compile = (patterns: ReadonlyArray<string>): ReadonlyArray<Protection> => {
  const expression = (pattern: string): string =>
    pattern
      .replace(/\./g, "\\.")
      .replace(/\*/g, "[^/]*")
      .replace(/\{([^}]*)\}/g, (_, names: string) => `(?:${names.replaceAll(",", "|")})`)
  return patterns.map((pattern) => {
    const end = pattern.endsWith("$") ? "$" : "(?:/|$)"
    return { pattern, matches: new RegExp(`(?:^|/)${expression(pattern.replace("$", ""))}${end}`) }
  })
}

/** Never writable: repositories, our own state, rules for agents and editors, and what other programs run by themselves. */
const unwritable = compile([
  "{*.git,.hg,.svn,.jj,git~[0-9]}",
  ".git{modules,attributes,config,hooks}",
  ".{deputize,claude,codex,gemini,cursor,opencode,agents,windsurf,kiro,roo,qwen}",
  "opencode.{json,jsonc}",
  "{.local/state,appdata/local}/deputize",
  ".mcp.json",
  ".{vscode,idea,devcontainer,husky,zed}",
  ".devcontainer.json",
  "*.code-workspace",
  ".{exrc,vimrc,nvimrc,nvim.lua,dir-locals.el}",
  ".npmrc",
  ".yarnrc*",
  ".yarn/{releases,plugins}",
  ".pnp.*",
  "{.,}pnpmfile.*",
  ".cargo/config*",
  ".github/{workflows,actions}",
  "*.gitlab-ci.{yml,yaml}",
  ".{ci,circleci,buildkite,woodpecker,forgejo,gitea}",
  ".{travis,drone,woodpecker,appveyor,cirrus}.{yml,yaml}",
  "{azure-pipelines*,bitbucket-pipelines,appveyor}.{yml,yaml}",
  "jenkinsfile{,.*}",
  ".pre-commit-config.yaml",
  "{.,}lefthook*.{yml,yaml,json,toml}",
  ".{bash,zsh,ksh,csh,tcsh}*",
  ".{profile,login,logout,inputrc}",
  ".config/{fish,git}"
])

/** Readable only where a rule names the very file, and never writable. */
const credentials = compile([
  "{.env*,*.env}",
  "*.{pem,key,p12,pfx,keystore,jks,ppk}",
  "id_{rsa,dsa,ecdsa,ed25519}*",
  ".{ssh,gnupg,aws,azure,kube}",
  ".{netrc,pgpass,git-credentials,htpasswd,pypirc,my.cnf,s3cfg,boto,vault-token}",
  "_netrc",
  "credentials$",
  "{client_secret*,credentials,*_credentials,service-account*,service_account*,serviceaccount*}.json",
  ".docker/config.json",
  ".config/gcloud"
])

const first = (protections: ReadonlyArray<Protection>, folded: string): string | undefined =>
  protections.find(({ matches }) => matches.test(folded))?.pattern

/**
 * A path as the most forgiving of file systems reads it: case folded (upper first, which knows `ß`), compatible forms
 * alike, characters without a glyph left out, either slash between names, and in every name without the dots and spaces
 * at its end and what follows a colon.
 */
const fold = (path: string): string =>
  path
    .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
    .normalize("NFKC")
    .toUpperCase()
    .toLowerCase()
    .replaceAll("\\", "/")
    .replace(/:[^/]*/g, "")
    .replace(/(?<![. ])[. ]+(?=\/|$)/g, "")
