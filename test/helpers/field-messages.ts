import type {Row} from './explained.ts'

const newer = 'startup             info\tHello and welcome to Prosody version 13.0.4\n'
const stars = '**************************'
const help = `More help on configuring Prosody can be found at https://prosody.im/doc/configure\nGood luck!\n${stars}\n`
const problem = (error: string): string =>
  `\n\n${stars}\nA problem occurred while reading the config file /config/prosody.cfg.lua\n\nError: ${error}\n\n${help}`
const binary = (reason: string): string =>
  `modulemanager\terror\tError initializing module 'x' on 'h': /usr/lib/prosody/util/startup.lua:203: error loading module 'cjson' from file '/usr/local/lib/lua/5.4/cjson.so':\n\t${reason}\n\tstack traceback:\n\t[C]: in ?\n\t/p/mod_x.lua:2: in main chunk\n`

const missing = (name: string): string =>
  `modulemanager\terror\tUnable to load module '${name}': /usr/lib/prosody/modules/mod_${name}.lua: No such file or directory`

const noThread =
  "modulemanager\terror\tError initializing module 'posix' on 'chat.example': /usr/lib/prosody/util/startup.lua:357: attempt to index a nil value (field 'main_thread')"

/** What operators meet beside the loading of modules, in the words of Prosody 0.12.3 to 13.0.7. */
export const fieldRows: readonly Row[] = [
  // What stands around Prosody.
  {
    text: problem(
      "/usr/share/lua/5.4/prosody/core/configmanager.lua:179: bad argument #1 to 'nameprep' (string expected, got table)",
    ),
    id: 'config-invalid',
    module: null,
    says: ["can't read /config/prosody.cfg.lua: bad argument", 'a list of names where one name belongs'],
    silent: ['sed -n', 'configmanager'],
  },
  {
    text: "Error: /usr/lib/prosody/core/configmanager.lua:149: bad argument #1 to 'nameprep' (string expected, got nil)",
    id: 'config-invalid',
    says: ['the variable that it is taken from is not set'],
  },
  {
    text: 'prosody-1  | fatal: render template error, caused:\nprosody-1  | \nprosody-1  |    template: /defaults/conf.d/chat.cfg.lua:7:12: executing "/defaults/conf.d/chat.cfg.lua" at <.Env.CHAT_URL>: invalid value; expected string\nprosody-1  | [cont-init.d] 10-config: exited 1.',
    id: 'config-template',
    module: null,
    says: ['stops at line 7', 'no variable CHAT_URL', 'set CHAT_URL for that container'],
  },
  {
    text: 'panic: unable to parse template file: template: /defaults/chat.conf:4: function "splitHosts" not defined',
    id: 'config-template',
    says: ['of another release than the image'],
  },
  {
    text: 'prosody[77]: lua5.4: error while loading shared libraries: libreadline.so.7: cannot open shared object file: No such file or directory',
    id: 'program-incomplete',
    module: null,
    says: ['lua5.4 does not start', 'libreadline.so.7'],
    silent: ['mod_file'],
  },
  {
    text: 'Error loading shared library liblua-5.4.so.0: No such file or directory (needed by /usr/bin/lua5.4)',
    id: 'program-incomplete',
    says: ['lua5.4 does not start', 'liblua-5.4.so.0'],
  },
  // What a compiled library of Lua lacks is no matter of a program's.
  {
    text: "modulemanager\terror\tError initializing module 'x' on 'h': error loading module '_openssl' from file '/usr/local/lib/lua/5.4/_openssl.so': Error loading shared library libcrypto.so.1.1: No such file or directory (needed by /usr/local/lib/lua/5.4/_openssl.so)",
    id: 'library-incompatible',
    module: 'x',
    silent: ['does not start'],
  },
  {
    text: 'startup\terror\tThe version of LuaExpat on your system does not support stanza size limits, which may leave servers on untrusted networks (e.g. the internet) vulnerable to denial-of-service attacks. You should upgrade to LuaExpat 1.3.0 or higher as soon as possible. See https://prosody.im/doc/depends#luaexpat for more information.',
    id: 'start-library-old',
    module: null,
    says: ['and goes on', 'this does not end Prosody', 'lua-expat'],
  },
  {
    text: 'startup\twarn\tLua 5.1 has several issues and support is being phased out, consider upgrading',
    id: 'start-library-old',
    says: ['it runs under Lua 5.1'],
    silent: ['apt-get'],
  },
  {
    text: "focus.chat.example:component\twarn\tComponent not connected, bouncing error for: <iq type='set' to='focus.chat.example'>",
    id: 'component-not-connected',
    says: ['nothing is connected that answers', 'component_secret', '5347'],
  },
  {
    text: 'jcp55aa\terror\tGiven token does not match calculated token',
    id: 'component-not-connected',
    says: ['another password than component_secret'],
    silent: ['5347'],
  },
  // Prosody logs at info that it refuses a component; the second line does not name it.
  {
    text: "gate.chat.example:component\tinfo\tComponent authentication failed for gate.chat.example\nmod_component\tinfo\tDisconnecting component, <stream:error> is: <stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>Given token does not match calculated token</text></stream:error>\njcp55aa\tinfo\tcomponent disconnected: gate.chat.example (stream error)",
    id: 'component-not-connected',
    says: ['gate.chat.example was refused: the secret is wrong', 'another password than component_secret'],
    silent: ['a component was refused', '5347'],
  },
  {
    text: "mod_component\tinfo\tDisconnecting component, <stream:error> is: <stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>Given token does not match calculated token</text></stream:error>",
    id: 'component-not-connected',
    says: ['a component was refused'],
  },
  // Root, by 0.12 and 13.0; the error that 0.12 ends with, and that error alone.
  {
    text: `mod_posix\terror\tDanger, Will Robinson! Prosody doesn't need to be run as root, so don't do it!\nmod_posix\terror\tFor more information on running Prosody as root, see https://prosody.im/doc/root\nstartup\tinfo\tShutting down: Refusing to run as root\n${noThread}\n\tstack traceback:\n\t/usr/lib/prosody/util/startup.lua:357: in field 'shutdown'\n\t/usr/lib/prosody/modules/mod_posix.lua:38: in main chunk`,
    id: 'run-as-root',
    says: ['run_as_root is not set', 'runuser -u prosody -- prosody -F'],
  },
  {
    text: "Danger, Will Robinson! Prosody doesn't need to be run as root, so don't do it!\nFor more information on running Prosody as root, see https://prosody.im/doc/root",
    id: 'run-as-root',
    module: null,
  },
  {
    text: noThread,
    id: 'shutdown-at-start',
    says: ['shut itself down while it was starting', 'run_as_root', 'its pidfile'],
    silent: ['stopped at line'],
  },
  {
    text: `mod_posix\terror\tAnother Prosody instance seems to be running with PID 7, quitting\n${noThread}`,
    id: 'already-running',
  },
  {
    text: "datamanager\terror\tFailed to load roster storage ('/var/lib/prosody/chat%2eexample/roster/ann.dat:3: unexpected symbol near <eof>') for user: ann@chat.example",
    id: 'storage-damaged',
    module: null,
    says: ['the file is damaged', "sed -n 1,3p '/var/lib/prosody/chat%2eexample/roster/ann.dat'"],
  },
  {
    text: "datamanager\terror\tUnable to write to accounts storage ('/var/lib/prosody/chat%2eexample/accounts/ann.dat~: No space left on device') for user: ann@chat.example",
    id: 'storage-damaged',
    says: ["can't write the data of accounts", 'the disk is full'],
    silent: ['damaged'],
  },
  {
    text: 'general\twarn\tError verifying token err:not-allowed, reason:token required tenant:nil room:one user_agent:x',
    id: 'token-refused',
    module: 'auth_token',
    says: ['refused a client: token required', 'allow_empty_token'],
    silent: ['tenant'],
  },
  {
    text: 'The given hostname does not exist in the config',
    id: 'no-such-host',
    says: ['no such host', 'VirtualHost'],
  },
  {
    text: "Failed to execute command: Error: /usr/lib/prosody/core/rostermanager.lua:9: attempt to concatenate a nil value (local 'who')",
    id: 'nil-value',
    says: ["Prosody's own core/rostermanager.lua stopped at line 9"],
  },
  // What stopped is a library; several of those that modules share have one name.
  {
    text: "mod_bosh\terror\tTraceback[bosh]: pkey.new: a_d2i_fp.c:198:error:0D06B08E:asn1 encoding routines:asn1_d2i_read_bio:not enough data\n\tstack traceback:\n\t[C]: in function 'new'\n\t/usr/local/share/lua/5.2/tokens.lua:18: in function </usr/local/share/lua/5.2/tokens.lua:17>\n\t(...tail calls...)\n\t/usr/local/share/lua/5.2/tokens.lua:233: in function 'decode'\n\t/chat/plugins/token/util.lib.lua:188: in function 'verify'",
    id: 'module-error',
    says: [
      'the code of /usr/local/share/lua/5.2/tokens.lua stopped at line 18, called by token/util.lib.lua at line 188: pkey.new',
    ],
  },
  {
    text: "modulemanager\terror\tError initializing module 'x' on 'h': /chat/plugins/token/util.lib.lua:99: attempt to concatenate a nil value (field 'keyServer')",
    id: 'nil-value',
    says: ['the code of token/util.lib.lua stopped at line 99'],
  },
  {
    text: "c2s55aa\terror\tTraceback[c2s]: /usr/lib/prosody/util/stanza.lua:54: invalid tag name: expected string, got nil\nstack traceback:\n\t[C]: in function 'error'\n\t/usr/lib/prosody/util/stanza.lua:54: in function 'check_name'\n\t/p/mod_x.lua:32: in function 'reply'",
    id: 'module-error',
    says: ['the code of mod_x stopped at line 32, in util/stanza.lua, line 54: invalid tag name'],
  },
  // A word of English is no option.
  {
    text: "modulemanager\terror\tError initializing module 'auth_ldap' on 'h': /usr/lib/prosody/modules/mod_auth_ldap.lua:18: ldap_base is a required option for ldap\n\tstack traceback:\n\t[C]: in function 'assert'\n\t/usr/lib/prosody/modules/mod_auth_ldap.lua:18: in main chunk",
    id: 'module-says',
    says: ['refuses the option ldap_base', 'set ldap_base in the configuration'],
  },
  {
    text: "modulemanager\terror\tError initializing module 'x' on 'h': ...mods/mod_x/mod_x.lua:107: required option missing: x_push_secret",
    id: 'module-says',
    says: ['refuses the option x_push_secret'],
  },
  {
    text: "modulemanager\terror\tError initializing module 'x' on 'h': /p/mod_x.lua:12: x_client_id required",
    id: 'module-says',
    says: ['refuses the option x_client_id'],
  },
  {
    text: "modulemanager\terror\tError initializing module 'x' on 'h': /p/mod_x.lua:7: option 'secret' must be set",
    id: 'module-says',
    says: ['refuses the option secret'],
  },
  {
    text: "modulemanager\terror\tError initializing module 'x' on 'h': /p/mod_x.lua:7: the option which is needed has no value",
    id: 'module-error',
    silent: ['set '],
  },
  {
    text: "hostmanager\twarn\tchat.example: Option 'https_ports' has no effect for virtual hosts - put it in the server-wide section instead\nhostmanager\twarn\trooms.chat.example: Option 'https_ports' has no effect for virtual hosts - put it in the server-wide section instead",
    id: 'option-misplaced',
    module: null,
    says: ['above the first VirtualHost', 'grep -rnw https_ports /etc/prosody'],
  },
  // A file that code opens is no file of a module.
  {
    text: "modulemanager\terror\tError initializing module 'x' on 'h': /p/mod_x.lua:3: /etc/chat/key.pem: No such file or directory",
    id: 'module-error',
    module: 'x',
    says: ['mod_x stopped at line 3', 'asks for /etc/chat/key.pem'],
    silent: ['mod_x is not there', 'search'],
  },
  {
    text: "modulemanager\terror\tError initializing module 'x' on 'h': /p/mod_x.lua:3: could not connect to server: Connection refused",
    id: 'module-error',
    says: ['does not answer', 'prosody-mods identify /p'],
  },
  {text: 'c2s55aa\terror\tTraceback[c2s]: not enough memory', id: 'module-error', says: ['no more memory']},
  {
    text: "c2s55aa\terror\tTraceback[c2s]: /p/mod_x.lua:3: attempt to concatenate local 'name' (a nil value)",
    id: 'nil-value',
    says: ["attempt to concatenate a nil value (local 'name')"],
  },
  {
    text: "modulemanager\terror\tError initializing module 'x' on 'h': /p/mod_x.lua:20: attempt to call a nil value (field 'unlock_globals')\n\tstack traceback:\n\t/p/mod_x.lua:20: in main chunk\n\t/usr/share/lua/5.4/prosody/util/prosodyctl.lua:97: in function 'util.prosodyctl.user_exists'",
    id: 'nil-value',
    says: ['within prosodyctl'],
  },
  {
    text: "modulemanager\terror\tUnable to load module 'x': /p/mod_x.lua:2: unexpected symbol near ';'",
    id: 'syntax-error',
    says: ['made for a newer Lua', 'Lua 5.2'],
    silent: ['not valid Lua 5.4'],
  },
  {
    text: "modulemanager\terror\tError initializing module 'x' on 'h': /p/mod_x.lua:5: attempt to index global 'lpty' (a nil value)",
    id: 'global-missing',
    says: ['local lpty = require "lpty"'],
  },
  {
    text: "modulemanager\terror\tUnable to load module 'id': /usr/lib/metronome/modules/mod_id.lua: No such file or directory",
    id: 'module-unknown',
    says: ['a log of Metronome'],
    silent: ['prosody-mods'],
  },
  {text: missing('id'), id: 'module-unknown', says: ["util.id is a library of Prosody's own"]},
  {
    text: missing('muc_size'),
    id: 'module-not-installed',
    says: ['/usr/share/jitsi-meet/prosody-plugins', 'conf.d'],
  },
  // What repeats a message about the same file says less.
  {
    text: "certmanager error\tSSL/TLS: Failed to load '/etc/y.key': Check that the path is correct, and the file exists. (for a.b)\ncertmanager error\tSSL/TLS: Failed to load '/etc/y.key': Previous error (see logs), or other system error. (for a.b)",
    id: 'certificate',
    says: [
      'there is no such file, and the configuration names it',
      'ls -l /etc',
      'grep -rnF /etc/y.key /etc/prosody',
      'prosodyctl --root cert import a.b /var/lib/prosody',
    ],
    silent: ['or the user that Prosody runs as'],
  },
  // What ends Prosody stands on the line behind its head, and its stack trace behind an empty one.
  {
    text: "Oct 19 14:49:20 general error   Top-level error, please report:\n/usr/lib/prosody/util/serialization.lua:38: Can't serialize function\nOct 19 14:49:20 general error\nstack traceback:\n\t[C]: in function 'error'\n\t/p/mod_counts.lua:39: in function '?'",
    id: 'module-error',
    module: null,
    says: ["Can't serialize function", 'mod_counts'],
  },
  // What 13.0.2 and later say otherwise than 13.0.1.
  {
    text: `${newer}modulemanager warn\tNot loading module, due to conflict with built-in features 'mod_bookmarks': /p/mod_bookmarks/mod_bookmarks.lua`,
    id: 'metadata-refused',
    module: 'bookmarks',
    says: ["Prosody's own mod_bookmarks is loaded in its place"],
  },
  {
    text: `${newer}modulemanager error\tUnable to load module 'a': /usr/lib/prosody/modules/mod_a.lua: No such file or directory (/p/mod_a.lua skipped because of Prosody version missing required feature)`,
    id: 'metadata-refused',
    module: 'a',
    says: ['Prosody left /p/mod_a.lua out', 'it requires something that this Prosody lacks'],
  },
  {
    text: `${newer}modulemanager error\tUnable to load module 'a': /usr/lib/prosody/modules/mod_a.lua: No such file or directory (/p/mod_a.lua skipped because of incompatible with Lua 5.4)`,
    id: 'metadata-refused',
    says: ['it asks for another Lua, and this is Lua 5.4'],
  },
  {
    text: `${stars}\nProsody was unable to find the configuration file:\n/etc/prosody/prosody.cfg.lua\n\nA sample config file is included in the Prosody download called prosody.cfg.lua.dist\n${help}`,
    id: 'config-unread',
    module: null,
    says: ['finds no /etc/prosody/prosody.cfg.lua', 'ls -l /etc/prosody/prosody.cfg.lua'],
  },
  {
    text: `${stars}\nProsody was unable to access the configuration file:\n/etc/prosody/prosody.cfg.lua\n\nprosody does not have permission to open the file.\n${help}`,
    id: 'config-unread',
    says: ["can't open /etc/prosody/prosody.cfg.lua", 'has no right', 'chgrp prosody'],
  },
  {
    text: `${newer}certmanager error\tInvalid value "mod" for 'tls_profile': expected one of "modern", "old" or "legacy" (default: "intermediate")`,
    id: 'option-value',
    says: ['the option tls_profile'],
  },
  {
    text: `${newer}startup warn\tConfiguration warning: /etc/prosody/prosody.cfg.lua: 3: unrecognized value: yes (you may be missing quotes around it)`,
    id: 'config-warning',
    says: ['prosody.cfg.lua:3', 'quotation marks'],
  },
  // Of 0.12 and 13.0.1.
  {
    text: `${stars}\nProsody was unable to find the configuration file.\nWe looked for: /etc/prosody//srv/prosody.cfg.lua\nA sample config file is included in the Prosody download called prosody.cfg.lua.dist\n${help}`,
    id: 'config-unread',
    says: ['/srv/prosody.cfg.lua was asked for, and could not be opened'],
    silent: ['lua-'],
  },
  {
    text: "startup warn\tConfiguration warning: /etc/prosody/prosody.cfg.lua:9: Duplicate option 'plugin_paths'",
    id: 'config-warning',
    says: ['the last one counts', '"pluginPaths" of the manifest'],
  },
  {
    text: problem("/config/conf.d/meet.cfg.lua:33: '}' expected near 'https'"),
    id: 'config-invalid',
    module: null,
    says: [
      '/config/conf.d/meet.cfg.lua, line 33',
      'before https a comma',
      'sed -n 30,33p /config/conf.d/meet.cfg.lua',
    ],
  },
  {
    text: problem("/c/a.cfg.lua:2: '}' expected (to close '{' at line 1) near 'https'"),
    id: 'config-invalid',
    says: ['opened on line 1'],
  },
  {
    text: problem('/c/a.cfg.lua:3: unexpected symbol near <eof>'),
    id: 'config-invalid',
    says: ['the file ends before'],
  },
  {
    text: problem("/c/a.cfg.lua:3: unexpected symbol near '{'"),
    id: 'config-invalid',
    says: ['on the line before'],
  },
  {
    text: problem("/c/a.cfg.lua:3: unexpected symbol near '<\\226>'"),
    id: 'config-invalid',
    says: ['curly quotation mark'],
  },
  {
    text: problem("/c/a.cfg.lua:2: attempt to call a nil value (global 'Virtualhost')"),
    id: 'config-invalid',
    says: ['VirtualHost is one'],
  },
  {
    text: problem("/c/a.cfg.lua:2: attempt to call a nil value (global 'admins')"),
    id: 'config-invalid',
    says: ['no "=" stands between'],
  },
  {
    text: problem("/c/a.cfg.lua:1: attempt to concatenate a nil value (global 'FOO')"),
    id: 'config-invalid',
    says: ['a variable of the environment'],
  },
  {
    text: problem('Error loading included /nowhere.cfg.lua: /nowhere.cfg.lua: No such file or directory'),
    id: 'config-invalid',
    says: ['an Include names /nowhere.cfg.lua'],
  },
  {
    text: problem(
      'Component "a.b" clashes with previously defined VirtualHost "a.b", for services use a sub-domain like conference.a.b',
    ),
    id: 'config-invalid',
    says: ['needs one of its own'],
  },
  {text: problem('C stack overflow'), id: 'config-invalid', says: ['go round in a loop']},
  {
    text: `prosody\terror\tThere was an error parsing the configuration file: /c/a.cfg.lua:2: '=' expected near 'x'`,
    id: 'config-invalid',
    says: ['/c/a.cfg.lua, line 2'],
  },
  {text: "/etc/prosody/prosody.cfg.lua:7: '=' expected near 'true'", id: 'config-invalid', says: ['line 7']},
  {
    text: 'startup error\tNo enabled VirtualHost entries found in the config file.\nstartup error\tAt least one active host is required for Prosody to function. Exiting...',
    id: 'no-hosts',
    says: ['a Component alone is not enough'],
  },
  {
    text: 'portmanager error\tFailed to open server port 5222 on *, check that Prosody or another XMPP server is not already running and using this port\nportmanager error\tFailed to open server port 5222 on ::, check that Prosody or another XMPP server is not already running and using this port',
    id: 'port-taken',
    says: ['where c2s is by default', "'sport = :5222'", 'c2s_ports'],
  },
  {
    text: 'portmanager error\tFailed to open server port 80 on ::, Prosody does not have sufficient privileges to use this port',
    id: 'port-taken',
    says: ['ports below 1024'],
    silent: ['ss --listening'],
  },
  {
    text: 'portmanager error\tMultiple services configured to listen on the same port ([*]:5280): http, https',
    id: 'port-shared',
    says: ['the service https gets no port', 'https_ports'],
  },
  {
    text: "certmanager error\tSSL/TLS: Failed to load '/etc/x.key': Check that the permissions allow Prosody to read this file. (for a.b)\na.b:tls error\tError creating context for c2s: error loading private key (Permission denied)\ncertmanager error\tSSL/TLS: Failed to load '/etc/x.key': Previous error (see logs), or other system error. (for a.b)",
    id: 'certificate',
    says: ['may not read it', 'ls -l /etc/x.key'],
  },
  // What prosodyctl makes lands in the data folder, where Prosody does not search.
  {
    text: 'chat.example:tls\terror\tError creating context for c2s: No certificate present in SSL/TLS configuration for chat.example',
    id: 'certificate',
    says: [
      'prosodyctl cert generate chat.example\nand bring it from there',
      'prosodyctl --root cert import chat.example /var/lib/prosody',
    ],
    silent: ['grep'],
  },
  {
    text: 'portmanager error\tError binding encrypted port for https: No certificate present in SSL/TLS configuration for https port 5281',
    id: 'certificate',
    says: ['the service https, port 5281', 'https_ports = {}'],
  },
  {
    text: '<no value>:tls  error\tError creating context for c2s: No certificate present in SSL/TLS configuration for <no value>',
    id: 'certificate',
    says: ['a template was filled without'],
  },
  {
    text: "c2s55aa warn\tNo available SASL mechanisms, verify that the configured authentication module 'unheard' is loaded and configured correctly",
    id: 'no-sasl-mechanism',
    module: 'auth_unheard',
    says: ['mod_auth_unheard', 'authentication = "unheard"'],
  },
  {
    text: "c2s55aa warn\tAll SASL mechanisms provided by authentication module 'internal_hashed' are forbidden on insecure connections ({PLAIN})",
    id: 'no-sasl-mechanism',
    says: ['(PLAIN) is forbidden without encryption'],
  },
  {
    text: 'modulemanager error\tCould not load manifest of installed plugins: cannot open /var/lib/prosody/custom_plugins/lib/luarocks/rocks/manifest',
    id: 'installer-manifest',
    says: ['installer_plugin_path'],
  },
  {
    text: 'startup error\tAnother Prosody instance seems to be running with PID 7, quitting',
    id: 'already-running',
    says: ['prosodyctl status'],
  },
  // The reason stands on the lines behind.
  {
    text: binary('/usr/local/lib/lua/5.4/cjson.so: undefined symbol: lua_objlen'),
    id: 'library-incompatible',
    module: 'x',
    says: [
      'calls lua_objlen, which Lua 5.4 has not',
      'mod_x.lua requires it',
      'luarocks --lua-version=5.4 remove --force lua-cjson',
      'no-install-recommends lua-cjson',
    ],
  },
  {
    text: binary('Error relocating /usr/local/lib/lua/5.4/cjson.so: lua_newuserdata: symbol not found'),
    id: 'library-incompatible',
    says: ['Lua 5.1 to 5.3'],
  },
  {
    text: binary('libssl.so.1.1: cannot open shared object file: No such file or directory'),
    id: 'library-incompatible',
    says: ['another OpenSSL', 'libssl.so.1.1'],
  },
  {
    text: binary("/lib/libc.so.6: version `GLIBC_2.38' not found (required by /x.so)"),
    id: 'library-incompatible',
    says: ['a newer system', 'GLIBC 2.38'],
  },
  {
    text: binary('libpq.so.5: cannot open shared object file: No such file or directory'),
    id: 'library-incompatible',
    says: ['libpq.so.5 of the system'],
  },
  {
    text: binary('/usr/local/lib/lua/5.4/cjson.so: invalid ELF header'),
    id: 'library-incompatible',
    says: ['another processor, or damaged'],
  },
  {
    text: "modulemanager error\tError initializing module 'x' on 'h': /usr/share/lua/5.4/luarocks/loader.lua:147: error loading module 'lua_cjson_2_1_0_1-cjson' from file '/usr/local/lib/lua/5.4/lua_cjson_2_1_0_1-cjson.so':\n\t/usr/local/lib/lua/5.4/lua_cjson_2_1_0_1-cjson.so: undefined symbol: lua_objlen\n\tstack traceback:\n\t[C]: in function 'a_loader'\n\t/usr/share/lua/5.4/luarocks/loader.lua:147: in function </usr/share/lua/5.4/luarocks/loader.lua:144>\n\t/usr/local/share/lua/5.4/luajwtjitsi.lua:1: in main chunk\n",
    id: 'library-incompatible',
    says: ['the Lua library cjson', 'luajwtjitsi.lua requires it', 'remove --force lua-cjson 2.1.0-1'],
  },
  {
    text: "modulemanager error\tError initializing module 'x' on 'h': /usr/lib/prosody/util/startup.lua:203: loop or previous error loading module 'basexx'\n\tstack traceback:\n\t/p/mod_x.lua:17: in main chunk\n",
    id: 'library-failed-before',
    says: ['mod_x.lua requires it', 'lua-basexx'],
  },
  {
    text: "modulemanager error\tError initializing module 'x' on 'h': /usr/local/share/lua/5.4/util/jid.lua:4: attempt to call a nil value (field 'prep')\n\tstack traceback:\n\t/p/mod_x.lua:17: in main chunk\n",
    id: 'library-shadowed',
    says: ["Prosody's library util.jid", 'luarocks --lua-version=5.4 which util.jid'],
  },
  // Functions in C name no place: the first Lua file of a module in the stack does.
  {
    text: "c2s55 error\tTraceback[c2s]: bad argument #1 to 'new' (string expected, got nil)\n\tstack traceback:\n\t[C]: in function 'x509.new'\n\t/usr/lib/prosody/util/x509.lua:3: in function 'f'\n\t/p/mod_guard/mod_guard.lua:6: in function '?'\n",
    id: 'module-error',
    says: ['mod_guard stopped at line 6, in util/x509.lua, line 3: bad argument'],
  },
  {
    text: "modulemanager error\tError initializing module 'a' on 'h': /usr/share/lua/5.4/counter.lua:5: Attempt to set a global: total = 1\n\tstack traceback:\n\t/p/mod_a.lua:3: in main chunk\n",
    id: 'global-set',
    says: [
      'counter.lua set the global variable total',
      '"local" is missing',
      '/usr/share/lua/5.4/counter.lua:5',
    ],
  },
  // The word proves nothing.
  {
    text: "modulemanager error\tError initializing module 'sipbridge' on 'h': /opt/mod_sipbridge.lua:12: the option 'component_token' is too short",
    id: 'module-says',
    says: ['the option component_token'],
    silent: ['Component'],
  },
  {
    text: "modulemanager error\tError initializing module 'a' on 'h': /opt/mod_a.lua:12: attempt to index a nil value (field 'component')",
    id: 'nil-value',
    silent: ['Component'],
  },
  {
    text: "modulemanager error\tError initializing module 'a' on 'h': /opt/mod_a.lua:2: mod_a must not be loaded on a component",
    id: 'host-only',
    says: ['VirtualHost'],
  },
  {
    text: "modulemanager error\tError initializing module 'a' on 'h': /opt/mod_a.lua:2: proxy_component should be loaded as component",
    id: 'component-only',
  },
  {
    text: 'meet.example.com:speakerstats_component error\tNo muc_component specified. No muc to operate on!',
    id: 'module-says',
    module: 'speakerstats_component',
    says: ['muc_component is not set', 'Component "…" "speakerstats_component"'],
  },
  // Files in Prosody's folder are its own only where it has them.
  {
    text: "modulemanager error\tError initializing module 'foreign' on 'h': /usr/lib/prosody/modules/mod_foreign.lua:3: attempt to index a nil value (local 'x')",
    id: 'nil-value',
    silent: ["Prosody's own"],
  },
  {
    text: "modulemanager error\tError initializing module 'ping' on 'h': /usr/lib/prosody/modules/mod_ping.lua:3: attempt to index a nil value (local 'x')",
    id: 'nil-value',
    says: ["Prosody's own mod_ping"],
  },
  {
    text: "modulemanager error\tError initializing module 'ping' on 'h': /usr/lib/prosody/modules/extra/mod_ping.lua:3: attempt to index a nil value (local 'x')",
    id: 'nil-value',
    silent: ["Prosody's own"],
  },
  {
    text: "Unable to load module 'smacks'",
    id: 'module-of-core-missing',
    module: 'smacks',
    says: ['cut off here'],
  },
  {
    text: "modulemanager error\tUnable to load module 'roster_command': \n",
    id: 'module-not-installed',
    says: ['cut off here'],
  },
  {
    text: 'portmanager error\tFailed to open server port 5280 on ::1, Cannot assign requested address',
    id: 'port-taken',
    says: ['has no IPv6', 'use_ipv6 = false'],
  },
  {
    text: "certmanager error\tSSL/TLS: Failed to load '/c/localhost.key': Previous error (see logs), or other system error. (for https port 5281)\nportmanager error\tError binding encrypted port for https: error loading private key (system lib)",
    id: 'certificate',
    says: ['the service https, port 5281'],
  },
  {
    text: "general error\tTop-level error, please report:\n.../mod_push/mod_push.lua:264: attempt to index field '?' (a nil value)\n",
    id: 'nil-value',
    says: ['mod_push stopped at line 264'],
  },
]
