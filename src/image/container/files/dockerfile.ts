import {shellWord} from '../../../text/shell-word.ts'
import type {ImageContents} from '../contents.ts'
import {modulesLabel} from '../modules-digest.ts'
import {imageFolder, librariesFolder} from '../paths.ts'
import {sealed, userSection} from '../sections.ts'
import {patching} from './patching.ts'
import {portsOf} from './ports.ts'
import {gathering} from './scratch.ts'

const head = `# Written by "prosody-mods image write" from prosody-mods.json and its lockfile. Your own lines belong between the
# lines that say "yours"; with other changes, the file is not written again.
`

/** Writes the Dockerfile: a stage for rocks where some are needed, the system, and for scratch what it leaves of that. */
export function dockerfileText(contents: ImageContents): string {
  const {settings, rocks} = contents
  const isScratch = settings.variant === 'scratch'
  const body = [
    ...(rocks.length === 0 ? [] : [rockStage(contents)]),
    systemStage(contents),
    ...(isScratch ? [`${run(gathering(settings))}\nFROM scratch\nCOPY --from=system /image/ /\n`] : []),
    context(contents),
    running(contents),
  ].join('\n')
  return sealed(head, body, '#')
}

function rockStage({settings, rocks, rockPackages}: ImageContents): string {
  const installs = rocks.map(({rock, version}) =>
    [
      `luarocks --lua-version=${settings.lua} --tree=/rocks install ${shellWord(rock)}`,
      ...(version === null ? [] : [shellWord(version)]),
    ].join(' '),
  )
  return `# What Debian does not have: rocks, built where the compiler stays behind.
FROM ${settings.base} AS rocks
${run([...install(rockPackages), ...installs, `mkdir -p /rocks/lib/lua/${settings.lua} /rocks/share/lua/${settings.lua}`])}`
}

function systemStage(contents: ImageContents): string {
  const {settings, packages, copies, rocks} = contents
  const {uid, base, lua} = settings
  const isLast = settings.variant === 'slim'
  return `FROM ${base}${isLast ? '' : ' AS system'}
# useradd writes the day into /etc/shadow.
ARG SOURCE_DATE_EPOCH
# The user is there before the package makes one with another number. No image may carry the key that ssl-cert makes.
${run([
  `groupadd --system --gid ${uid} prosody`,
  `useradd --system --uid ${uid} --gid prosody --home-dir /var/lib/prosody --shell /usr/sbin/nologin prosody`,
  ...install(packages),
  ...copies.map(({from, to}) => `install -D --mode=644 ${from} ${to}`),
  'apt-get clean',
  'rm --recursive --force /var/lib/apt/lists/* /var/cache/ldconfig/aux-cache /var/log/apt /var/log/alternatives.log /var/log/dpkg.log',
  "find /etc/ssl/certs -lname '*snakeoil*' -delete",
  'rm --force /etc/ssl/private/ssl-cert-snakeoil.key /etc/ssl/certs/ssl-cert-snakeoil.pem',
  'rm --recursive --force /etc/prosody/conf.avail /etc/prosody/conf.d /etc/prosody/migrator.cfg.lua',
  'install --directory --mode=755 /etc/prosody/certs',
  `install --directory --mode=770 --owner=${uid} --group=0 /var/lib/prosody`,
])}${
    rocks.length === 0
      ? ''
      : `COPY --from=rocks /rocks/lib/lua/${lua}/ /usr/local/lib/lua/${lua}/
COPY --from=rocks /rocks/share/lua/${lua}/ /usr/local/share/lua/${lua}/
`
  }${patching(contents.patches)}
${userSection('system', '#')}`
}

function context({modulesPath, libraries, settings: {lua}}: ImageContents): string {
  const ofRocks = libraries.length === 0 ? '' : `COPY ${librariesFolder}/ /usr/local/share/lua/${lua}/\n`
  return `${ofRocks}COPY prosody-image/ ${imageFolder}/
COPY prosody-modules/ ${modulesPath}/
COPY conf.d/ /etc/prosody/conf.d/
COPY prosody.cfg.lua /etc/prosody/prosody.cfg.lua
`
}

function install(packages: readonly string[]): string[] {
  return [
    'apt-get update',
    `DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \\\n      ${packages.join(' \\\n      ')}`,
  ]
}

function run(commands: readonly string[]): string {
  return `RUN ${commands.join(' \\\n && ')}\n`
}

function running({settings, digest}: ImageContents): string {
  const {profile, base, uid} = settings
  const labels = {
    'org.opencontainers.image.title': `Prosody ${settings.prosody}, ${profile}`,
    'org.opencontainers.image.base.name': base,
    [modulesLabel]: digest,
    ...settings.labels,
  }
  return `USER ${uid}:${uid}
VOLUME ["/etc/prosody/certs", "/var/lib/prosody"]
${portsOf(profile)
  .map(({number, what}) => `# ${what}\nEXPOSE ${number}\n`)
  .join('')}
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \\
  CMD ["lua${settings.lua}", "${imageFolder}/healthcheck.lua"]

LABEL ${Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${quoted(name)}=${quoted(value)}`)
    .join(' \\\n      ')}

${userSection('image', '#')}
CMD ["prosody", "-F"]
`
}

/** A word of LABEL: what a Dockerfile would replace in it is escaped. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"$]/g, '\\$&')}"`
}
