/** What an address that people have in hand names. */
export type Address =
  | {
      /** It stands for this spec. */
      readonly kind: 'spec'
      readonly text: string
      /** What is worth knowing about that. */
      readonly note?: string
    }
  | {
      /** It names something that is no module, or not one alone. */
      readonly kind: 'other'
      readonly about: string
      readonly hint: string
    }

/** What is told of an address that names a page or a branch, and so no version. */
export const unversionedNote = 'it names no release'
