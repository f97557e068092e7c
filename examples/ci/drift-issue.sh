#!/bin/sh
# Keeps one open issue about drift: opens it, replaces its text, closes it when there is none any more.
#
#   drift-issue FORGE FILE      FORGE: github, gitea (Forgejo too) or gitlab; FILE: what `reconcile drift` printed, empty for no drift
#
# API         https://api.github.com, https://git.example.com/api/v1, https://gitlab.example.com/api/v4
# PROJECT     owner/name; of GitLab the number of the project
# TITLE       the issue's title, by which it is found again
# ISSUE_TOKEN a token that may write issues, and nothing else
set -eu

forge=$1
file=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

case $forge in
github | gitea)
    issues=$API/repos/$PROJECT/issues
    query='state=open&per_page=100&limit=100'
    number=number text=body closed='{"state": "closed"}' change=PATCH
    ;;
gitlab)
    issues=$API/projects/$PROJECT/issues
    query='state=opened&per_page=100'
    number=iid text=description closed='{"state_event": "close"}' change=PUT
    ;;
*)
    echo "drift-issue: no such forge: $forge" >&2
    exit 64
    ;;
esac

# The token is read from standard input, so that no process list shows it.
api() { # api METHOD URL [FILE]
    printf 'header = "Authorization: Bearer %s"\n' "$ISSUE_TOKEN" |
        curl --config - --fail --silent --show-error --max-time 30 --request "$1" \
            --header 'Content-Type: application/json' ${3:+--data-binary "@$3"} "$2"
}

# The newest hundred issues: ours is among them unless nobody has looked for long. Pull requests are issues too, at GitHub.
api GET "$issues?$query" > "$work/open.json"
id=$(jq --raw-output --arg title "$TITLE" --arg number "$number" \
    '[.[] | select(.title == $title and (.pull_request | not))][0][$number] // empty' "$work/open.json")

if [ ! -s "$file" ]; then
    [ -n "$id" ] || exit 0
    printf '%s' "$closed" > "$work/body.json"
    api "$change" "$issues/$id" "$work/body.json" > "$work/answer.json"
    echo "closed issue $id: no drift any more"
    exit 0
fi

# A block of code that nothing in the text can end: its lines are indented. Mentions and links stay text there.
head -c 50000 "$file" | sed 's/^/    /' > "$work/text.md"
jq --null-input --rawfile text "$work/text.md" --arg title "$TITLE" --arg key "$text" \
    '{title: $title, ($key): ("The next apply takes this back.\n\n" + $text)}' > "$work/body.json"
if [ -n "$id" ]; then
    api "$change" "$issues/$id" "$work/body.json" > "$work/answer.json"
    echo "changed issue $id"
else
    api POST "$issues" "$work/body.json" > "$work/answer.json"
    echo "opened issue $(jq --raw-output --arg number "$number" '.[$number]' "$work/answer.json")"
fi
