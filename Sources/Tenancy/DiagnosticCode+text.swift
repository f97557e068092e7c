extension DiagnosticCode {
    var text: (title: String, remedy: String) {
        switch self {
        case .noFleetFile:
            ("there is no reconcile.yaml", "Put a file reconcile.yaml of kind Fleet at the repository's root.")
        case .misplacedFile:
            (
                "a file that nothing reads",
                "Move it to where the message says, or out of the folders that reconcile reads."
            )
        case .linkRefused:
            ("a symbolic link", "Commit the file itself: links are never followed.")
        case .submoduleRefused:
            ("a submodule", "Commit the files themselves: submodules are never fetched.")
        case .collidingPaths:
            ("two paths that some file systems take for one", "Rename one of the files.")
        case .unreadableFile:
            ("a file that cannot be read", "See the reason in the message.")
        case .stateEdited:
            (
                "a file under state/ on the source branch",
                "Remove it: status and lock are written by reconcile alone, on a branch of their own."
            )
        case .vanishedFile:
            (
                "a tenant's or users file has vanished since it was applied",
                "Bring it back. A tenant leaves by `state: absent`; a tenant's people leave by a users file with its header alone."
            )
        case .cutFile:
            (
                "a users file that ends in the middle of a row",
                "Bring the rest back; where the row is meant to end there, end it with a newline."
            )
        case .noSharedFile:
            (
                "a path under sharedUserFiles that matches no file",
                "Correct it; it begins with users/ and leads to a CSV file with a column tenant."
            )
        case .wrongScope:
            (
                "a role's blueprint that is not made for each person",
                "Name a blueprint whose scope is user, and let environments, tiers or tenants pin its version."
            )
        case .strangePath:
            (
                "a path with characters that do not belong there",
                "Rename the file: letters, digits, '-', '_' and '.' will do."
            )
        case .wrongKind:
            ("a file of another kind than its folder", "Move the file, or correct its kind.")
        case .wrongName:
            (
                "metadata.name is not the file's name",
                "Let both be the same; a tenant's name cannot change once it is applied."
            )
        case .unknownTier: ("a tier that no file defines", "Correct the name, or add tiers/<name>.yaml.")
        case .unknownRole: ("a role that no file defines", "Correct the name, or add roles/<name>.yaml.")
        case .unknownBlueprint:
            (
                "a blueprint or a version that no folder holds",
                "Correct it, or add blueprints/<name>/<version>/blueprint.yaml."
            )
        case .unknownEnvironment:
            ("an environment that reconcile.yaml does not have", "Correct the name, or add the environment.")
        case .unknownTenant: ("a tenant that no file defines", "Correct the name, or add tenants/<name>.yaml.")
        case .duplicateName: ("two things of one name", "Rename one of them.")
        case .reservedName: ("a name that is taken by a system", "Choose another name.")
        case .duplicateDomain: ("one domain at two tenants", "Give it to one of them.")
        case .unknownFeature:
            ("a feature that reconcile.yaml does not have", "Correct the name, or add it under `features`.")
        case .unknownLimit: ("a limit that the tier does not have", "Correct the name, or add the limit to the tier.")
        case .wrongValue: ("a value that does not fit its field", "See what was expected in the message.")
        case .notSupported: ("something that this version does not support", "Leave it out.")
        case .sharedPrefix:
            (
                "two environments that would use the same namespaces or groups",
                "Give one of them another namespacePrefix or groupPrefix."
            )
        case .limitExceeded: ("more people than the limit allows", "Remove people, or raise the limit.")
        case .notOverridable:
            ("a limit that tenants of this tier may not set", "Remove it, or list it under `overridable` in the tier.")
        case .removalProtected:
            (
                "a tenant that is protected from removal",
                "Set `deletion: {protect: false}` in a commit, apply it, then set `state: absent`."
            )
        case .expiresSoon: ("a tenant that expires within 14 days", "Set a later day, or let it be suspended.")
        case .wrongEmail:
            (
                "an e-mail address that cannot be used",
                "Use an address of ASCII characters; an international domain is written in its form xn--…."
            )
        case .duplicatePerson:
            ("one person twice", "Keep one of the rows; several roles stand in one row, separated by ';'.")
        case .repeatedRow: ("the same row twice", "Remove one of them.")
        case .differingProfile: ("one person with different data in two tenants", "Let the rows say the same.")
        case .wrongCell: ("a cell that cannot be read", "See what was expected in the message.")
        case .roleNotAllowed:
            ("a role that is not for this tenant", "Give another role, or widen `tenants` in the role's file.")
        case .mixedScripts:
            (
                "a name with letters of several scripts that look alike",
                "Type the letter anew; where the name is really written so, leave it."
            )
        case .lookalike:
            (
                "two tenants that people cannot tell apart",
                "Rename one of them, or give it another displayName."
            )
        case .valueNotAllowed:
            ("a value that tenants may not set", "Remove it, or list it under `tenantValues` in the blueprint.")
        case .valueInvalid:
            ("a value that the blueprint's schema refuses", "Correct it at the place that the message names.")
        case .unusedValues: ("values for a blueprint that is not used there", "Remove them, or correct the name.")
        case .expression: ("an expression that is wrong", "Correct it; `$${` writes the characters `${` themselves.")
        case .evaluation:
            (
                "an expression without a value",
                "Set what is missing, or guard it: has(tenant.contact) ? tenant.contact : ''."
            )
        case .manifest: ("a manifest that is no Kubernetes object", "Give it apiVersion, kind and metadata.name.")
        case .noManifest: ("a path that matches no file", "Correct the path; it is relative to the blueprint's folder.")
        case .duplicateObject: ("one object from two manifests", "Rename or remove one of them.")
        case .unclearNumber:
            ("a number that readers take for different values", "Write the number that is meant, or quote it.")
        case .wrongSchema:
            ("a JSON Schema that cannot be used", "Correct the schema at the place that the message names.")
        default:
            Self.ofFormats[self] ?? Self.ofManifests[self] ?? Self.ofPolicy[self] ?? Self.ofLint[self] ?? Self.ofState[
                self] ?? ("", "")
        }
    }

    private static let ofFormats: [DiagnosticCode: (title: String, remedy: String)] = [
        .yamlSyntax: (
            "text that is no YAML", "Correct it at the place; an expression that holds braces or ': ' needs quotes."
        ),
        .yamlEncoding: ("a file that is not UTF-8", "Save it as UTF-8."),
        .yamlCharacter: (
            "a character that YAML or Git does not show", "Remove it, or write it as an escape within quotes."
        ),
        .duplicateKey: ("one key twice in a map", "Keep one of them."),
        .tooDeep: ("values nested too deeply", "Write flatter values: 64 levels are read."),
        .alias: ("an anchor or an alias", "Repeat the value: what is written is what is read."),
        .tag: ("a tag", "Remove it; quote a value that has to be a string."),
        .wrongKey: ("a key that is no text", "Write a name, in quotes where it looks like something else."),
        .documentCount: ("a file with no document or with several", "Write one document in each file."),
        .tooLarge: ("a file, a key or a number of values beyond the limits", "Split the file."),
        .csvSyntax: ("text that is no CSV", "Correct the quotes: a quote within a quoted field is written twice."),
        .csvEncoding: ("a users file that is not UTF-8", "Save it as CSV in UTF-8."),
        .csvCharacter: ("a character that does not belong into a users file", "Remove it; lines end with LF or CRLF."),
        .csvHeader: (
            "a header that cannot be used", "Write the columns as email,role,id,given_name,family_name,active,expires."
        ),
        .fieldCount: (
            "a row with more or fewer fields than the header",
            "Add or remove fields; a comma within a field needs quotes."
        ),
        .blankLine: ("a blank line", "Remove it."),
        .noHeader: (
            "a users file without even a header", "Bring its content back; a file without people has its header."
        ),
        .tooManyMistakes: ("more mistakes than are shown", "Correct those that are shown first."),
        .wrongType: ("a value of another type", "Write what the message expects; quotes make a string of a number."),
        .unknownKey: ("a key that the file does not have", "Correct the name, or move it to where it belongs."),
        .missingKey: ("a key that is needed", "Add it."),
        .wrongChoice: ("a value that is none of those allowed", "Choose one that the message names."),
        .wrongText: ("a text of another form", "Write it as the message says."),
        .wrongNumber: ("a number out of its range", "Choose one within it."),
        .wrongShape: ("a value that does not fit", "See what was expected in the message."),
    ]
}
