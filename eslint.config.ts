import {defineConfig} from 'eslint/config'
import * as importX from 'eslint-plugin-import-x'
import tseslint from 'typescript-eslint'
import {digestSyntax} from './tools/digest-syntax.ts'
import {layers, shared} from './tools/layers.ts'

const zones = Object.entries(layers).map(([layer, allowed]) => ({
  target: `./src/${layer}`,
  from: './src',
  except: [...shared.map((name) => `./${name}.ts`), ...[layer, ...allowed].map((name) => `./${name}`)],
  message: `src/${layer} may import only ${[layer, ...allowed].join(', ')} (see tools/layers.ts)`,
}))

const terminal = {
  selector:
    "CallExpression[callee.property.name='write'][callee.object.property.name=/^(?:stdout|stderr)$/], CallExpression[callee.object.name='console']",
  message: 'src/render/output.ts is the one door to the terminal',
}

export default defineConfig(
  {ignores: ['build/', 'dist/', 'dist-single/', 'node_modules/', 'coverage/']},
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    plugins: {'import-x': importX as never},
    languageOptions: {parserOptions: {projectService: true, tsconfigRootDir: import.meta.dirname}},
    settings: {'import-x/resolver-next': [importX.createNodeResolver({extensions: ['.ts', '.js']})]},
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', {considerDefaultExhaustiveForUnions: true}],
      '@typescript-eslint/restrict-template-expressions': ['error', {allowNumber: true}],
      '@typescript-eslint/no-confusing-void-expression': ['error', {ignoreArrowShorthand: true}],
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', {basePath: import.meta.dirname, zones}],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {group: ['undici', 'undici/*'], message: 'src/net/http.ts is the one door to the network'},
          ],
        },
      ],
      'no-restricted-syntax': ['error', terminal, ...digestSyntax],
      'max-params': ['error', 3],
      eqeqeq: 'error',
    },
  },
  {files: ['src/render/output.ts'], rules: {'no-restricted-syntax': ['error', ...digestSyntax]}},
  {files: ['src/digest.ts'], rules: {'no-restricted-syntax': ['error', terminal]}},
  {
    files: ['action/**', 'bin/**', 'test/**', 'bench/**', 'tools/**', 'scripts/**'],
    rules: {'no-restricted-syntax': 'off'},
  },
  {
    files: [
      'src/net/{http,connections,dispatcher,proxy-dispatcher,undici-parts.d}.ts',
      'test/**',
      'bench/**',
    ],
    rules: {'no-restricted-imports': 'off'},
  },
  {files: ['bin/**', '**/*.js'], ...tseslint.configs.disableTypeChecked},
  // CommonJS, as bin/package.json says.
  {files: ['bin/**'], rules: {'@typescript-eslint/no-require-imports': 'off'}},
)
