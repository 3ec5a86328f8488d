const brand = 'TSTypeReference[typeName.name=/^(?:Digest|Sha256)$/]'
const cast = ':matches(TSAsExpression, TSTypeAssertion)'
const crypto = 'ImportDeclaration[source.value=/^(?:node:)?crypto$/]'

/** What only src/digest.ts may say: everywhere else the types of its two spellings are believed (ESLint's selectors). */
export const digestSyntax = [
  {
    selector: `${cast} > ${brand}.typeAnnotation, ${cast} > *.typeAnnotation ${brand}, TSTypePredicate ${brand}`,
    message:
      'src/digest.ts alone makes a Digest or Sha256 of a string: isSha256, sha256Of, toDigest, toSha256',
  },
  {
    selector: `${crypto} > ImportSpecifier[imported.name=/^(?:hash|createHash)$/], ${crypto} > :matches(ImportDefaultSpecifier, ImportNamespaceSpecifier)`,
    message: 'src/digest.ts alone hashes: sha256Of, digestOf, Hasher',
  },
  {
    selector:
      "Literal[value='sha256:'], TemplateElement[tail=false][value.cooked=/sha256:$/], TemplateElement[tail=true][value.cooked='sha256:']",
    message: 'src/digest.ts alone turns one spelling into the other: toDigest, toSha256, shortDigest',
  },
  {
    selector: "Literal[regex.pattern='^[0-9a-f]{64}$']",
    message: 'src/digest.ts alone says what a sha256 is: isSha256',
  },
]
