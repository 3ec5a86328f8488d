import type {DoctorCheck, DoctorFacts, DoctorSection, DoctorState} from './types.ts'

/** What a check says besides where it belongs. */
interface Judged {
  readonly state?: DoctorState
  readonly text: string
  readonly hint?: string
  readonly facts?: DoctorFacts
}

/** Puts a check together; it is well where nothing else is said. */
export function judged(
  section: DoctorSection,
  name: string,
  {state = 'ok', text, hint, facts = {}}: Judged,
): DoctorCheck {
  return {section, name, state, text, hint: hint ?? null, facts}
}
