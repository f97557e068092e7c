extension DiagnosticCode {
    static let ofLint: [DiagnosticCode: (title: String, remedy: String)] = [
        .unusedRole: ("a role that nobody has", "Remove the file, or give the role to somebody."),
        .unusedTier: ("a tier that no tenant is of", "Remove the file, or let a tenant be of it."),
        .unusedBlueprint: (
            "a blueprint that nobody uses", "Remove the folder, or pin it under `blueprints` of an environment."
        ),
        .unusedValue: ("a value that no expression reads", "Remove it, or read it as ${values.<name>}."),
        .noResources: (
            "a container without a memory limit", "Set resources.limits.memory, or a default in a LimitRange."
        ),
        .noProbe: ("a container without a readiness probe", "Set readinessProbe: ready is then what answers."),
        .movingImage: ("an image without a fixed version", "Name a version or a digest."),
        .namelessPerson: ("a person without given or family name", "Fill in given_name and family_name."),
    ]

    static let ofState: [DiagnosticCode: (title: String, remedy: String)] = [
        .stateCutOff: (
            "a recorded file that is cut off", "Take the file of the commit before; the next apply completes it."
        ),
        .stateConflict: (
            "a recorded file with a merge conflict", "Reset the state branch to the commit before the merge."
        ),
        .stateVersion: ("a record of another version", "Use a version of reconcile that knows it."),
        .stateContent: ("a recorded file with something else in it", "Take back what was edited by hand."),
        .stateMissing: ("a recorded file that is missing", "Bring it back from the commit before."),
        .clusterUnknown: ("a cluster that could not be read", "See the reason in the message, and run again."),
        .identityUnknown: (
            "an identity provider that could not be read", "See the reason in the message, and run again."
        ),
        .lingering: ("a removal that has not come through", "See what holds the object: its finalizers, or a webhook."),
        .limitWaits: (
            "a looser limit that does not hold yet", "Apply once more: it holds from the run after the one that saw it."
        ),
        .approvalExpired: (
            "an approval whose day has come", "Remove the file, or approve anew with `reconcile approve`."
        ),
        .approvalUsed: ("an approval that was used", "Remove the file: it lets nothing pass any more."),
        .blocked: (
            "a change that is not carried out",
            "Do what its reason says: adopt what is there already, or settle the conflict. Everything else goes on."
        ),
        .limitReached: (
            "more removals than a limit allows",
            "Look at what would go. Where it is meant, `reconcile approve DIGEST` lets exactly that pass, once."
        ),
        .policyChange: (
            "a pull request that changes the policy it is held to",
            "Let an owner of these files approve it. What needs the new policy goes into a pull request of its own, after this one."
        ),
    ]
}
