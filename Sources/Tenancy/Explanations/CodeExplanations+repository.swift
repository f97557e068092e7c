extension DiagnosticCode {
    static let ofFiles: [DiagnosticCode: CodeExplanation] = [
        .noFleetFile: CodeExplanation(
            "reconcile.yaml says which environments there are and what a run may remove; without it nothing else can be checked.",
            in: "the repository",
            wrong: "tenants/acme.yaml\nusers/acme.csv",
            right: "reconcile.yaml        # kind: Fleet; `reconcile init` writes one\ntenants/acme.yaml\nusers/acme.csv"
        ),
        .misplacedFile: CodeExplanation(
            "A file in one of the folders that reconcile reads, but not of a name that is read there. It would be ignored without a word.",
            in: "the repository", wrong: "tenants/acme.yml\nusers/acme/staff.txt",
            right: "tenants/acme.yaml\nusers/acme/staff.csv"),
        .linkRefused: CodeExplanation(
            "A link can lead out of the repository, to files that nobody reviewed. It is neither opened nor followed.",
            in: "the repository", wrong: "tenants/acme.yaml -> ../shared/acme.yaml", right: "tenants/acme.yaml"),
        .submoduleRefused: CodeExplanation(
            "A submodule is a commit of another repository, with reviews and rights of its own. It is never fetched.",
            in: "the repository", wrong: "blueprints/app (submodule at 3f2a91c)",
            right: "blueprints/app/1.0.0/blueprint.yaml"),
        .collidingPaths: CodeExplanation(
            "macOS and Windows take names for equal that differ in case or in the Unicode form of a letter: a clone there would lose one of the files.",
            in: "the repository", wrong: "tenants/acme.yaml\ntenants/Acme.yaml", right: "tenants/acme.yaml"),
        .unreadableFile: CodeExplanation(
            "The file is there, but its content could not be read.", in: "the repository",
            wrong: "users/acme.csv of 300 MB", right: "users/acme/a-m.csv\nusers/acme/n-z.csv"),
        .stateEdited: CodeExplanation(
            "What was applied is recorded under state/ on a branch that reconcile alone writes. The same files elsewhere would be mistaken for it.",
            in: "the branch main", wrong: "state/prod/3f/acme.lock.yaml",
            right: "(only on the branch reconcile/state/prod)"),
        .vanishedFile: CodeExplanation(
            "A file that merely vanishes is taken for an accident, never for a removal: a wrong merge must not remove a customer.",
            in: "the repository", wrong: "git rm tenants/acme.yaml",
            right: "spec:                 # tenants/acme.yaml\n  state: absent"),
        .strangePath: CodeExplanation(
            "Names of files come into messages, plans and records; characters that hide or reorder text, and parts such as '..', do not belong there.",
            in: "the repository", wrong: "tenants/ac\\u202eme.yaml", right: "tenants/acme.yaml"),
        .cutFile: CodeExplanation(
            "What there is of the file is the beginning of what was applied, and it ends in the middle of a row: as after a copy that was interrupted. Everybody behind that place would be locked out.",
            in: "users/acme.csv", wrong: "email,role,given_name\nada@acme.example,viewer,A",
            right: "email,role,given_name\nada@acme.example,viewer,Ada\ngrace@acme.example,viewer,Grace"),
        .noSharedFile: CodeExplanation(
            "A users file whose rows name their tenant is listed in reconcile.yaml, so that its reviewers can be told. A path that leads to no file is a mistake in one of the two.",
            in: "reconcile.yaml", wrong: "sharedUserFiles: [users/partner.csv]",
            right: "sharedUserFiles: [users/partners.csv]"),
    ]

    static let ofReferences: [DiagnosticCode: CodeExplanation] = [
        .wrongKind: CodeExplanation(
            "The folder says what a file is; `kind` has to say the same.", in: "tenants/acme.yaml",
            wrong: "kind: Tier", right: "kind: Tenant"),
        .wrongName: CodeExplanation(
            "A file is named for what it describes, so that two of one name cannot be. A tenant's name is a DNS label, since its namespace is named for it.",
            in: "tenants/acme.yaml", wrong: "metadata:\n  name: acme-corp", right: "metadata:\n  name: acme"),
        .unknownTier: CodeExplanation(
            "A tenant gets limits, features and blueprints from its tier, so there has to be a file for it.",
            in: "tenants/acme.yaml", wrong: "spec:\n  tier: entreprise",
            right: "spec:\n  tier: enterprise    # tiers/enterprise.yaml"),
        .unknownRole: CodeExplanation(
            "A role says what a person may do; there has to be a file for it.", in: "users/acme.csv",
            wrong: "email,role\nada@acme.example,operater", right: "email,role\nada@acme.example,operator"),
        .unknownBlueprint: CodeExplanation(
            "A blueprint is pinned by name and version; each version is a folder.", in: "reconcile.yaml",
            wrong: "blueprints: {platform: 1.4}",
            right: "blueprints: {platform: 1.4.0}    # blueprints/platform/1.4.0/"),
        .unknownEnvironment: CodeExplanation(
            "Environments are those of reconcile.yaml.", in: "tenants/acme.yaml", wrong: "environments: [prd]",
            right: "environments: [prod]"),
        .unknownTenant: CodeExplanation(
            "A users file is for the tenant that its path names, a role for tenants that it lists; each needs a file under tenants/.",
            in: "the repository", wrong: "tenants/globex.yaml\nusers/gobex.csv",
            right: "tenants/globex.yaml\nusers/globex.csv"),
        .duplicateName: CodeExplanation(
            "Two things of one kind and one name: which one is meant could not be told.", in: "reconcile.yaml",
            wrong: "environments:\n  - name: prod\n  - name: prod",
            right: "environments:\n  - name: prod\n  - name: staging"),
        .reservedName: CodeExplanation(
            "The namespace of a tenant of that name would be one that Kubernetes or another system uses.",
            in: "the repository", wrong: "tenants/kube-system.yaml", right: "tenants/acme.yaml"),
        .duplicateDomain: CodeExplanation(
            "A domain leads to one place; two tenants would take each other's requests.", in: "tenants/globex.yaml",
            wrong: "domains: [app.acme.example]    # acme has it", right: "domains: [app.globex.example]"),
        .unknownFeature: CodeExplanation(
            "Features are declared once, with a type and a default, so that a misspelt one does not pass for one that is off.",
            in: "tenants/acme.yaml", wrong: "features: {back-ups: true}", right: "features: {backups: true}"),
        .unknownLimit: CodeExplanation(
            "Limits are those of the tenant's tier.", in: "tenants/acme.yaml", wrong: "limits: {user: 30}",
            right: "limits: {users: 30}"),
        .wrongValue: CodeExplanation(
            "The value is not one that was declared for it.", in: "tenants/acme.yaml",
            wrong: "features: {backups: daily}    # a boolean", right: "features: {backups: true}"),
        .notSupported: CodeExplanation(
            "The file asks for something that this version cannot do; to ignore it would be worse.",
            in: "any file", wrong: "(see the message)", right: "(leave it out)"),
        .wrongScope: CodeExplanation(
            "A role gives its blueprint to each person who has the role, so the blueprint has to be made for one person.",
            in: "roles/developer.yaml", wrong: "spec:\n  blueprint: platform    # scope: tenant",
            right: "spec:\n  blueprint: workspace   # scope: user"),
        .sharedPrefix: CodeExplanation(
            "Two environments on one cluster or realm would take each other's namespaces or groups for their own.",
            in: "reconcile.yaml",
            wrong:
                "- name: staging\n  cluster: {kubernetes: {context: one}}\n- name: prod\n  cluster: {kubernetes: {context: one}}",
            right:
                "- name: staging\n  cluster: {kubernetes: {context: one}, namespacePrefix: staging-}\n- name: prod\n  cluster: {kubernetes: {context: one}, namespacePrefix: prod-}"
        ),
    ]

    static let ofTenants: [DiagnosticCode: CodeExplanation] = [
        .limitExceeded: CodeExplanation(
            "The limit `users` counts people whose membership is active.", in: "users/acme.csv",
            wrong: "email,role\nada@acme.example,viewer\ngrace@acme.example,viewer     # the limit is 1",
            right: "email,role,active\nada@acme.example,viewer,true\ngrace@acme.example,viewer,false"),
        .notOverridable: CodeExplanation(
            "A tier says which of its limits a tenant may set for itself.", in: "tenants/acme.yaml",
            wrong: "limits: {storage: 1Ti}",
            right: "limits: {users: 30}     # tiers/basic.yaml: overridable: [users]"),
        .removalProtected: CodeExplanation(
            "To remove a tenant takes two commits, so that one wrong line does not do it: the first lifts the protection and is applied, the second removes.",
            in: "tenants/acme.yaml", wrong: "spec:\n  state: absent",
            right: "spec:\n  deletion: {protect: false}    # applied already\n  state: absent"),
        .expiresSoon: CodeExplanation(
            "On that day, at midnight UTC, the tenant's people are locked out and its workloads scaled to zero. Its data stay.",
            in: "tenants/acme.yaml", wrong: "expires: 2026-02-01", right: "expires: 2027-02-01"),
        .wrongEmail: CodeExplanation(
            "An address is compared in one form: lower case and ASCII. What merely looks like another address is refused, since accounts are found by it.",
            in: "users/acme.csv", wrong: "email,role\nmıke@acme.example,viewer",
            right: "email,role\nmike@acme.example,viewer"),
        .duplicatePerson: CodeExplanation(
            "Within a tenant a person has one row, so that it is clear what holds.", in: "users/acme.csv",
            wrong: "email,role\nada@acme.example,operator\nAda@acme.example,viewer",
            right: "email,role\nada@acme.example,operator;viewer"),
        .repeatedRow: CodeExplanation(
            "It does no harm, but the next who changes one of the rows will be told of the other.",
            in: "users/acme.csv",
            wrong: "email,role\nada@acme.example,viewer\nada@acme.example,viewer",
            right: "email,role\nada@acme.example,viewer"),
        .differingProfile: CodeExplanation(
            "A person of several tenants has one account, with one name and one id.", in: "users/globex.csv",
            wrong: "email,role,given_name\nada@acme.example,viewer,Adah     # acme.csv says Ada",
            right: "email,role,given_name\nada@acme.example,viewer,Ada"),
        .wrongCell: CodeExplanation(
            "The column takes values of one form: `active` is true or false, `expires` a day, `role` one role or several separated by ';'.",
            in: "users/acme.csv", wrong: "email,role,expires\nada@acme.example,viewer,30.06.2027",
            right: "email,role,expires\nada@acme.example,viewer,2027-06-30"),
        .roleNotAllowed: CodeExplanation(
            "A role's file says in which tenants it can be given.", in: "roles/analyst.yaml",
            wrong: "spec:\n  tenants: {tier: enterprise}    # the tenant is of tier basic",
            right: "spec:\n  tenants: all"),
        .mixedScripts: CodeExplanation(
            "Letters of different scripts can look the same, as the Cyrillic and the Latin a. A word that mixes them is mostly a slip of the keyboard, and sometimes an attempt to pass for somebody else.",
            in: "users/acme.csv", wrong: "email,role,given_name\nada@acme.example,viewer,\u{410}da    # U+0410",
            right: "email,role,given_name\nada@acme.example,viewer,Ada"),
        .lookalike: CodeExplanation(
            "People choose a tenant by its name; of two that look alike they will one day choose the wrong one.",
            in: "the repository", wrong: "tenants/acme.yaml\ntenants/acrne.yaml",
            right: "tenants/acme.yaml\ntenants/globex.yaml"),
    ]
}
