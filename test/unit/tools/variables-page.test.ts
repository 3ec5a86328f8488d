import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {variablesPage} from '../../../tools/variables-page.ts'

const page = join(import.meta.dirname, '../../../docs/reference/image-variables.md')

it('the page of variables is what the tables say: tsx tools/image-variables.ts', async () => {
  expect(await readFile(page, 'utf8')).toBe(await variablesPage())
})
