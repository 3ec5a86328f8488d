import {expect, it} from 'vitest'
import {readDockerfile} from '../../../src/recipe/read-dockerfile.ts'
import {shown, word} from './show.ts'

/** Lists instructions with their words. */
function listed(text: string): readonly string[] {
  return readDockerfile(text).instructions.map(({keyword, stage, flags, words}) =>
    [
      stage,
      keyword,
      ...Object.entries(flags).map(([name, value]) => `--${name}=${word(value)}`),
      ...words.map(word),
    ].join(' '),
  )
}

it.each<readonly [string, readonly string[]]>([
  [
    'ARG B=deb\nfrom ${B}ian:${T:-12} as base\nARG B\nENV C=$B',
    ['-1 ARG B=deb', '0 FROM debian:12 as base', '0 ARG B', '0 ENV C=deb'],
  ],
  [
    'FROM a AS s\nENV X=1 Y="b c"\nFROM s\nWORKDIR /$X/$Y',
    ['0 FROM a AS s', '0 ENV X=1 Y=b c', '1 FROM s', '1 WORKDIR /1/b c'],
  ],
  ['FROM a\nENV X some old form', ['0 FROM a', '0 ENV X=some old form']],
  [
    'FROM a\nARG V=1.2\nADD --checksum=sha256:ab h/${V%.*}/${V//./-} /t',
    ['0 FROM a', '0 ARG V=1.2', '0 ADD --checksum=sha256:ab h/1/1-2 /t'],
  ],
  ['FROM a\nCOPY --from=b --chown=c:d ["x y", "/z"]', ['0 FROM a', '0 COPY --from=b --chown=c:d x y /z']],
  ['FROM a\nONBUILD COPY b c', ['0 FROM a', '0 COPY --onbuild= b c']],
  [
    'FROM a\nHEALTHCHECK --timeout=3s CMD b || c\nHEALTHCHECK NONE',
    ['0 FROM a', '0 HEALTHCHECK --timeout=3s CMD-SHELL b || c', '0 HEALTHCHECK NONE'],
  ],
  ['FROM a\nCMD ["b", "c d"]\nENTRYPOINT b', ['0 FROM a', '0 CMD b c d', '0 ENTRYPOINT /bin/sh -c b']],
  [
    'FROM a\nVOLUME ["/a", "/b"]\nEXPOSE 1 2/udp\nUSER u:g',
    ['0 FROM a', '0 VOLUME /a /b', '0 EXPOSE 1 2/udp', '0 USER u:g'],
  ],
])('reads the words of %j', (text, expected) => {
  expect(listed(text)).toEqual(expected)
})

it.each<readonly [string, readonly string[]]>([
  ['RUN a && \\   \n  # why\n\n  b', ['a', 'b']],
  ['RUN ["/bin/bash", "-c", "a && b"]', ['(', 'a', 'b', ')']],
  ['RUN ["apk", "add", "q"]', ['apk add q']],
  ['RUN --mount=type=cache,target=/x a', ['a']],
  ['RUN <<E\na \\\n  b\nE', ['a b']],
  ["RUN <<-'E' bash -x\n\ta\n\tE", ['(', 'a', ')']],
  ['RUN cat <<A >x && cat <<B >y\n1\nA\n2\nB', ['cat 1>x <<"1\\n"', 'cat 1>y <<"2\\n"']],
  ['RUN <<E\n#!/usr/bin/env python3\nimport os\nE', ['python3 <<"#!/usr/bin/env python3\\nimport os\\n"']],
  ['RUN a\r\n\r\nRUN b \\\r\n  c\r\n', ['a', 'b c']],
])('reads what runs in %j', (text, expected) => {
  expect(shown(readDockerfile(`FROM z\n${text}`))).toEqual(expected)
})

it('joins lines by the directive', () => {
  expect(shown(readDockerfile('# escape=`\nFROM a\nRUN b `\n  c'))).toEqual(['b c'])
})

it('puts variables into here-documents whose name is not quoted', () => {
  const {instructions} = readDockerfile('FROM a\nENV X=1\nCOPY <<E <<"F" /d/\n$X\nE\n$X\nF')
  expect(instructions[2]?.heredocs.map(({text, line}) => [text.text, line])).toEqual([
    ['1\n', 4],
    ['$X\n', 6],
  ])
})

it('tells problems and missing values with their lines', () => {
  const {problems, missing} = readDockerfile('FROM a\nARG V\nFOO x\nRUN get \\\n  $V')
  expect(problems).toEqual([{line: 3, text: 'unknown instruction FOO'}])
  expect(missing).toEqual([{name: 'V', line: 5}])
})

it('leaves variables in variables as they are written where they are too deep', () => {
  const nested = (count: number): string => `${'${A:-'.repeat(count)}x${'}'.repeat(count)}`
  const wordOf = (text: string): string | undefined =>
    readDockerfile(`FROM a\nENV V=${text}`).instructions[1]?.words[0]?.text
  expect(wordOf(nested(20))).toBe('V=x')
  expect(wordOf(nested(20_000))).toContain('${A:-')
})
