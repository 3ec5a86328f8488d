import {describe, expect, it} from 'vitest'
import {follow} from '../../../../src/recipe/follow/follow.ts'
import type {Followed} from '../../../../src/recipe/follow/types.ts'
import {readDockerfile} from '../../../../src/recipe/read-dockerfile.ts'
import {readScript} from '../../../../src/recipe/read-script.ts'

const files: Readonly<Record<string, string>> = {
  'get.sh':
    '#!/bin/sh\nfor name in "$@"; do\n  curl -o "/m/mod_$name.lua" "https://x.example/$KIND/mod_$name.lua"\ndone\n',
  'broken.sh': '#!/bin/sh\ncurl -o /m/mod_a.lua https://x.example/mod_a.lua\ncase (\n',
  'fix.patch': '--- a\n+++ b\n',
}
const context = {
  has: (path: string): boolean =>
    Object.keys(files).some((one) => one === path || one.startsWith(`${path}/`)),
  read: (path: string): string | undefined => files[path],
}

const script = (text: string): Followed => follow(readScript(text), context)
const dockerfile = (text: string): Followed =>
  follow(readDockerfile(`FROM debian:bookworm\n${text}`), context)

/** Where what lies, as `path ← thing[path in it]`; of the build context and of what is written nothing. */
function placed({placed: mounts}: Followed): string[] {
  return mounts
    .filter(({piece}) => !['context', 'text'].includes(piece.thing.kind))
    .map(({at, piece: {thing, ref, path, pattern, stripped}, without}) => {
      const what = `${thing.from}${ref === undefined ? '' : `@${ref}`}`
      const inside = [path, pattern ?? ''].filter((part) => part !== '').join('/')
      const archive = stripped === undefined ? '' : `:${stripped}`
      return `${at} ← ${what}[${inside}${archive}]${without.length === 0 ? '' : ` without ${without.join(' ')}`}`
    })
}

const deeds = ({steps}: Followed): string[] => steps.map(({deed}) => deed.kind)

describe('what is fetched', () => {
  const url = 'https://x.example/a/mod_a.lua'

  it.each([
    [`curl -o /m/mod_a.lua ${url}`, '/m/mod_a.lua'],
    [`curl -fsSLo /m/mod_a.lua ${url}`, '/m/mod_a.lua'],
    [`curl --output=/m/mod_a.lua -H 'A: b' --retry 3 ${url}`, '/m/mod_a.lua'],
    [`cd /m && curl -sSO ${url}`, '/m/mod_a.lua'],
    [`curl -O --output-dir /m ${url}`, '/m/mod_a.lua'],
    [`curl ${url} > /m/mod_a.lua`, '/m/mod_a.lua'],
    [`curl --url ${url} | tee /m/mod_a.lua`, '/m/mod_a.lua'],
    [`mkdir /m; cd /m; wget -q ${url}`, '/m/mod_a.lua'],
    [`wget -nv -P /m ${url}`, '/m/mod_a.lua'],
    [`wget -qO /m/mod_a.lua ${url}`, '/m/mod_a.lua'],
    [`wget -O - ${url} > /m/mod_a.lua`, '/m/mod_a.lua'],
    [`aria2c -d /m -o mod_a.lua ${url}`, '/m/mod_a.lua'],
    [`U=${url}; curl -o "/m/mod_a.lua" "$U"`, '/m/mod_a.lua'],
  ])('lies where %s puts it', (text, at) => {
    expect(placed(script(text))).toEqual([`${at} ← ${url}[]`])
  })

  it('keeps two of one command apart', () => {
    expect(placed(script('curl -o /m/a https://x.example/a -o /m/b https://x.example/b'))).toEqual([
      '/m/a ← https://x.example/a[]',
      '/m/b ← https://x.example/b[]',
    ])
  })

  it('has the digest that the recipe checks', () => {
    const sha256 = 'ab'.repeat(32)
    const {things} = script(`curl -o mod_a.lua ${url}\necho "${sha256}  mod_a.lua" | sha256sum -c -`)
    expect(things.map((thing) => thing.sha256)).toContain(sha256)
    const added = dockerfile(`ADD --checksum=sha256:${sha256} ${url} /m/`)
    expect(added.things.map((thing) => thing.sha256)).toEqual([sha256])
    expect(placed(added)).toEqual([`/m/mod_a.lua ← ${url}[]`])
  })

  it('is asked for alone where no file keeps it', () => {
    expect(deeds(script('V=$(curl -s https://api.x.example/tags | grep name | cut -d: -f2)'))).toEqual([
      'ask',
    ])
  })

  it('keeps what is not known of an address from looking like folders', () => {
    const followed = script(
      'V=$(curl -s https://api.x.example/tags)\nwget https://x.example/$V.tar.gz\ntar xf $V.tar.gz -C /m',
    )
    expect(followed.placed.map(({at}) => at)).toContain('/m')
    expect(followed.things.at(-1)?.unknown).toHaveLength(1)
  })
})

describe('archives', () => {
  const url = 'https://github.com/o/repo/archive/v1.tar.gz'

  it.each([
    ['tar xzf a.tgz && cp -r repo-1/plugins /m', '/m/plugins ← ', '[repo-1/plugins:0]'],
    ['tar -xzf a.tgz --strip-components=1 -C /x && cp -r /x/plugins/* /m/', '/m ← ', '[plugins:1]'],
    [
      'tar xfz a.tgz --strip 1 -C /x && cp /x/plugins/mod_a.lua /m/',
      '/m/mod_a.lua ← ',
      '[plugins/mod_a.lua:1]',
    ],
    ['tar -C /m -xf a.tgz --strip-components=2 repo-1/plugins', '/m ← ', '[plugins:1]'],
    [
      "tar xf a.tgz --wildcards '*/plugins/mod_*.lua' --strip-components=2 -C /m",
      '/m ← ',
      '[plugins/mod_*.lua:1]',
    ],
    [
      'unzip -q a.tgz -d /x && mv /x/repo-1/plugins/mod_a.lua /m/mod_a.lua',
      '/m/mod_a.lua ← ',
      '[repo-1/plugins/mod_a.lua:0]',
    ],
    ['gunzip -c a.tgz | tar x -C /m', '/m ← ', '[:0]'],
  ])('are unpacked by %s', (text, at, inside) => {
    const found = placed(script(`curl -Lo a.tgz ${url}\nmkdir -p /x /m\n${text}`))
    expect(
      found.some((one) => one.startsWith(at) && one.endsWith(inside)),
      found.join('\n'),
    ).toBe(true)
  })

  it('come through a pipe', () => {
    expect(placed(script(`curl -L ${url} | tar xz -C /m --strip-components=1`))).toEqual([`/m ← ${url}[:1]`])
  })

  it('are packages of Debian, too', () => {
    const followed = dockerfile(
      'RUN apt-get -d install -y a-package=1.2-3 && dpkg -x /var/cache/apt/archives/a-package*.deb /x && cp -a /x/usr/share/* /m/',
    )
    expect(placed(followed).at(-1)).toBe('/m ← a-package@1.2-3[usr/share]')
  })

  it('give nothing that was taken away again', () => {
    expect(placed(script(`cd /tmp; curl -LO ${url}; tar xf v1.tar.gz; rm -rf v1.tar.gz repo-1`))).toEqual([])
  })
})

describe('repositories', () => {
  it.each([
    ['git clone --depth 1 -b v2 https://github.com/o/r.git /m', '/m ← https://github.com/o/r.git@v2[]'],
    ['git clone https://github.com/o/r /m && cd /m && git checkout abc', '/m ← https://github.com/o/r@abc[]'],
    ['git clone https://github.com/o/r /m; git -C /m checkout -q abc', '/m ← https://github.com/o/r@abc[]'],
    ['cd /srv && git clone https://github.com/o/r', '/srv/r ← https://github.com/o/r[]'],
    [
      'git init /m; cd /m; git remote add origin https://github.com/o/r; git fetch origin abc; git checkout FETCH_HEAD',
      '/m ← https://github.com/o/r@abc[]',
    ],
    ['hg clone -r 12ab https://hg.example/r /m', '/m ← https://hg.example/r@12ab[]'],
    ['hg clone https://hg.example/r/ && hg -R r update -r 12ab', '/r ← https://hg.example/r/@12ab[]'],
    ['hg clone -u 12ab https://hg.example/r /m', '/m ← https://hg.example/r@12ab[]'],
  ])('are what %s makes of them', (text, expected) => {
    expect(placed(script(text))).toEqual([expected])
  })

  it.each([
    ['git clone https://github.com/o/r /m; git -C /m fetch origin abc', '/m ← https://github.com/o/r[]'],
    [
      'git clone -b v1 https://github.com/o/r /m; git -C /m checkout -b mine',
      '/m ← https://github.com/o/r@v1[]',
    ],
    [
      'git clone https://github.com/o/r /m; git -C /m checkout -b mine abc',
      '/m ← https://github.com/o/r@abc[]',
    ],
    ['hg clone https://hg.example/r /m; hg -R /m pull -r 12ab', '/m ← https://hg.example/r[]'],
  ])('are what they were where %s checks nothing else out', (text, expected) => {
    expect(placed(script(text))).toEqual([expected])
  })

  it('give single files of a revision', () => {
    expect(
      placed(
        script(
          'hg clone https://h.example/r /r; hg -R /r cat -r 1a mod_a/mod_a.lua > /m/mod_a.lua; rm -r /r',
        ),
      ),
    ).toEqual(['/m/mod_a.lua ← https://h.example/r@1a[mod_a/mod_a.lua]'])
    expect(
      placed(
        script('git clone https://h.example/r /r; cd /r; git show v1:mod_a.lua > /m/mod_a.lua; rm -r /r'),
      ),
    ).toEqual(['/m/mod_a.lua ← https://h.example/r@v1[mod_a.lua]'])
  })

  it.each([
    [
      'git clone https://h.example/r /r; cd /r; git archive v1 mod_a | tar x -C /m; rm -r /r',
      ['/m/mod_a ← https://h.example/r@v1[mod_a]'],
    ],
    [
      'git archive --remote=https://h.example/r v1:plugins mod_a mod_b.lua | tar -x -C /m',
      [
        '/m/plugins/mod_a ← https://h.example/r@v1[plugins/mod_a]',
        '/m/plugins/mod_b.lua ← https://h.example/r@v1[plugins/mod_b.lua]',
      ],
    ],
    [
      'git archive --remote=https://h.example/r v1 a/b/mod_a | tar -x --strip-components=2 -C /m',
      ['/m/mod_a ← https://h.example/r@v1[a/b/mod_a]'],
    ],
    [
      'hg clone https://h.example/r /r; hg -R /r archive -r 1a -I mod_a -I "mod_b/**" -I mod_c/mod_c.lua /m; rm -r /r',
      [
        '/m/mod_a ← https://h.example/r@1a[mod_a]',
        '/m/mod_b ← https://h.example/r@1a[mod_b]',
        '/m/mod_c/mod_c.lua ← https://h.example/r@1a[mod_c/mod_c.lua]',
      ],
    ],
    ['svn export https://github.com/o/r/trunk/mod_a /m/mod_a', ['/m/mod_a ← https://github.com/o/r[mod_a]']],
    [
      'cd /m; svn export -q https://github.com/o/r/tags/v1/a/mod_a',
      ['/m/mod_a ← https://github.com/o/r@v1[a/mod_a]'],
    ],
    [
      'svn co https://github.com/o/r/branches/dev/mod_a.lua /m/',
      ['/m/mod_a.lua ← https://github.com/o/r@dev[mod_a.lua]'],
    ],
  ])('give parts of themselves: %s', (text, expected) => {
    expect(placed(script(text))).toEqual(expected)
  })

  it.each([
    'git clone https://h.example/r /r; cd /r; git archive -o /x.tar v1',
    'git archive --remote=https://h.example/r -o /x.tar v1',
    'hg clone https://h.example/r /r; hg -R /r archive -X mod_a /m',
    "hg clone https://h.example/r /r; hg -R /r archive -I 're:mod_.*' /m",
    'svn export https://svn.example/prosody/mod_a',
    'svn export -r 7 https://github.com/o/r/trunk/mod_a',
  ])('are told where what they give is not followed: %s', (text) => {
    expect(deeds(script(text)).at(-1)).toBe('unknown')
  })

  it('are still there where it is not sure that they are removed', () => {
    const get = 'curl -o /m/mod_a.lua https://x.example/mod_a.lua'
    expect(placed(script(`${get}; grep -q error /m/mod_a.lua && rm /m/mod_a.lua`))).toHaveLength(1)
    expect(placed(script(`${get}; [ "$X" ] && rm -r /m`))).toHaveLength(1)
    expect(placed(script(`if [ "$X" ]; then ${get}; rm /m/mod_a.lua; fi`))).toHaveLength(0)
    expect(placed(script(`${get} && rm /m/mod_a.lua`))).toHaveLength(0)
  })

  it('lack what was taken away of them wherever they go', () => {
    const get = 'git clone https://x.example/r /r; rm -f /r/p/mod_b.lua /r/other'
    expect(placed(script(`${get}; mv /r/p /m; rm -r /r`))).toEqual([
      '/m ← https://x.example/r[p] without mod_b.lua',
    ])
    expect(placed(script(`${get}; cp -r /r/p/* /m/; rm -r /r`))).toEqual([
      '/m ← https://x.example/r[p] without mod_b.lua',
    ])
    expect(placed(script(`${get}; mv /r /m`))).toEqual([
      '/m ← https://x.example/r[] without p/mod_b.lua other',
    ])
  })

  it('leave what was copied before another revision came as it was', () => {
    const found = placed(
      script(
        'hg clone -r 1a https://h.example/r /r; cp -r /r/mod_a /m/mod_a; hg -R /r up 2b; cp -r /r/mod_b /m/mod_b; rm -r /r',
      ),
    )
    expect(found).toEqual([
      '/m/mod_a ← https://h.example/r@1a[mod_a]',
      '/m/mod_b ← https://h.example/r@2b[mod_b]',
    ])
  })
})

describe('what is moved about', () => {
  const clone = 'git clone https://github.com/o/r /r\nmkdir -p /m\n'
  const from = 'https://github.com/o/r'

  it.each([
    ['cp /r/mod_a.lua /m', [`/m/mod_a.lua ← ${from}[mod_a.lua]`]],
    ['cp -r /r/mod_a /r/mod_b /m/', [`/m/mod_a ← ${from}[mod_a]`, `/m/mod_b ← ${from}[mod_b]`]],
    ['cp -r /r/mod_{a,b} /m/', [`/m/mod_a ← ${from}[mod_a]`, `/m/mod_b ← ${from}[mod_b]`]],
    ['cp -r /r/. /m', [`/m ← ${from}[]`]],
    ['mv /r/mod_a.lua /m/mod_b.lua', [`/m/mod_b.lua ← ${from}[mod_a.lua]`]],
    ['install -Dm644 /r/mod_a.lua /m/mod_a.lua', [`/m/mod_a.lua ← ${from}[mod_a.lua]`]],
    ['cp -t /m /r/mod_a.lua', [`/m/mod_a.lua ← ${from}[mod_a.lua]`]],
    ['cd /m && ln -s ../r/mod_a .', [`/m/mod_a ← ${from}[mod_a]`]],
    ['rsync -a /r/plugins/ /m/', [`/m ← ${from}[plugins]`]],
    ["find /r -name 'mod_*.lua' -exec cp {} /m \\;", [`/m ← ${from}[mod_*.lua]`]],
    ['(cd /r && cp mod_a.lua /m)', [`/m/mod_a.lua ← ${from}[mod_a.lua]`]],
  ])('lies where %s puts it', (text, expected) => {
    expect(placed(script(`${clone}${text}\nrm -rf /r`))).toEqual(expected)
  })

  it('lacks what is taken out of it', () => {
    expect(placed(script(`${clone}cp -r /r/* /m\nrm /m/mod_a.lua\nrm -rf /r`))).toEqual([
      `/m ← ${from}[] without mod_a.lua`,
    ])
  })
})

describe('what is installed', () => {
  it.each([
    [
      'apt-get update && apt-get install -y --no-install-recommends lua-event lua5.4=5.4.4-3',
      ['apt:lua-event', 'apt:lua5.4=5.4.4-3'],
    ],
    [
      'apk add --no-cache --virtual .x prosody=0.12.4-r0 lua5.4-sec',
      ['apk:prosody=0.12.4-r0', 'apk:lua5.4-sec'],
    ],
    ['luarocks-5.4 --lua-version=5.4 install basexx 0.4.1-1', ['luarocks:basexx=0.4.1-1']],
    ['luarocks install luadbi-mysql MYSQL_INCDIR=/usr/include', ['luarocks:luadbi-mysql']],
    ['prosodyctl install --server=https://modules.prosody.im/rocks/ mod_a', ['prosodyctl:mod_a']],
    ["su prosody -c 'prosodyctl install mod_a'", ['prosodyctl:mod_a']],
    ['echo a b | xargs apt-get install -y', ['apt:a', 'apt:b']],
  ])('is read off %s', (text, expected) => {
    const found = script(text).installed
    expect(
      found.map(({by, name, version}) => `${by}:${name}${version === undefined ? '' : `=${version}`}`),
    ).toEqual(expected)
  })
})

describe('what is changed', () => {
  it.each([
    ["curl -o /m/mod_a.lua https://x.example/mod_a.lua\nsed -i 's/a/b/' /m/mod_a.lua", 'change'],
    ['curl -o /m/mod_a.lua https://x.example/mod_a.lua\nperl -pi -e s/a/b/ /m/mod_a.lua', 'change'],
    ['curl -o /m/mod_a.lua https://x.example/mod_a.lua\necho x >> /m/mod_a.lua', 'change'],
    ['curl -o /m/mod_a.lua https://x.example/mod_a.lua\nluac /m/mod_a.lua', 'run'],
    ['sed -i \'s/--"mam"/"mam"/\' /etc/prosody/prosody.cfg.lua', 'enable'],
    ['echo \'Include "x"\' >> /etc/prosody/prosody.cfg.lua', 'enable'],
    ['cp /lost/mod_a.lua /m/', 'unknown'],
    ['get-the-prosody-modules', 'unknown'],
    ['ynh_apt_install_dependencies prosody prosody-modules', 'install'],
    ['sudo get-the-prosody-modules', 'unknown'],
    ['sudo -u prosody mkdir -p /m/mod_a', 'keep'],
    ['useradd -u 999 prosody', 'keep'],
  ])('is told of %s', (text, kind) => {
    expect(deeds(script(text)).at(-1)).toBe(kind)
  })

  it('names what configuration enables, and numbers of users', () => {
    const followed = script(
      'sed -i \'s/--"mam"/"mam"/\' /etc/prosody/prosody.cfg.lua\nuseradd --uid 999 prosody',
    )
    expect(followed.enabled.flatMap(({names}) => names)).toContain('mam')
    expect(followed.image.uids).toEqual({prosody: 999})
  })

  it('is a patch by where it comes from and what it changes', () => {
    const {patches} = dockerfile(
      'COPY fix.patch /tmp/\nRUN curl -o /m/mod_a.lua https://x.example/mod_a.lua && patch -d /m -p1 < /tmp/fix.patch',
    )
    expect(patches).toMatchObject([
      {contextPath: 'fix.patch', target: '/m', targets: [{from: 'https://x.example/mod_a.lua'}]},
    ])
  })
})

describe('a Dockerfile', () => {
  it('ends with what its last stage has', () => {
    const followed = follow(
      readDockerfile(
        'FROM a AS one\nRUN curl -o /x/mod_a.lua https://x.example/mod_a.lua\nRUN curl -o /y/mod_b.lua https://x.example/mod_b.lua\nFROM b\nCOPY --from=one /x/ /m/\nUSER 1000\nEXPOSE 1 2/udp\nVOLUME /v\n',
      ),
      context,
    )
    expect(placed(followed)).toEqual(['/m/mod_a.lua ← https://x.example/mod_a.lua[]'])
    expect(followed.image).toEqual({
      isLast: true,
      from: 'b',
      user: '1000',
      ports: ['1', '2/udp'],
      volumes: ['/v'],
      uids: {},
    })
  })

  it.each([
    ['the last one', 'FROM a\nUSER one\nFROM b\nUSER two\n', 'b', true],
    ['one with Prosody', 'FROM a\nRUN apt-get install -y prosody\nUSER one\nFROM b\n', 'a', false],
    [
      'one that modules lie in',
      'FROM a AS m\nRUN curl -o /m/mod_a.lua https://x.example/mod_a.lua\nFROM b\nRUN true\n',
      'a',
      false,
    ],
    [
      'the last one of two with Prosody',
      'FROM a\nRUN apt-get install -y prosody\nFROM b\nRUN apk add prosody\n',
      'b',
      true,
    ],
    [
      'one with Prosody that others copy from',
      'FROM a AS p\nRUN apt-get install -y prosody\nFROM b\nCOPY --from=p /etc/prosody/certs /certs\n',
      'a',
      false,
    ],
  ])('is about the image of %s', (...[, text, from, isLast]) => {
    expect(follow(readDockerfile(text), context).image).toMatchObject({from, isLast})
  })

  it('makes an image of each stage that no other one uses', () => {
    const {targets} = follow(
      readDockerfile(
        'FROM a AS got\nRUN curl -o /x/mod_a.lua https://x.example/mod_a.lua\nFROM a AS base\nFROM base AS main\nCOPY --from=got /x/mod_a.lua /m/\nFROM base AS other\n',
      ),
      context,
    )
    expect(targets.map(({stages, placed: mounts}) => [stages, mounts.map(({at}) => at)])).toEqual([
      [[1, 2], ['/m/mod_a.lua']],
      [[1, 3], []],
    ])
  })

  it('follows what a RUN mounts of another stage, and takes it away again', () => {
    const text =
      'FROM a AS got\nRUN curl -o /x/mod_a.lua https://x.example/mod_a.lua\nFROM b\nRUN --mount=type=cache,target=/c --mount=from=got,source=/x,target=/y cp /y/mod_a.lua /m/\n'
    const followed = follow(readDockerfile(text), context)
    expect(placed(followed)).toEqual(['/m/mod_a.lua ← https://x.example/mod_a.lua[]'])
  })

  it('does nothing by ONBUILD', () => {
    const followed = dockerfile(
      'ONBUILD RUN curl -o /m/mod_a.lua https://x.example/mod_a.lua\nONBUILD COPY x /y\n',
    )
    expect(placed(followed)).toEqual([])
    expect(deeds(followed)).toEqual(['keep', 'unknown', 'keep'])
  })

  it('goes on from the stage that it starts from, each RUN in its working folder', () => {
    const followed = follow(
      readDockerfile(
        'FROM a AS one\nWORKDIR /m\nRUN cd /tmp\nFROM one\nRUN curl -O https://x.example/mod_a.lua\n',
      ),
      context,
    )
    expect(placed(followed)).toEqual(['/m/mod_a.lua ← https://x.example/mod_a.lua[]'])
  })

  it('runs scripts of its context with what they are given, and what ENV says', () => {
    const followed = dockerfile('ENV KIND=k\nCOPY *.sh /usr/local/bin/\nRUN get.sh one two')
    expect(placed(followed)).toEqual([
      '/m/mod_one.lua ← https://x.example/k/mod_one.lua[]',
      '/m/mod_two.lua ← https://x.example/k/mod_two.lua[]',
    ])
    expect(followed.steps.at(-1)).toMatchObject({line: 4, deed: {kind: 'fetch'}})
  })

  it('tells scripts of its context that are not read whole', () => {
    const {deed} = dockerfile('COPY *.sh /usr/local/bin/\nRUN broken.sh').steps.at(-1) ?? {}
    expect(deed).toMatchObject({kind: 'unknown', things: [{from: 'https://x.example/mod_a.lua'}]})
    expect(deed?.why).toContain("broken.sh can't be read whole")
  })
})

it('throws for no text', () => {
  const parts = [
    'curl',
    '-o',
    '"',
    "'",
    '$(',
    ')',
    '|',
    '&&',
    '/m/',
    'mod_a.lua',
    'tar',
    'xf',
    '*',
    '<<E\n',
    '\n',
    'cp',
    '{a,b}',
    '[',
    'hg',
    'clone',
    '`',
    '\\\n',
  ]
  for (let seed = 1; seed <= 400; seed += 1) {
    let state = seed
    const text = Array.from({length: 30}, () => {
      state = (state * 1103515245 + 12345) % 2147483648
      return parts[state % parts.length] ?? ''
    }).join(' ')
    expect(() => script(text), text).not.toThrow()
    expect(() => dockerfile(`RUN ${text}`), text).not.toThrow()
  }
})
