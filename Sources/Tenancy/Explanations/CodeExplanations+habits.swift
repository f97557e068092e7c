extension DiagnosticCode {
    /// What `reconcile lint` warns of.
    static let ofHabits: [DiagnosticCode: CodeExplanation] = [
        .unusedRole: CodeExplanation(
            "No row of a users file gives the role. Its groups are made for every tenant nevertheless.",
            in: "the repository", wrong: "roles/auditor.yaml      # in no users file",
            right: "(the role removed, or given)"),
        .unusedTier: CodeExplanation(
            "No tenant is of the tier.", in: "the repository", wrong: "tiers/gold.yaml      # no tenant has it",
            right: "(the tier removed, or used)"),
        .unusedBlueprint: CodeExplanation(
            "No environment, tier or tenant pins this version, so it makes nothing.", in: "reconcile.yaml",
            wrong: "blueprints: {app: 1.1.0}     # and a folder blueprints/app/1.0.0/",
            right: "blueprints: {app: 1.1.0}     # the old folder removed"),
        .unusedValue: CodeExplanation(
            "The blueprint declares a value that none of its expressions reads: whoever sets it waits in vain.",
            in: "blueprints/app/1.0.0/blueprint.yaml",
            wrong: "values: {replicas: 2, colour: blue}     # nothing reads colour",
            right: "values: {replicas: 2}"),
        .noResources: CodeExplanation(
            "A container without limits can take the memory of a whole node, other tenants' share included; without requests it is placed by luck.",
            in: "a manifest", wrong: "- name: web\n  image: registry.example/web:1.0.0",
            right:
                "- name: web\n  image: registry.example/web:1.0.0\n  resources:\n    requests: {cpu: 100m, memory: 128Mi}\n    limits: {memory: 256Mi}"
        ),
        .noProbe: CodeExplanation(
            "Without a readiness probe a container counts as ready the moment it starts: a broken version replaces a sound one.",
            in: "a manifest", wrong: "- name: web\n  image: registry.example/web:1.0.0",
            right:
                "- name: web\n  image: registry.example/web:1.0.0\n  readinessProbe:\n    httpGet: {path: /health, port: 8080}"
        ),
        .movingImage: CodeExplanation(
            "`latest`, or no tag, is another image tomorrow: nobody can say what runs, and a rollback changes nothing.",
            in: "a manifest", wrong: "image: registry.example/web:latest", right: "image: registry.example/web:1.4.2"),
        .namelessPerson: CodeExplanation(
            "Keycloak asks a person without given and family name to fill them in before the first sign-in.",
            in: "users/acme.csv", wrong: "email,role\nada@acme.example,viewer",
            right: "email,role,given_name,family_name\nada@acme.example,viewer,Ada,Lovelace"),
    ]
}
