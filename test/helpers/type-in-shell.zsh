#!/usr/bin/env zsh
# Types lines of standard input into an interactive bash or zsh on a terminal of its own, each with a tab behind it, and
# prints what the line has become.
#
#   zsh -f type-in-shell.zsh bash|zsh BEGINNING     BEGINNING: commands that the shell runs first
zmodload zsh/zpty

# Keeps what comes until a pattern stands in it, in REPLY; ends the script after ten seconds.
read_until() {
  local chunk all=
  local -i wait=0
  while ((wait < 500)); do
    if zpty -r -t shell chunk; then
      all+=$chunk
      [[ $all == *${~1}* ]] && REPLY=$all && return
    else
      sleep 0.02
      wait+=1
    fi
  done
  print -ru2 "no $1 came, but: $all"
  exit 1
}

# Behind Ctrl-G the line is shown, and emptied.
case $1 in
  (zsh)
    zpty shell 'env TERM=dumb zsh -f -i'
    zpty -w shell "$2; show() { print -r -- \"<<\$BUFFER>>\"; BUFFER= }; zle -N show; bindkey '^G' show; bindkey '^I' complete-word"
    ;;
  (bash)
    zpty shell 'env TERM=dumb bash --norc --noprofile -i'
    zpty -w shell "$2; show() { printf '<<%s>>' \"\$READLINE_LINE\"; READLINE_LINE=; }; bind -x '\"\\C-g\": show'"
    ;;
esac
zpty -w shell "stty columns 200 rows 500; PS1=; echo REA''DY"
read_until READY
while IFS= read -r line; do
  zpty -w -n shell "$line"$'\t\a'
  read_until '<<*>>'
  print -r -- "${${REPLY##*<<}%%>>*}"
done
zpty -d shell
