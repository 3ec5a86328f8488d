# fish completion of prosody-mods @version@; "prosody-mods completion fish" prints it.

# Prints what is typed of a command in front of the cursor, and how many words stand behind it.
function __prosody_mods_typed
    set -l tokens (commandline -opc)
    set -l command
    set -l flag
    set -l operands 0
    for token in $tokens[2..-1]
        if test -n "$flag"
            set flag
        else if string match -qr -- '^-' $token
            switch "$command $token"
                case @takes@
                    set flag $token
            end
        else if test "$token" = help -a -z "$command"
            continue
        else if contains -- (string trim -- "$command $token") @commandWords@
            set command (string trim -- "$command $token")
        else
            set operands (math $operands + 1)
        end
    end
    printf '%s\n' $operands "$command"
end

# Tells whether just these words of a command stand in front of the cursor, and no more operands than that, if any number.
function __prosody_mods_at
    set -l typed (__prosody_mods_typed)
    test "$typed[2]" = "$argv[1]"; and begin
        test (count $argv) -eq 1; or test $typed[1] -le $argv[2]
    end
end

function __prosody_mods_slash
    string match -q -- '*/*' (commandline -ct)
end

# Tells whether a path is typed.
function __prosody_mods_path
    string match -qr -- '^[./~]' (commandline -ct)
end

# Prints modules of the registry with what they do: by their names, or behind source/ by keys.
function __prosody_mods_modules
    if __prosody_mods_slash
        @keys@
    else
        @names@
    end
end

function __prosody_mods_published
    switch $argv[1]
        @published@
    end
end

# Prints keys of the lockfile beside the nearest manifest, as prosody-mods lays it out.
function __prosody_mods_installed
    set -l folder $PWD
    set -l tokens (commandline -opc)
    set -l at (contains -i -- -C $tokens; or contains -i -- --directory $tokens)
    if test -n "$at"
        set folder (realpath -- (string replace -r '^~(?=/|$)' -- ~ $tokens[(math $at + 1)]) 2>/dev/null); or return
    end
    while not test -f $folder/prosody-mods.json
        string match -q -- '/?*' $folder; or return
        set folder (string replace -r '/[^/]*$' '' -- $folder)
    end
    test -f $folder/prosody-mods.lock.json; or return
    set -l keys (string match -r '^    "[a-z0-9][a-z0-9_-]*/(?:[a-z0-9][a-z0-9_-]*|\*)": \{$' <$folder/prosody-mods.lock.json | string replace -r '^ *"(.*)".*' '$1')
    if __prosody_mods_slash
        string match -v -- '*/\*' $keys
    else
        string replace -rf '(.*)/\*$' '$1' -- $keys
        string replace -rf '.*/([^*]+)$' '$1' -- $keys
    end
end

complete -c prosody-mods -e
complete -c prosody-mods -f
@complete@
