import {describe, expect, it} from 'vitest'
import {findReferences} from '../../../../src/recipe/any/find-references.ts'
import type {FoundReference} from '../../../../src/recipe/any/found.ts'

const community = 'https://hg.prosody.im/prosody-modules'
const digest = '0123456789abcdef'.repeat(4)

/** Says in a line what a reference is of. */
function brief({line, origin, sha256, unknown}: FoundReference): string {
  const {kind, ...rest} = origin
  const said = Object.values(rest).map((value) => value ?? '-')
  const beside = origin.kind !== 'url' && sha256 !== undefined ? [`sha256 ${sha256.slice(0, 4)}`] : []
  const missing = unknown.map((name) => `?${name}`)
  return [`${String(line)}:`, kind, ...said, ...beside, ...missing].join(' ')
}

function found(...lines: readonly string[]): readonly string[] {
  return findReferences(lines.join('\n')).references.map(brief)
}

describe('PKGBUILD', () => {
  it.each([
    ['the quotes closed before it', `source=("hg+${community}/"#revision=$_commit)`],
    ['all in quotes', `source=("mods::hg+${community}#revision=\${_commit}")`],
    ['single quotes', `source=('hg+${community}'#revision=5f12c75fd210)`],
  ])('takes the revision, %s', (_, line) => {
    expect(found('_commit="5f12c75fd210"', line)).toEqual([`2: repository hg ${community} 5f12c75fd210 `])
  })

  it('takes a commit, a tag or a branch of Git', () => {
    const url = 'https://git.example.org/team/prosody-plugins.git'
    expect(
      ['commit=abcdef0', 'tag=v3', 'branch=next'].flatMap((at) => found(`source=("git+${url}#${at}")`)),
    ).toEqual(['abcdef0', 'v3', 'next'].map((ref) => `1: repository git ${url} ${ref} `))
  })
})

describe('Ansible', () => {
  it('takes the revision beside a repository, whichever order they stand in', () => {
    expect(
      found(
        '- name: modules',
        '  community.general.hg:',
        '    revision: 5f12c75fd210',
        `    repo: ${community}/`,
        '    dest: /opt/modules',
        '- git:',
        '    repo: https://git.example.org/team/prosody-plugins.git',
        '    version: v3',
      ),
    ).toEqual([
      `4: repository hg ${community} 5f12c75fd210 `,
      '7: repository git https://git.example.org/team/prosody-plugins.git v3 ',
    ])
  })

  it('reads tasks of one line', () => {
    expect(found(`- hg: repo=${community} dest=/opt/m revision=abcdef012345`)).toEqual([
      `1: repository hg ${community} abcdef012345 `,
    ])
  })

  it('takes the digest beside a file', () => {
    const lines = [
      '- get_url:',
      '    url: https://example.org/mod_alpha.lua',
      `    checksum: sha256:${digest}`,
    ]
    expect(found(...lines)).toEqual([`2: url https://example.org/mod_alpha.lua ${digest}`])
    expect(findReferences(lines.join('\n')).references[0]?.sha256).toBe(digest)
  })

  it('puts values of the same text in', () => {
    expect(
      found(
        '- hosts: all',
        '  vars:',
        '    modules: {}',
        '    forge:',
        `      at: ${community}`,
        '    rev: "{{ wanted | default(\'tip\') }}"',
        '  tasks:',
        '    - get_url: {url: "{{ forge.at }}/raw-file/{{ rev }}/mod_alpha/mod_alpha.lua", dest: /x}',
      ),
    ).toEqual([`8: repository hg ${community} tip mod_alpha/mod_alpha.lua`])
  })

  it('unrolls loops over words and over maps, of this text or of another', () => {
    const task = [
      '- get_url:',
      `    url: "${community}/raw-file/{{ item.version }}/mod_{{ item.name }}/mod_{{ item.name }}.lua"`,
      '  loop: "{{ plugins }}"',
      '- command: prosodyctl install mod_{{ each }}',
      '  loop_control:',
      '    loop_var: each',
      '  with_items: [gamma, delta]',
    ]
    const values = [
      'plugins:',
      '  - name: alpha',
      '    version: aaaaaaaaaaaa',
      '  - {name: beta, version: tip}',
    ]
    const expected = [
      `2: repository hg ${community} aaaaaaaaaaaa mod_alpha/mod_alpha.lua`,
      `2: repository hg ${community} tip mod_beta/mod_beta.lua`,
      '4: module gamma',
      '4: module delta',
    ]
    const {references, missing} = findReferences(task.join('\n'), [values.join('\n')])
    expect(references.map(brief)).toEqual(expected)
    expect(missing).toEqual([])
    expect(found(...task, ...values)).toEqual(expected)
  })

  it('names variables and lists without a value, each once', () => {
    const {references, missing} = findReferences(
      [
        `- unarchive: {src: "${community}/archive/{{ modules.rev }}.tar.gz"}`,
        `- unarchive: {src: "${community}/archive/{{ modules.rev }}.zip"}`,
        '- command: luarocks install {{ item }}',
        '  loop: "{{ rocks | unique }}"',
      ].join('\n'),
    )
    expect(references.map(brief)).toEqual([
      `1: repository hg ${community} {{ modules.rev }}  ?modules.rev`,
      `2: repository hg ${community} {{ modules.rev }}  ?modules.rev`,
      '3: rock {{ item }} - - ?rocks',
    ])
    expect(missing).toEqual([
      {name: 'modules.rev', line: 1},
      {name: 'rocks', line: 3},
    ])
  })

  it('takes names of modules from lists, and not where a task installs them from that list', () => {
    const list = ['prosody_external_modules:', '  - alpha  # why', '  # - beta', '  - gamma']
    expect(found(...list)).toEqual(['2: module alpha', '4: module gamma'])
    expect(
      found(
        ...list,
        'tasks:',
        '- shell: prosodyctl install mod_{{ item }}',
        '  loop: "{{ prosody_external_modules }}"',
      ),
    ).toEqual(['6: module alpha', '6: module gamma'])
    expect(found('prosody_update_external_modules: true', 'prosody_modules_disabled:', '  - mod_x')).toEqual(
      [],
    )
  })
})

describe('Nomad', () => {
  const variables = ['variable "rev" {', '  type = string', '  default = "6696075e26e2"', '}']

  it('reads artifacts, with defaults of variables and libraries beside modules', () => {
    expect(
      found(
        ...variables,
        'artifact {',
        `  source = "${community}/raw-file/\${var.rev}/mod_alpha/mod_alpha.lua"`,
        '}',
        'artifact {',
        '  source = "https://raw.githubusercontent.com/o/r/main/files/mod_beta.lua"',
        '  options { checksum = "sha256:' + digest + '" }',
        '}',
        'artifact { source = "https://raw.githubusercontent.com/o/r/main/files/util.beta.lib.lua" }',
        'artifact { source = "git::https://git.example.org/prosody-plugins.git//mods/mod_gamma?ref=v2" }',
        'artifact { source = "https://example.org/nothing.tar.gz" }',
      ),
    ).toEqual([
      `6: repository hg ${community} 6696075e26e2 mod_alpha/mod_alpha.lua`,
      '9: repository git https://github.com/o/r main files/mod_beta.lua sha256 0123',
      '12: repository git https://github.com/o/r main files/util.beta.lib.lua',
      '13: repository git https://git.example.org/prosody-plugins.git v2 mods/mod_gamma',
    ])
  })

  it('reads templates of packs, with variables of another file', () => {
    const source = `source = "${community}/raw-file/[[ var "rev" . ]]/mod_a/mod_a.lua"`
    expect(found(source)).toEqual([`1: repository hg ${community} [[ var "rev" . ]] mod_a/mod_a.lua ?rev`])
    const {references} = findReferences(source, [variables.join('\n')])
    expect(references.map(brief)).toEqual([`1: repository hg ${community} 6696075e26e2 mod_a/mod_a.lua`])
  })

  it('takes what templates choose from', () => {
    expect(
      found(
        'XMPP_MUC_MODULES="',
        '[[- if eq (env "A" ) "true" ]]muc_a,[[ end -]]',
        'muc_b,muc_c"',
        'GLOBAL_MODULES=',
      ),
    ).toEqual(['2: module muc_a', '3: module muc_b', '3: module muc_c'])
  })
})

describe('YunoHost', () => {
  it('pairs each source with its own digest', () => {
    expect(
      found(
        '[resources.sources.web]',
        'url = "https://download.jitsi.org/stable/jitsi-meet-web_1.0.1-1_all.deb"',
        `sha256 = "${'f'.repeat(64)}"`,
        '[resources.sources.plugins]',
        'url = "https://download.jitsi.org/stable/jitsi-meet-prosody_1.0.9268-1_all.deb"',
        `sha256 = "${digest}"`,
        '[resources.sources.ldap]',
        `url = "${community}/raw-file/tip/mod_auth_ldap/mod_auth_ldap.lua"`,
      ),
    ).toEqual([
      '5: package jitsi-meet-prosody 1.0.9268-1  sha256 0123',
      `8: repository hg ${community} tip mod_auth_ldap/mod_auth_ldap.lua`,
    ])
  })

  it('reads the older form', () => {
    expect(
      found('SOURCE_URL=https://example.org/mod_a.lua', `SOURCE_SUM=${digest}`, 'SOURCE_SUM_PRG=sha256sum'),
    ).toEqual([`1: url https://example.org/mod_a.lua ${digest}`])
  })
})

describe('Nix', () => {
  it('reads fetchers and takes no hash of a tree for that of a file', () => {
    expect(
      found(
        'let version = "2.1"; rev = "e80e68d68faa"; in {',
        '  communityModules = fetchhg {',
        `    url = "${community}";`,
        '    rev = "e80e68d68faa";',
        '    hash = "sha256-ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8=";',
        '  };',
        '  plugins = fetchFromGitHub {',
        '    owner = "someone"; repo = "prosody-plugins";',
        '    rev = "v${version}"; hash = "sha256-ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8=";',
        '  };',
        '  one = fetchurl {',
        '    url = "https://example.org/mod_one.lua";',
        '    hash = "sha256-ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8=";',
        '  };',
        '  package = pkgs.prosody.override { withCommunityModules = [ "alpha" # "beta"',
        '    "gamma" ]; };',
        '}',
      ),
    ).toEqual([
      `3: repository hg ${community} e80e68d68faa `,
      '7: repository git https://github.com/someone/prosody-plugins v2.1 ',
      `12: url https://example.org/mod_one.lua ${digest}`,
      '15: module alpha',
      '16: module gamma',
    ])
  })
})

describe('other texts', () => {
  it('reads lists of Compose, .env and Kubernetes', () => {
    expect(
      found(
        'XMPP_MODULES=mod_a,b   # why',
        'environment:',
        '  - XMPP_MUC_MODULES=${UNSET_MODULES:-c,d}',
        '  - XMPP_INTERNAL_MUC_MODULES',
        'env:',
        '  - name: GLOBAL_MODULES',
        '    value: "e, f"',
      ),
    ).toEqual(['1: module a', '1: module b', '3: module c', '3: module d', '7: module e', '7: module f'])
  })

  it('reads commands', () => {
    expect(
      found(
        'run: hg clone -r 5f12c75fd210 https://hg.example.org/mods/prosody-modules /opt/m',
        'git clone --branch v1 https://github.com/someone/prosody-plugins && luarocks install basexx 0.4.1-1',
        'luarocks --lua-version=5.4 install --server https://rocks.example.org luaevent',
        '/usr/bin/prosodyctl install --server=https://modules.prosody.im/rocks/ mod_a mod_b; echo mod_c',
        '# prosodyctl install mod_d',
      ),
    ).toEqual([
      '1: repository hg https://hg.example.org/mods/prosody-modules 5f12c75fd210 ',
      '2: repository git https://github.com/someone/prosody-plugins v1 ',
      '2: rock basexx 0.4.1-1 -',
      '3: rock luaevent - https://rocks.example.org',
      '4: module a',
      '4: module b',
    ])
  })

  it('reads prose, and leaves out what is about something else', () => {
    expect(
      found(
        '# Modules ([mod_a](https://modules.prosody.im/mod_a.html))',
        'See <https://prosody.im/doc/modules/mod_mam>, https://github.com/jitsi/jitsi-meet and',
        'https://github.com/someone/prosody-plugins/issues/4. Get (https://github.com/o/r/blob/v1/x/mod_b.lua).',
        'https://hg.prosody.im/trunk/ https://modules.prosody.im/rocks/ https://example.org/prosody-modules-howto',
      ),
    ).toEqual(['1: module a', '3: repository git https://github.com/o/r v1 x/mod_b.lua'])
  })

  it('says nothing of the page of a module whose file is there, nor of a value that another line uses', () => {
    expect(
      found(
        'url=https://modules.prosody.im/mod_smacks.html',
        `base=${community}`,
        '_commit=58047d6f2b89',
        'source=("a.lua::$base/raw-file/$_commit/mod_smacks/mod_smacks.lua")',
      ),
    ).toEqual([`4: repository hg ${community} 58047d6f2b89 mod_smacks/mod_smacks.lua`])
  })

  it('takes any text, whatever ends its lines', () => {
    const lines = ['- hg:', `    repo: ${community}`, '    revision: tip', '']
    expect(findReferences(lines.join('\r\n'))).toEqual(findReferences(lines.join('\n')))
    expect(findReferences(`\0${community}`)).toEqual({references: [], missing: []})
    expect(findReferences('')).toEqual({references: [], missing: []})
  })

  it.each([
    '{{ a }}',
    '{',
    '- loop:\n',
    '"',
    'a: {{ a }}{{ b }}\nb: {{ a }}{{ b }}\n',
    ' ',
    'variable "x" {',
    '${',
    '[[',
  ])('ends soon on 300 kB of %j', (piece) => {
    const started = performance.now()
    const text = piece.repeat(300_000 / piece.length)
    expect(findReferences(`prosody ${text}`).references).toEqual([])
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})

it('marks addresses that are commented out, and leaves out what comments say besides', () => {
  const {references, missing} = findReferences(
    [
      `# get ${community}/raw-file/5f12c75fd210/mod_pastebin/mod_pastebin.lua`,
      `url: ${community}/raw-file/{{ rev }}/mod_smacks/mod_smacks.lua # as https://modules.prosody.im/mod_smacks`,
      `# or ${community}/raw-file/$OTHER/mod_csi/mod_csi.lua`,
    ].join('\n'),
  )
  expect(references.map(({line, isComment}) => [line, isComment])).toEqual([
    [1, true],
    [2, undefined],
    [3, true],
  ])
  expect(missing).toEqual([{name: 'rev', line: 2}])
})
