import {expect, it} from 'vitest'
import {readScript} from '../../../src/recipe/read-script.ts'
import {shown} from './show.ts'

it.each<readonly [string, readonly string[]]>([
  ['a && b; c', ['a', 'b', 'c']],
  ['a || b', ['a', 'b {where `a` fails}']],
  ['(cd /b; c) & d', ['(', 'cd /b', 'c', ')', 'd']],
  ['for m in a "b c"; do cp "mod_$m" /p; done', ['cp mod_a /p', 'cp mod_b c /p']],
  ['L="x y"; for i in $L z{1,2}; do e $i; done', ['e x', 'e y', 'e z1', 'e z2']],
  ['a=(p "q r"); a+=(s); for i in "${a[@]}"; do e $i; done', ['e p', 'e q r', 'e s']],
  ['declare -A m=([o]=1 [t]=2); for k in "${!m[@]}"; do e $k ${m[$k]}; done', ['e o 1', 'e t 2']],
  ['for f in /s/mod_*; do cp "$f" /d/$(basename "$f"); done', ['cp /s/mod_** /d/mod_**']],
  [
    'while read -r n u; do get "$n" $u; done <<E\na http://a\nb http://b\nE',
    ['get a http://a', 'get b http://b'],
  ],
  ['while IFS=, read x y; do f $x $y; done <<< "1,2,3"', ['f 1 2,3']],
  ['while read x; do g $x; done < list', ['g ‹$x› {read x}']],
  ["printf '%s\\n' k l | while read q; do h $q; done", ['printf %s\\n k l', '(', 'h k', 'h l', ')']],
  ['f() { local u=$1; shift; get "$u" "$@" $#; }; f x a b', ['get x a b 2']],
  ['f() { [ -z "$1" ] && return; e $1; }; f; f x', ['e x']],
  ['g() { g; }; g', ['g']],
  ['f() { rm "$1"; }', ['rm ‹$1› {where `f` is called}']],
  ['if [ -f z ]; then b; else c; fi', ['b {[ -f z ]}', 'c {not: [ -f z ]}']],
  ['X=y; if [ "$X" = y ]; then a; else b; fi', ['a']],
  ['if command -v hg; then a; fi', ['command -v hg', 'a {command -v hg}']],
  ['X=y; case $X in x) a;; y|z) b;; *) c;; esac', ['b']],
  ['case $Q in x) a;; *) c;; esac', ['a {case $Q in x}', 'c {case $Q in *}']],
  ['X=mod_a.lua; e $(echo "$X" | sed "s/^mod_//; s/[.]lua$//")', ['e a']],
  ['e $(echo a | sed s/a/b/w)', ['$ echo a | sed s/a/b/w', 'e ‹$(echo a | sed s/a/b/w)›']],
  ['a && grep -q x f && b && c', ['a', 'grep -q x f', 'b {a && grep -q x f}', 'c {a && grep -q x f}']],
  ['which hg || a', ['which hg', 'a {not: which hg}']],
  ['[ -f q ] && A || C', ['A {[ -f q ]}', 'C {not: [ -f q ]}']],
  ['V=$(curl -s u | jq .x); get h/$V', ['$ curl -s u | jq .x', 'get ‹h/$(curl -s u | jq .x)›']],
  ['N=$(echo hi); e ${N#h} ${N%i} ${N/h/j} ${N//i/o} ${N:0:1} ${N^^} ${#N}', ['e i h ji ho h HI 2']],
  ['e ${Z:-d} ${Z-d} ${Z:+no} x', ['e d d x']],
  ['(cd /b); ((c)); ( (d; e) )', ['(', 'cd /b', ')', '(', 'd', 'e', ')']],
  ["sh -c 'cd /x && get y'", ['(', 'cd /x', 'get y', ')']],
  ['su - user -c "hg clone z"', ['(', 'hg clone z', ')']],
  ['sudo -u a env B=c nice -n 5 /usr/bin/apt-get install d', ['B=c apt-get install d']],
  ['exec gosu prosody prosody -F', ['prosody -F']],
  ["bash <<'E'\nget q\nE", ['(', 'get q', ')']],
  ['python3 <<E\nimport x\nE', ['python3 <<"import x\\n"']],
  ['echo a b | xargs apt-get install -y', ['apt-get install -y a b']],
  ['cat l | xargs -n1 luarocks install', ['cat l | luarocks install ‹$(cat l)›']],
  ["printf 'a\\nb\\n' | xargs -I{} get h/{}", ['get h/a', 'get h/b']],
  ['curl u | (cd /x && tar xz)', ['(', 'cd /x', 'curl u | tar xz', ')']],
  ['{ a; b; } > /f', ['a 1>/f', 'b 1>/f']],
  ['cat <<E >f\none\nE', ['cat 1>f <<"one\\n"']],
  ['get u 2>&1 >/dev/null', ['get u 1>/dev/null']],
  ['get a `# why` b', ['get a b']],
  ['rm -rf /l/*', ['rm -rf /l/**']],
])('reads %j', (text, expected) => {
  expect(shown(readScript(text))).toEqual(expected)
})

it('cuts a script into statements', () => {
  const text = 'a \\\n && b || c; d &\ne <<X\nin\nX\nf'
  const [instruction] = readScript(text).instructions
  const statements = instruction?.statements.map(({start, end, line, lastLine, joinedBy}) => ({
    text: text.slice(start, end),
    lines: [line, lastLine],
    joinedBy,
  }))
  expect(statements).toEqual([
    {text: 'a', lines: [1, 1], joinedBy: ''},
    {text: 'b', lines: [2, 2], joinedBy: '&&'},
    {text: 'c', lines: [2, 2], joinedBy: '||'},
    {text: 'd', lines: [2, 2], joinedBy: ';'},
    {text: 'e <<X\nin\nX', lines: [3, 5], joinedBy: '&'},
    {text: 'f', lines: [6, 6], joinedBy: 'newline'},
  ])
})

it('tells variables that nothing gives a value, once', () => {
  const text = 'A=$(date)\nread B\nget $A $B $C $HOME $1\nget ${C} ${D:-x}'
  expect(readScript(text).missing).toEqual([{name: 'C', line: 3}])
})

it('tells what is no shell', () => {
  expect(readScript('a\nif true; then\n').problems.map(({line}) => line)).toContain(2)
})

it('stops unrolling at a bound', () => {
  const {instructions, problems} = readScript(
    'for a in {1..900}; do for b in {1..900}; do e $a $b; done; done',
  )
  expect(instructions[0]?.actions).toHaveLength(10_000)
  expect(problems).toHaveLength(1)
})

it('tells branches that are too deep', () => {
  const {problems} = readScript(`if a; then b; ${'elif a; then b; '.repeat(1000)}fi`)
  expect(problems.map(({text}) => text)).toEqual(['branches in more than 256 others: the rest is left out'])
})

it('reads files from Windows', () => {
  expect(shown(readScript('\uFEFFa b\r\nc d\r\n'))).toEqual(['a b', 'c d'])
})
