import {maybe, step, sure, type Draft} from './types.ts'

/** Explains a Prosody that was started as root. */
export function explainRoot(): Draft {
  return {
    id: 'run-as-root',
    subject: '',
    happened: 'Prosody refuses to run as root',
    causes: [
      sure('it was started as root, and run_as_root is not set'),
      // 0.12: mod_posix.lua calls prosody.shutdown; 13.0: check_user in util/startup.lua calls os.exit.
      sure(
        'Prosody 13.0 ends at once; 0.12 stops what it has started so far and fails with an error about main_thread, after which the process may stay and serve a part of its ports, or none',
      ),
    ],
    steps: [
      step(
        "start it as a user of its own: the service of Debian's package does so; in a container, USER prosody of the Dockerfile or user: of the compose file",
      ),
      step('by hand', 'runuser -u prosody -- prosody -F'),
      step('see that its data are of that user: what root wrote is not', 'ls -la /var/lib/prosody'),
      step('run_as_root = true at the top of the configuration lets it, which its makers advise against'),
    ],
  }
}

/** Explains the error of a Prosody 0.12 that shuts itself down before it has started. */
export function explainEarlyShutdown(): Draft {
  return {
    id: 'shutdown-at-start',
    subject: '',
    happened:
      'Prosody wanted to shut itself down while it was starting, which Prosody 0.12 can not do so early: hence the error about main_thread',
    causes: [
      sure('the reason is another one, and stands in a line before this one: "Shutting down: …"'),
      maybe('it was started as root, and run_as_root is not set'),
      maybe('or its pidfile can not be written, or another Prosody has it'),
    ],
    steps: [
      step(
        'look for what mod_posix says before this line, and explain that',
        'prosody-mods explain < prosody.log',
      ),
      step('see as which user it runs', 'ps -eo user,pid,args | grep -i prosody'),
    ],
  }
}
