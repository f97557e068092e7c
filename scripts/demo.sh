#!/usr/bin/env bash
# The main job from beginning to end, on the sandbox: examples/saas in a bare repository, planned, applied, recorded, changed.
# With DEMO_FOLDER set, everything lies there and the sandbox is ended; by default it is left running, to be looked into.
set -euo pipefail
cd "$(dirname "$0")/.."
programs=$PWD/.build/debug
folder=${DEMO_FOLDER:-$PWD/.build/demo}
export PATH="$programs:$PATH" RECONCILE_SANDBOX_DATA="$folder/sandbox" NO_COLOR=1
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@brightdesk.example
export GIT_AUTHOR_DATE='2026-01-05T09:00:00Z' GIT_COMMITTER_DATE='2026-01-05T09:00:00Z'
export GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@brightdesk.example

[ ! -d "$folder/sandbox" ] || reconcile sandbox stop --data "$folder/sandbox" >/dev/null 2>&1 || true
rm -rf "$folder"
mkdir -p "$folder"

say() { printf '\n# %s\n' "$*"; }
show() { printf '$ %s\n' "$*"; }
run() {
    show "$*"
    "$@"
}
brief() { # brief LINES COMMAND…: its first lines, and how many more there are
    local lines=$1 text
    shift
    show "$*"
    text=$("$@")
    # Not head: who stops reading early ends the writer by a signal.
    sed -n "1,${lines}p" <<<"$text"
    printf '    … %s lines more …\n' "$(($(printf '%s\n' "$text" | wc -l) - lines - 3))"
    printf '%s\n' "$text" | tail -n 3
}
ending() { # ending LINES COMMAND…: its last lines
    local lines=$1
    shift
    show "$*"
    "$@" | tail -n "$lines"
}
publish() { # publish MESSAGE: commit everything and push it
    git add --all
    git commit --quiet --message "$1"
    git push --quiet origin main
}

git init --quiet --bare --initial-branch main "$folder/fleet.git"
git clone --quiet "$folder/fleet.git" "$folder/fleet" 2>/dev/null
cp -R examples/saas/. "$folder/fleet"
cd "$folder/fleet"
git checkout --quiet -B main
publish "Begin with ten customers"

say "A fleet: ten customers of a SaaS and their people, in Git. Is it sound?"
run reconcile validate

say "What would happen? Nothing is written by a plan."
brief 6 reconcile plan

say "Make it so. The systems are an embedded cluster and identity provider, started when they are first asked for."
ending 3 reconcile apply --yes

say "Status and lock came back as a commit on a branch of its own; no secret is in it."
git fetch --quiet
show "git log --oneline origin/reconcile/state/sandbox"
git log --oneline origin/reconcile/state/sandbox
ending 9 reconcile status

say "A second time there is nothing to do, and no commit."
run reconcile apply --yes

say "A new customer, with its first person: two files and a commit."
cat > tenants/sirius.yaml <<'YAML'
apiVersion: reconcile.dev/v1
kind: Tenant
metadata:
  name: sirius
spec:
  displayName: Sirius Cybernetics
  tier: basic
  environments: [sandbox]
  contact: owner@sirius.example
  branding: {companyName: Sirius, primaryColor: "#00A0B0"}
YAML
printf 'email,role,given_name,family_name\nowner@sirius.example,owner,Zaphod,Beeblebrox\n' > users/sirius.csv
publish "Add sirius"
brief 5 reconcile plan
ending 3 reconcile apply --yes

say "Edsger leaves Acme: the row goes, the account is disabled, its sessions end. Nothing is deleted."
sed -i '/^edsger@/d' users/acme.csv
publish "Edsger leaves"
run reconcile plan
ending 3 reconcile apply --yes

git fetch --quiet
mkdir -p "$folder/state"
git archive origin/reconcile/state/sandbox | tar -x -C "$folder"

say "Look around: the sandbox goes on until nobody has asked for half an hour."
echo "  kubectl --kubeconfig ${RECONCILE_SANDBOX_DATA#"$OLDPWD"/}/kubeconfig get deployments --all-namespaces"
echo "  reconcile sandbox stop --data ${RECONCILE_SANDBOX_DATA#"$OLDPWD"/}"
[ -z "${DEMO_FOLDER:-}" ] || reconcile sandbox stop --data "$folder/sandbox" >/dev/null
