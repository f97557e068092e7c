extension DiagnosticCode {
    static let ofYAML: [DiagnosticCode: CodeExplanation] = [
        .yamlSyntax: CodeExplanation(
            "The text is no YAML from that place on. What is wrong often stands a line above: an indentation, an open quote or bracket.",
            in: "a manifest", wrong: "url: ${has(tenant.url) ? tenant.url : 'none'}",
            right: "url: \"${has(tenant.url) ? tenant.url : 'none'}\""),
        .yamlEncoding: CodeExplanation(
            "Files are read as UTF-8; another encoding gives other letters, or none.", in: "tenants/acme.yaml",
            wrong: "displayName: M\\xfcller      # saved as Windows-1252",
            right: "displayName: Müller         # saved as UTF-8"),
        .yamlCharacter: CodeExplanation(
            "Some characters break lines for one program and not for another, or are not shown at all: a reviewer would not see what is applied.",
            in: "tenants/acme.yaml", wrong: "displayName: Acme<U+2028>state: absent", right: "displayName: Acme"),
        .duplicateKey: CodeExplanation(
            "Which of the two counts depends on the reader, so neither is taken.", in: "tenants/acme.yaml",
            wrong: "spec:\n  tier: basic\n  tier: enterprise", right: "spec:\n  tier: enterprise"),
        .tooDeep: CodeExplanation(
            "No file of this kind needs that many levels; one that has them takes long to read.", in: "a manifest",
            wrong: "a: [[[[[[…]]]]]]", right: "a: [1, 2]"),
        .alias: CodeExplanation(
            "With anchors and aliases a few lines can stand for millions, and what holds at a place stands elsewhere.",
            in: "tenants/acme.yaml", wrong: "a: &x {replicas: 2}\nb: *x", right: "a: {replicas: 2}\nb: {replicas: 2}"),
        .tag: CodeExplanation(
            "A tag changes how a value is read; quotes say the same and are known to everybody.", in: "a manifest",
            wrong: "port: !!str 80", right: "port: \"80\""),
        .wrongKey: CodeExplanation(
            "Keys are names; lists and maps as keys exist in YAML and nowhere else.", in: "a manifest",
            wrong: "? [a, b]\n: 1", right: "ab: 1"),
        .documentCount: CodeExplanation(
            "One file describes one thing. Only manifests may hold several documents.", in: "tenants/acme.yaml",
            wrong: "kind: Tenant\n---\nkind: Tenant", right: "kind: Tenant        # and a second file for the other"),
        .tooLarge: CodeExplanation(
            "Limits on bytes and values keep the time and memory of a run bounded.", in: "a manifest",
            wrong: "binaryData: {image: <20 MiB>}", right: "image: registry.example/image:1.0.0"),
    ]

    static let ofCSV: [DiagnosticCode: CodeExplanation] = [
        .csvSyntax: CodeExplanation(
            "A quote opens a field only at its beginning, and every field that is opened has to be closed; else the rest of the file would be one field.",
            in: "users/acme.csv", wrong: "email,role,given_name\nada@acme.example,viewer,Ada \"the first\"",
            right: "email,role,given_name\nada@acme.example,viewer,\"Ada \"\"the first\"\"\""),
        .csvEncoding: CodeExplanation(
            "The file is read as UTF-8. Spreadsheets offer it as `CSV UTF-8`.", in: "users/acme.csv",
            wrong: "(saved as Windows-1252 or UTF-16)", right: "(saved as CSV UTF-8)"),
        .csvCharacter: CodeExplanation(
            "The character is invisible or breaks lines for some programs only.", in: "users/acme.csv",
            wrong: "ada@acme.example<U+200B>,viewer", right: "ada@acme.example,viewer"),
        .csvHeader: CodeExplanation(
            "The first line names the columns: `email` and `role`, and those of id, given_name, family_name, active and expires that are used. An unknown one would be ignored without a word.",
            in: "users/acme.csv", wrong: "Email;Role", right: "email,role"),
        .fieldCount: CodeExplanation(
            "With a field more or less, all that follow stand in the wrong column.", in: "users/acme.csv",
            wrong: "email,role,given_name\nada@acme.example,viewer,Ada,Countess",
            right: "email,role,given_name\nada@acme.example,viewer,\"Ada, Countess\""),
        .blankLine: CodeExplanation(
            "A blank line is often what is left of a row that somebody meant to keep.", in: "users/acme.csv",
            wrong: "email,role\n\nada@acme.example,viewer", right: "email,role\nada@acme.example,viewer"),
        .noHeader: CodeExplanation(
            "A file of no bytes is one that was cut off: it must not mean that everybody leaves.", in: "users/acme.csv",
            wrong: "(nothing)", right: "email,role"),
        .tooManyMistakes: CodeExplanation(
            "A file in which every line is wrong is wrong in one way: the first findings show it.",
            in: "users/acme.csv",
            wrong: "email,role\nAda Lovelace,ada@acme.example\n…", right: "email,role\nada@acme.example,viewer\n…"),
    ]

    static let ofSchemas: [DiagnosticCode: CodeExplanation] = [
        .wrongType: CodeExplanation(
            "The field takes another type. What looks like a number or a truth value is one, unless it stands in quotes.",
            in: "tenants/acme.yaml", wrong: "environments: prod", right: "environments: [prod]"),
        .unknownKey: CodeExplanation(
            "No key is ignored: it might be a misspelt one that matters. `reconcile schema KIND` shows all that there are.",
            in: "tenants/acme.yaml", wrong: "spec:\n  displayname: Acme", right: "spec:\n  displayName: Acme"),
        .missingKey: CodeExplanation(
            "The file cannot be used without it.", in: "tenants/acme.yaml", wrong: "spec:\n  displayName: Acme",
            right: "spec:\n  displayName: Acme\n  tier: basic\n  environments: [prod]"),
        .wrongChoice: CodeExplanation(
            "The field takes one of a few words.", in: "tenants/acme.yaml", wrong: "state: disabled",
            right: "state: suspended"),
        .wrongText: CodeExplanation(
            "The text has to have a form: a date, a domain, a name, an address.", in: "tenants/acme.yaml",
            wrong: "expires: 31.01.2027", right: "expires: 2027-01-31"),
        .wrongNumber: CodeExplanation(
            "The number is smaller or greater than the field takes.", in: "reconcile.yaml",
            wrong: "limits: {maxDeletePercent: 250}", right: "limits: {maxDeletePercent: 25}"),
        .wrongShape: CodeExplanation(
            "The value fits none of the forms that the field may have, or has too many or too few members.",
            in: "reconcile.yaml", wrong: "cluster: {sandbox: {}, kubernetes: {context: prod}}",
            right: "cluster: {kubernetes: {context: prod}}"),
    ]

    static let ofRecords: [DiagnosticCode: CodeExplanation] = [
        .stateCutOff: CodeExplanation(
            "The last line of a recorded file says that it is whole. Without it nothing is concluded from the file.",
            in: "the state branch", wrong: "(a file without its last line)", right: "# end"),
        .stateConflict: CodeExplanation(
            "Somebody merged the state branch by hand and committed both sides.", in: "the state branch",
            wrong: "<<<<<<< HEAD", right: "(one side alone)"),
        .stateVersion: CodeExplanation(
            "A newer version of reconcile wrote the record; an older one does not know what it would overwrite.",
            in: "the state branch", wrong: "apiVersion: reconcile.dev/state/v9",
            right: "(run at least the version that wrote it)"),
        .stateContent: CodeExplanation(
            "The record holds something that reconcile did not write.", in: "the state branch",
            wrong: "(a line edited by hand)", right: "(the file as the last run left it)"),
        .stateMissing: CodeExplanation(
            "A file that the record speaks of is not there.", in: "the state branch", wrong: "(a file removed by hand)",
            right: "(the file as the last run left it)"),
        .clusterUnknown: CodeExplanation(
            "The cluster could not be read whole. Nothing there is changed or removed on a partial view; the identity provider goes on.",
            in: "a plan", wrong: "cluster: connection refused", right: "(the cluster answers)"),
        .identityUnknown: CodeExplanation(
            "The realm could not be read whole. Nothing there is changed or removed on a partial view; the cluster goes on.",
            in: "a plan", wrong: "identity: 403", right: "(the client has the roles that docs/keycloak.md lists)"),
        .lingering: CodeExplanation(
            "A removal was asked for in an earlier run and has not come through: a finalizer holds the object, or a webhook refuses.",
            in: "a plan", wrong: "metadata:\n  finalizers: [example.com/hold]", right: "(its controller lets go)"),
        .limitWaits: CodeExplanation(
            "A commit that loosens a limit must not be the one that makes use of it: the stricter of both holds until the next run.",
            in: "reconcile.yaml", wrong: "limits: {maxDeletes: 500}    # was 50, in the commit that removes 300",
            right: "limits: {maxDeletes: 500}    # applied first, and then the removals"),
        .approvalExpired: CodeExplanation(
            "An approval holds until the beginning of its day, UTC.", in: "approvals/7f3c.yaml",
            wrong: "expires: 2026-01-01", right: "(the file removed)"),
        .approvalUsed: CodeExplanation(
            "An approval lets one refused plan pass, once. It was used by an earlier run.", in: "approvals/7f3c.yaml",
            wrong: "digest: 7f3c0000aaaabbbb    # applied already", right: "(the file removed)"),
        .blocked: CodeExplanation(
            "What is there already and not ours, what another program writes, and what would take data with it stay as they are until somebody decides.",
            in: "a plan", wrong: "! ConfigMap tenant-acme/branding    (exists and is not ours)",
            right: "^ ConfigMap tenant-acme/branding    (after `reconcile adopt`)"),
        .limitReached: CodeExplanation(
            "A mistake in a file can ask for the removal of everything. Beyond the limits somebody has to say that it is meant.",
            in: "a plan", wrong: "Held back: acme/users: too many removals, 39.85% is over 25.00% (104/261)",
            right: "Approved: acme/users: too many removals, 39.85% is over 25.00% (104/261)"),
        .policyChange: CodeExplanation(
            "With --base a plan takes endpoints, limits, roles and policy from the branch that a pull request goes into: nobody widens a limit and uses it in one go, and no credential is sent to a server that a pull request names.",
            in: "reconcile.yaml", wrong: "limits: {maxDeletes: 500}    # was 50, beside 300 removals",
            right: "limits: {maxDeletes: 500}    # approved and merged first, and then the removals"),
    ]
}
