# What the scripts have in common that try the binary step by step, for them to source.
# They print a line for each step, followed by the output of what failed, and call
# finish at the end.
set -uo pipefail
export PATH=$PATH:/usr/local/go/bin
unset "${!OS_@}" "${!FAKEGLANCE_@}"
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

temp=$(mktemp -d)
pids=() # of what runs until stop is called, or the script ends
stop() { for pid in "${pids[@]}"; do kill "$pid" && wait "$pid"; done 2>/dev/null; pids=(); }
trap 'stop; rm -rf "$temp"' EXIT
trap 'exit 1' INT TERM

# need PACKAGE... installs Debian packages that are missing.
need() {
  local package missing=()
  for package in "$@"; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] || { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"; } >&2 || exit 1
}

# build builds the binary, which then is the command fakeglance.
build() {
  export PATH=$temp/bin:$PATH
  go build -C "$root" -o "$temp/bin/fakeglance" ./cmd/fakeglance || exit 1
}

# serve NAME ARGUMENT... starts a server, and waits until it is ready. Its URL is then in
# $temp/NAME.url, and what it printed in $temp/NAME.printed.
serve() {
  local file=$temp/$1
  shift
  fakeglance --log off --url-file "$file.url" "$@" >"$file.printed" 2>&1 &
  pids+=($!)
  FAKEGLANCE_URL_FILE=$file.url fakeglance health --timeout 20s >"$file.health" || { cat "$file.printed"; exit 1; }
}

# free prints a port that nobody uses.
free() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# limited PROGRAM... runs a program for at most two minutes.
limited() { timeout --kill-after=5 120 "$@"; }

passed=0 failed=0
# try STEP COMMAND... runs a program, or a function that limits its own, and prints
# whether it succeeded.
try() {
  local step=$1
  shift
  [ "$(type -t "$1")" = function ] || set -- limited "$@"
  if "$@" >"$temp/output" 2>&1 </dev/null; then
    echo "ok   $step"
    passed=$((passed + 1))
  else
    echo "FAIL $step"
    tail -n 40 "$temp/output" | sed 's/^/     | /'
    failed=$((failed + 1))
  fi
}

# says TEXT PROGRAM... succeeds if the program does, and prints the text.
says() {
  local output text=$1
  shift
  output=$(limited "$@" 2>&1) && grep -qF -- "$text" <<<"$output" || { printf '%s\n' "$output" "want: $text"; return 1; }
}

# refuses TEXT PROGRAM... succeeds if the program fails, and prints the text.
refuses() {
  local output text=$1
  shift
  ! output=$(limited "$@" 2>&1) && grep -qF -- "$text" <<<"$output" || { printf '%s\n' "$output" "want a failure, and: $text"; return 1; }
}

# finish prints how many steps passed, and ends the script.
finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
  exit
}
